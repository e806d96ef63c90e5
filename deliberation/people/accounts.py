"""Accounts by Flask-Security: sign in by password, or by a one-time code sent to the phone or mailbox."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from deliberation.kernel.database import db
from deliberation.people.models import User

security = Security()


class NoGlobalRole(RoleMixin):
    """Flask-Security asks for a role model; our roles hold in a place (people.access), so it has none."""


def init_app(app: Flask) -> None:
    app.config.update(_options(app))
    security.init_app(app, SQLAlchemyUserDatastore(db, User, NoGlobalRole))


def _options(app: Flask) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SINGLE_HASH": False,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_CONFIRMABLE": False,
        "SECURITY_TRACKABLE": False,
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CSRF_COOKIE_NAME": None,
        "SECURITY_SEND_REGISTER_EMAIL": False,
    }
