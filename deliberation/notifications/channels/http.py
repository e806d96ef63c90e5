"""One POST of JSON to a gateway or a robot, and what its answer means."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from deliberation.notifications.channels.base import SECONDS, Undeliverable, Unreachable

# A gateway that answers so has understood and will never take it: 400 Bad Request, 404, 410 Gone, 422.
FOR_GOOD = (400, 404, 410, 422)


def post_json(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Any:
    """The answer, read as JSON where it is; raises what the sender is to raise."""
    request = urllib.request.Request(  # noqa: S310 - the address is the administrator's own setting.
        url, data=body, headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            text = answer.read(65536)
    except urllib.error.HTTPError as error:
        if error.code in FOR_GOOD:
            raise Undeliverable(f"refused with {error.code}") from error
        raise
    except urllib.error.URLError as error:
        raise Unreachable(str(error.reason)) from error
    try:
        return json.loads(text)
    except ValueError:
        return None
