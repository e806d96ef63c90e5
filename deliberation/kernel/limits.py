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
    app.before_request(_limit)


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


@limiter.limit("120/minute")
def _limit_writes() -> None:
    return None


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
