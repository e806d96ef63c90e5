"""What a person has typed or ticked and not sent: kept for this person alone, so that every device finds it."""

from __future__ import annotations

from typing import Any

from flask import request

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput
from deliberation.kernel.web import access
from deliberation.people import queries, service
from deliberation.people.forms import DraftForm, DraftKeyForm
from deliberation.people.guard import current_actor
from deliberation.people.views.blueprint import blueprint

MOST_AT_ONCE = 40


def _own_id() -> int:
    return current_actor().user_id or 0


@blueprint.get("/me/drafts")
@access("draft.keep")
def drafts() -> Any:
    """The person's drafts of the forms named by ``key``, which may come several times."""
    found = queries.drafts(_own_id(), request.args.getlist("key")[:MOST_AT_ONCE])
    shown = {
        each.key: {"content": each.content, "version": each.version, "saved_at": each.saved_at.isoformat()}
        for each in found
    }
    return {"ok": True, "drafts": shown}


@blueprint.post("/me/drafts")
@access("draft.keep")
def keep_draft() -> Any:
    form = DraftForm()
    if not form.validate():
        raise BadInput()
    with transaction():
        kept = service.keep_draft(_own_id(), key=form.key.data, content=form.content.data, now=clock.now())
        version = kept.version
    return {"ok": True, "version": version}


@blueprint.post("/me/drafts/drop")
@access("draft.keep")
def drop_draft() -> Any:
    form = DraftKeyForm()
    if not form.validate():
        raise BadInput()
    with transaction():
        service.drop_draft(_own_id(), key=form.key.data)
    return {"ok": True}
