"""Asking a person who is signed in once more who it is, before what an unlocked telephone must not be enough for.

It is Flask-Security's own check of a session's freshness (its unified verify form): the password, or a code that has
just been sent. Only the page around it is ours.
"""

from __future__ import annotations

from flask_login import current_user
from flask_security import UnifiedVerifyForm
from werkzeug.datastructures import MultiDict

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.people import codes, queries, rules, service

BY_CODE = frozenset({"sms", "email"})


def require_proof(passcode: str) -> None:
    """Raise ``rules.NotProved`` unless ``passcode`` is the password of whoever is signed in, or the code sent to them.

    A wrong one counts as a wrong try of the code; a code that was right is used up. Called outside a transaction.
    """
    form = UnifiedVerifyForm(formdata=MultiDict({"passcode": passcode, "submit": "1"}), meta={"csrf": False})
    if not passcode or not form.validate():
        raise rules.NotProved()
    if form.authn_via in BY_CODE:
        with transaction():
            service.use_code(current_user.id, now=clock.now())


def send_proof_code() -> None:
    """A fresh code to the telephone, or the mailbox, of whoever is signed in."""
    codes.send_code(queries.user(current_user.id))
