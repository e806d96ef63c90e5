"""The HTTP door: what each view may do is declared, refusals become pages, answers carry strict headers."""

from __future__ import annotations

import logging
import mimetypes
import secrets
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from deliberation.kernel.database import db
from deliberation.kernel.errors import N_, BadInput, NotAllowed, NotFound, Refusal, SignInNeeded, TooManyRequests
from deliberation.kernel.i18n import say

log = logging.getLogger(__name__)
csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src-elem 'self'",
        "style-src-attr 'unsafe-inline'",  # Bars and clocks set their length as a CSS variable in a style attribute.
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


A_YEAR = 365 * 24 * 3600
LARGEST_NUMBER = 2**31 - 1  # What an id of the database can be.


class Site(Flask):
    """Flask without what it does anew with each request although the answer never changes."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook of ours is a coroutine; Flask would ask each of them each time."""
        return func

    def send_static_file(self, filename: str) -> Response:
        """A built file, compressed as the build has left it beside it, for whoever takes it so."""
        packed = Path(self.static_folder or "") / f"{filename}.gz"
        if "gzip" not in request.headers.get("Accept-Encoding", "") or not packed.exists():
            return super().send_static_file(filename)
        response = super().send_static_file(f"{filename}.gz")
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Type"] = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        response.vary.add("Accept-Encoding")
        return response

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year for an address that carries the stamp of its content: what changes has another."""
        return A_YEAR if "v" in request.args else super().get_send_file_max_age(filename)


class KeptSigner(TimestampSigner):
    """A signer that derives the key of each secret once, not for every cookie it checks."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.derive_key = lru_cache(super().derive_key)  # type: ignore[method-assign]


class CookieSerializer(URLSafeTimedSerializer):
    """The library's serializer with one signer for all cookies; a signer keeps nothing of what it has seen."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, signer=KeptSigner, **more)
        self.make_signer = lru_cache(super().make_signer)  # type: ignore[method-assign]


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions; what checks and signs them is made once."""

    _serializer: CookieSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None and app.secret_key:
            self._serializer = CookieSerializer(
                [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key],
                salt=self.salt,
                serializer=self.serializer,
                signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
            )
        return self._serializer


class Number(IntegerConverter):
    """A number in an address: plain digits, and none that the database could not hold."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_NUMBER)


def number_argument(name: str) -> int | None:
    """A whole number of the address's query, such as ``before``; ``None`` for anything that is none."""
    given = request.args.get(name, "")
    is_number = given.isascii() and given.isdecimal() and len(given) <= 10
    return int(given) if is_number and int(given) <= LARGEST_NUMBER else None


def session_key() -> str:
    """Whose session this is (User.fs_uniquifier), without asking the database; empty for a visitor.

    It says who signed in, not that the person may still do anything: whoever takes it looks the person up.
    """
    key = session.get("_user_id")
    if key is None:
        bool(current_user)  # Flask-Login restores the session of a person whom a cookie remembers.
        key = session.get("_user_id")
    return str(key or "")


def access(action: str, *, in_tray: bool = False) -> Callable[[View], View]:
    """Declare which action of people.access.ACTIONS a view is; a view that declares none is refused.

    ``in_tray`` is for a view that lays what it was sent into a tray (kernel.tray), which looks all its people up
    together; the gate then only asks that somebody has signed in.
    """

    def mark(view: View) -> View:
        view.action, view.in_tray = action, in_tray  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask, *, trusted_proxies: int, is_https: bool) -> None:
    app.session_interface = Sessions()
    csrf.init_app(app)
    app.url_map.converters["int"] = Number
    app.register_error_handler(Refusal, answer_refusal)
    # A row that is not there, or that is not this reader's to see.
    app.register_error_handler(NoResultFound, lambda _error: answer_refusal(NotFound()))
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_failure)
    app.after_request(_harden(is_https))
    app.after_request(_forget_kept)
    app.jinja_env.globals["asset"] = asset
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )


def wants_json() -> bool:
    return request.is_json or _prefers_json(request.headers.get("Accept", ""))


@lru_cache(maxsize=256)
def _prefers_json(accepts: str) -> bool:
    """Whether a program asks; browsers and programs send the same few headers again and again."""
    offered = ["text/html", "application/json"]
    accepted = parse_accept_header(accepts, MIMEAccept)
    return accepted.best_match(offered, default="text/html") == "application/json"


def answer_refusal(refusal: Refusal) -> Any:
    """A refusal as JSON for programs, as the sign-in page for visitors, else as a page that says what to do."""
    g.has_refused = True
    if wants_json():
        body = {"ok": False, "code": refusal.code, "sentence": say(refusal)}
        if isinstance(refusal, BadInput):
            body["fields"] = refusal.fields
        return jsonify(body), refusal.status
    if isinstance(refusal, SignInNeeded):
        if request.method == "POST":
            flash(_why_sign_in(refusal), "warn")
        next_url = request.full_path.rstrip("?") if request.method == "GET" else _came_from()
        return redirect(url_for("security.login", next=next_url))
    shown = {}
    if request.method == "POST":
        shown = {"next_url": _came_from(), "next_label": _("回到刚才那一页")}
    elif isinstance(refusal, WrongWay):
        shown = {"next_url": _page_around(), "next_label": _("打开相关的那一页")}
    return render_template("errors/refusal.html", refusal=refusal, sentence=say(refusal), **shown), refusal.status


