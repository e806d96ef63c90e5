"""What no channel could bring: the named person tells it by voice or on paper, and says so in one click."""

from __future__ import annotations

from datetime import datetime

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.notifications import rules
from deliberation.notifications.models import PaperTask
from deliberation.people.access import Actor
from deliberation.places import queries as places


def finish_paper_task(actor: Actor, task_id: int, *, how: str, now: datetime) -> PaperTask:
    """``how`` is told, handed or posted. The holder may, and every liaison of the place."""
    task = db.session.get(PaperTask, task_id, with_for_update=True, populate_existing=True)
    if task is None:
        raise NotFound()
    if task.holder_id != actor.user_id:
        scope = places.place(task.place_id).scope if task.place_id else ()
        if not actor.may("notice.tell_on_paper", scope):
            raise rules.NotYourPaperTask()
    if task.done_at is not None:
        raise rules.PaperTaskDone()
    task.done_at, task.done_by_id, task.how = now, actor.user_id, how
    audit.record("notice.told_on_paper", {"task": task.id, "message": task.message_id, "how": how}, now=now)
    return task
