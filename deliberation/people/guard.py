"""The gate every request passes: who is it, and does the table allow what the view declares? Deny by default."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed

from deliberation.kernel.database import read_as
from deliberation.kernel.errors import NotAllowed, NotFound, SignInNeeded
from deliberation.kernel.web import session_key
from deliberation.people import queries
from deliberation.people.access import ACTIONS, VISITOR, Actor

# What we use of Flask-Security. These pages are for visitors, guard themselves, and are all that it may serve.
SIGN_IN_PAGES = frozenset({"security.login", "security.us_signin_send_code", "security.logout"})


def init_app(app: Flask) -> None:
    """Learn who asks before anything else runs, so that even a refused form is answered in the person's language."""
    app.before_request_funcs.setdefault(None, []).insert(0, recognise)
    app.before_request(check_access)


def recognise() -> None:
    """Load the person, save for what goes into a tray: that looks up all its people together."""
    g.own_locale = _own_locale
    read_as(VISITOR)
    if request.endpoint != "static" and not _goes_into_tray(_view()):
        current_actor()


def _own_locale() -> str | None:
    return current_user.locale if current_user.is_authenticated else None


def _goes_into_tray(view: Any) -> bool:
    return getattr(view, "in_tray", False)


def check_access() -> None:
    """Refuse a request whose view names no action, or an action the table does not allow this person anywhere."""
    endpoint = request.endpoint
    if endpoint is None:
        wrong_way = request.routing_exception
        raise wrong_way if isinstance(wrong_way, MethodNotAllowed) else NotFound()
    if endpoint == "static" or endpoint in SIGN_IN_PAGES:
        return
    if request.blueprint == "security":
        raise NotFound()
    view = _view()
    action = getattr(view, "action", None)
    if action not in ACTIONS:
        raise NotAllowed()
    if _goes_into_tray(view):
        if not session_key():
            raise SignInNeeded()
        return
    if not current_actor().may(action):
        raise NotAllowed() if current_actor().is_signed_in else SignInNeeded()


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")


def current_actor() -> Actor:
    """The person of this request, with the roles held when it began."""
    if "actor" not in g:
        is_known = has_request_context() and request.endpoint != "static" and current_user.is_authenticated
        g.actor = queries.actor(current_user.id) if is_known else VISITOR
        read_as(g.actor)
    actor: Actor = g.actor
    return actor
