"""Rate limits: on signing in and on writing, by person or address."""

from __future__ import annotations

import re
from hashlib import sha256

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user


def _who() -> str:
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


CODES = "5/10 minutes;20/day"  # Nobody's phone is flooded with codes.
limiter = Limiter(key_func=_who)


def init_app(app: Flask, *, redis_url: str) -> None:
    """Count in Redis when there is one, else in this process."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_HEADERS_ENABLED=True,
    )
    limiter.init_app(app)
    app.before_request(_limit_writes)
    app.before_request(_limit_sign_in)
    app.before_request(_limit_identity)
    app.before_request(_limit_codes)


def _only_reads() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


@limiter.limit("120/minute", exempt_when=_only_reads)
def _limit_writes() -> None:
    return None


def _is_not_sign_in() -> bool:
    return _only_reads() or request.blueprint != "security" or request.endpoint == "security.logout"


@limiter.limit("60/minute;600/hour", key_func=get_remote_address, exempt_when=_is_not_sign_in)
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


@limiter.limit("20/10 minutes;100/day", key_func=identity, exempt_when=_is_not_sign_in)
def _limit_identity() -> None:
    return None


def _sends_no_code() -> bool:
    return request.endpoint != "security.us_signin_send_code"


@limiter.limit(CODES, key_func=identity, exempt_when=_sends_no_code)
def _limit_codes() -> None:
    return None
