"""Rate limits: on signing in and on writing, by person or address."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user


def _who() -> str:
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


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


def _only_reads() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


@limiter.limit("120/minute", exempt_when=_only_reads)
def _limit_writes() -> None:
    return None


def _is_not_sign_in() -> bool:
    return _only_reads() or request.blueprint != "security"


@limiter.limit("20/minute;100/hour", key_func=get_remote_address, exempt_when=_is_not_sign_in)
def _limit_sign_in() -> None:
    return None
