"""Answers made smaller for whoever takes them so; built files are packed by the build (web.Site)."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

LEAST_BYTES = 1000  # Under that, an answer is in one packet either way.
LEVEL = 5
TEXTS = frozenset(
    {
        "text/html", "text/plain", "text/csv", "text/calendar", "application/json", "application/atom+xml",
        "application/manifest+json", "image/svg+xml",
    }
)  # fmt: skip


def init_app(app: Flask) -> None:
    app.after_request(packed)


def packed(response: Response) -> Response:
    """The same answer through gzip, when it is text, whole and worth it.

    A page holds what only its reader may see beside words out of its address, and packing tells their likeness by the
    length. Nobody else can make use of that: our cookies do not come along with what another site asks for (SameSite),
    and the token of a form is signed anew each second.
    """
    is_whole = not (response.direct_passthrough or response.is_streamed) and response.status_code not in (204, 206, 304)
    if response.mimetype not in TEXTS or not is_whole or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.calculate_content_length() < LEAST_BYTES:  # type: ignore[operator]
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
