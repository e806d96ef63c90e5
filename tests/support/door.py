"""Coming in by the HTTP door: signed in, and with the token that forms carry."""

from __future__ import annotations

import re
import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from deliberation.people.models import User


def client_of(app: Flask, user: User | None = None) -> FlaskClient:
    """A browser of its own, already signed in as ``user``; a visitor's when there is none."""
    client = app.test_client()
    if user is not None:
        with client.session_transaction() as session:
            session.update({"_user_id": user.fs_uniquifier, "_fresh": True, "fs_paa": time.time()})
    return client


def token_of(client: FlaskClient, path: str = "/login") -> str:
    """The form token that a page carries; any page of the session will do."""
    page = client.get(path, follow_redirects=True)
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page.text)
    assert found, f"{path} answered {page.status_code} without a token"
    return found.group(1)


def post(client: FlaskClient, path: str, /, *, json: bool = False, **fields: Any) -> Any:
    """Send a form with its token, as a page would; ``json`` asks for a program's answer."""
    headers = {"Accept": "application/json"} if json else {}
    return client.post(path, data={"csrf_token": token_of(client), **fields}, headers=headers)
