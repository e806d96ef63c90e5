"""One act in one transaction, a word that it is done, and the page again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.people.guard import current_actor


def done(target: str, act: Callable[..., Any], said: str, /, **fields: Any) -> Any:
    """Let the person of this request ``act``, say so, and go on to ``target``."""
    with transaction():
        act(current_actor(), now=clock.now(), **fields)
    flash(said, "ok")
    return redirect(target)