def _why_sign_in(refusal: SignInNeeded) -> str:
    """What became of a form that was sent by nobody: that it was not taken, and whether its text is kept."""
    if not request.form.get("kept"):
        return say(refusal)
    if any(file.filename for file in request.files.values()):
        return _("您已经不在登录状态，刚才写的没有交上去。文字替您留着：登录以后回到那一页，再交一次；照片要重新选。")
    return _("您已经不在登录状态，刚才写的没有交上去。文字替您留着：登录以后回到那一页，再交一次。")


def _came_from() -> str | None:
    """The page of ours whose form was sent, where what was typed is kept; ``None`` when it cannot be read again."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    try:
        current_app.url_map.bind("").match(came_from.path, method="GET")
    except HTTPException:
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _page_around() -> str | None:
    """For an address that only takes forms, the nearest page above it: "/votes/7" for "/votes/7/cast"."""
    above = request.path.rpartition("/")[0]
    while above:
        try:
            current_app.url_map.bind("").match(above, method="GET")
        except HTTPException:
            above = above.rpartition("/")[0]
        else:
            return above
    return None


def _forget_kept(response: Response) -> Response:
    """Tell the page that follows that the form was taken, so that its typed text need not be kept any longer."""
    is_taken = request.method == "POST" and response.status_code in (302, 303) and not g.get("has_refused")
    if is_taken and request.form.get("kept"):
        flash(request.form["kept"][:80], "kept-clear")
    return response


class FormExpired(Refusal):
    code = "form_expired"
    status = 400
    sentence = N_("为了安全，开得太久的页不能直接交。请回到那一页刷新，再交一次；写好的内容还在。")


class NotUnderstood(Refusal):
    code = "not_understood"
    status = 400
    sentence = N_("这一页送来的内容读不懂，什么都没有改。请返回上一页刷新，再交一次。")


class WrongWay(Refusal):
    code = "wrong_way"
    status = 405
    sentence = N_("这个网址不是这样用的，什么都没有改。请从页面上的按钮或链接进来。")


class NoLonger(Refusal):
    code = "no_longer"
    status = 410
    sentence = N_("这一页已经撤掉了。请从首页重新找。")


class Busy(Refusal):
    code = "busy"
    status = 503
    sentence = N_("现在忙不过来，或者正在维护，什么都没有改。请等一两分钟再试，写好的内容还在您的机器上。")


class TooLarge(Refusal):
    code = "too_large"
    status = 413
    sentence = N_("内容太大了，没有存。文字请缩短，照片每张请小于 8 MB。")


def _answer_csrf(_error: CSRFError) -> Any:
    """The page was open for too long, or its person has signed out in another window meanwhile."""
    is_signed_out = bool(request.form.get("kept")) and not current_user.is_authenticated
    return answer_refusal(SignInNeeded() if is_signed_out else FormExpired())


def _answer_http(error: HTTPException) -> Any:
    """Known HTTP errors become refusals in the person's language; redirects and the rest pass through."""
    by_status: dict[int | None, type[Refusal]] = {
        401: SignInNeeded,
        403: NotAllowed,
        404: NotFound,
        400: NotUnderstood,
        405: WrongWay,
        410: NoLonger,
        413: TooLarge,
        422: BadInput,
        429: TooManyRequests,
        503: Busy,
    }
    if error.code is not None and error.code < 400:
        return error
    fallback = NotUnderstood if (error.code or 500) < 500 else Busy
    refusal = by_status.get(error.code, fallback)()
    answer = answer_refusal(refusal)
    if isinstance(refusal, TooManyRequests | WrongWay | Busy) and isinstance(answer, tuple):
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return *answer, kept
    return answer


def _answer_failure(error: Exception) -> Any:
    """A fault of ours: logged under a number the person can tell us; nothing of the inside is shown.

    A database that cannot be reached is none that anybody could report: the page says to come back, and 503.
    """
    incident = secrets.token_hex(4)
    log.error("incident %s at %s", incident, request.path, exc_info=error)
    db.session.rollback()
    g.has_failed, g.own_locale = True, None
    if wants_json():
        return jsonify(
            ok=False, code="failure", sentence=_("系统出错了，已经记下。编号 %(incident)s。", incident=incident)
        ), 500
    is_away = _is_database_away(error)
    return render_template("errors/error.html", incident=incident, is_away=is_away), 503 if is_away else 500


def _is_database_away(error: Exception) -> bool:
    """No connection to be had, or SQLite's lock not within its patience; SQLite says so only in words."""
    if isinstance(error, PoolTimeout):
        return True
    is_sqlite = isinstance(error, OperationalError) and isinstance(error.orig, sqlite3.Error)
    return isinstance(error, OperationalError) and (not is_sqlite or "locked" in str(error.orig))


def _harden(is_https: bool) -> Callable[[Response], Response]:
    strict = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if is_https:
        strict["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def after(response: Response) -> Response:
        given = {name.lower() for name, _value in response.headers}
        for name, value in strict.items():
            if name.lower() not in given:
                response.headers.add(name, value)
        if response.mimetype in ("text/html", "application/json") and "cache-control" not in given:
            response.headers.add("Cache-Control", "no-store")
        return response

    return after


def asset(name: str) -> str:
    """The address of a built file, changed whenever its content may have."""
    return url_for("static", filename=f"dist/{name}", v=_stamp(Path(current_app.static_folder or "") / "dist" / name))


@lru_cache
def _stamp(file: Path) -> str:
    return format(int(file.stat().st_mtime), "x") if file.exists() else "0"


def safe_next(default: str) -> str:
    """The local address to return to, from the form's or query's ``next``; never another site."""
    target = request.values.get("next", "")
    is_local = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if is_local else default
