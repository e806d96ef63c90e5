"""Rate limits: on signing in and on writing, by person or address."""

from __future__ import annotations

import re
import time
from functools import partial
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import MemoryStorage

from deliberation.kernel.errors import TooManyRequests
from deliberation.kernel.web import session_key

SECONDS_BETWEEN_SWEEPS = 60


class CalmMemory(MemoryStorage):
    """The counts of this process. The library's own store starts a thread to sweep all its keys after nearly each hit;
    this one does it once a minute."""

    STORAGE_SCHEME = ["calm-memory"]
    _next_sweep = 0.0

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self.timer.cancel()
        self.timer.join()  # A server that forks its workers must not have a thread under way.

    def _MemoryStorage__schedule_expiry(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SECONDS_BETWEEN_SWEEPS
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]


def _who() -> str:
    key = session_key()
    return f"person:{key}" if key else get_remote_address()


WRITES = parse("120/minute")
CODES = "5/10 minutes;20/day"  # Nobody's phone is flooded with codes.
limiter = Limiter(key_func=_who)


def init_app(app: Flask, *, redis_url: str) -> None:
    """Count in Redis when there is one, else in this process."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "calm-memory://",
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_HEADERS_ENABLED=True,
    )
    limiter.init_app(app)
    # The extension would look for limits of the route with every request; ours are asked where they are declared.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    app.before_request(_limit)
    _only_where_it_is_asked(app)


def _only_where_it_is_asked(app: Flask) -> None:
    """What the extension does after a request is for the pages whose limits it is asked for, see ``_limit``."""
    for funcs in (app.after_request_funcs, app.teardown_request_funcs):
        own = [each for each in funcs[None] if _owner(each) is limiter]
        funcs[None] = [each for each in funcs[None] if each not in own]
        funcs.setdefault("security", []).extend(own)


def _owner(hook: Any) -> Any:
    return hook.args[0] if isinstance(hook, partial) else getattr(hook, "__self__", None)


def _limit() -> None:
    """Ask only the limits that a request can meet: each question costs more than reading a row."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    _limit_writes()
    if request.blueprint == "security" and request.endpoint != "security.logout":
        _limit_sign_in()
        _limit_identity()
    if request.endpoint == "security.us_signin_send_code":
        _limit_codes()


def _limit_writes() -> None:
    """The one limit that every write meets, asked of the store itself: by the extension it takes ten times as long."""
    if limiter.enabled and not limiter.limiter.hit(WRITES, "writes", _who()):
        raise TooManyRequests()


@limiter.limit("60/minute;600/hour", key_func=get_remote_address)
def _limit_sign_in() -> None:
    """A whole meeting may sign in from behind one address; whoever guesses at one account meets the next limit."""


def identity() -> str:
    """Who is to be signed in or to join, as a hash: people's addresses do not lie about in the store of the counts."""
    sent = request.get_json(silent=True) if request.is_json else None
    fields = sent if isinstance(sent, dict) else request.form
    given = str(fields.get("identity") or fields.get("contact") or "").strip().lower()
    if "@" not in given:
        given = re.sub(r"\D", "", given)[-11:]  # One phone number, however it is written.
    return sha256(given.encode()).hexdigest()


@limiter.limit("20/10 minutes;100/day", key_func=identity)
def _limit_identity() -> None:
    return None


@limiter.limit(CODES, key_func=identity)
def _limit_codes() -> None:
    return None
