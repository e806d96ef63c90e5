"""The gate every request passes: who is it, and does the table allow what the view declares? Deny by default."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user

from deliberation.kernel.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.people import queries
from deliberation.people.access import VISITOR, Actor


def init_app(app: Flask) -> None:
    app.before_request(check_access)


def check_access() -> None:
    """Refuse a request whose view names no action, or an action the table does not allow this person anywhere."""
    g.actor = VISITOR
    if request.endpoint is None:
        raise NotFound()
    if request.endpoint == "static":
        return
    g.actor = queries.actor(current_user.id if current_user.is_authenticated else None)
    if current_user.is_authenticated:
        g.locale = current_user.locale
    if request.blueprint == "security":
        return  # Flask-Security guards its own pages.
    action = getattr(_view(), "action", None)
    if action is None:
        raise NotAllowed()
    if not current_actor().may(action):
        raise NotAllowed() if current_actor().is_signed_in else SignInNeeded()


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")


def current_actor() -> Actor:
    """The person of this request, with the roles held when it began."""
    actor: Actor = g.get("actor", VISITOR)
    return actor
