"""Papers are laid on an item of the agenda, and taken off again, until the agenda locks."""

from __future__ import annotations

import hashlib
from datetime import datetime

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.meetings import paper_files, queries, rules
from deliberation.meetings.models import AgendaItem, AgendaPaper, Meeting
from deliberation.meetings.service.chair import require_convener
from deliberation.meetings.service.log import load_item, note
from deliberation.people.access import Actor


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def add_paper(actor: Actor, *, item_id: int, title: str, file_name: str, content: bytes, now: datetime) -> AgendaPaper:
    """Lay a PDF, a Word file or a picture on an item; what it is, is told by opening it."""
    item, meeting = _load(actor, item_id, now=now)
    name = file_name[-40:] or title
    _refuse(rules.refusal_of_paper(name=name, size=len(content), others=queries.paper_count(item.id)))
    opened = paper_files.opened(content, name=name)
    paper = AgendaPaper(
        meeting_id=meeting.id,
        item_id=item.id,
        title=title,
        kind=opened.kind,
        size=len(opened.content),
        sha256=hashlib.sha256(opened.content).hexdigest(),
        content=opened.content,
        added_by_id=actor.user_id,
        added_at=now,
    )
    db.session.add(paper)
    db.session.flush()
    leaf = {"meeting": meeting.id, "item": item.id, "paper": paper.id, "sha256": paper.sha256, "by": actor.user_id}
    audit.record("agenda.paper_added", leaf, now=now)
    data = {"item": item.id, "paper": paper.id, "sha256": paper.sha256}
    note(meeting, "paper.added", actor=actor, now=now, parts=(), data=data)
    return paper


def remove_paper(actor: Actor, *, meeting_id: int, paper_id: int, reason: str, now: datetime) -> AgendaPaper:
    """Take it off, for a reason that everybody reads; its content is gone."""
    paper = queries.paper(meeting_id, paper_id)
    item, meeting = _load(actor, paper.item_id, now=now)
    if paper.removed_at is not None:
        return paper
    paper.removed_at, paper.removed_reason, paper.content = now, reason, b""
    leaf = {"meeting": meeting.id, "item": item.id, "paper": paper.id, "sha256": paper.sha256, "by": actor.user_id}
    audit.record("agenda.paper_removed", leaf, now=now)
    note(meeting, "paper.removed", actor=actor, now=now, parts=(), data={"item": item.id, "paper": paper.id})
    return paper


def _load(actor: Actor, item_id: int, *, now: datetime) -> tuple[AgendaItem, Meeting]:
    """The item and its meeting, for whoever calls the body's meetings and until the agenda locks."""
    item, meeting = load_item(item_id)
    require_convener(actor, queries.body_of(meeting))
    _refuse(rules.refusal_to_change_agenda(state=meeting.state, locks_at=meeting.agenda_locks_at, now=now))
    return item, meeting
