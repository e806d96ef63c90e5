"""The pack of a monthly review: drafted and put on the agenda by itself, its lessons written, published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.cases import service as cases
from deliberation.cases.clocks import limit_ends
from deliberation.cases.queries import limits_in
from deliberation.committees.rules import CommitteeKind
from deliberation.feedback import queries, rules
from deliberation.feedback.models import ReviewLesson, ReviewPack
from deliberation.feedback.service.ground import refuse
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import Step
from deliberation.meetings import service as meetings
from deliberation.people.access import Actor, require
from deliberation.places import queries as places

MINUTES = 45


def draft_review(place_id: int, month: date, *, now: datetime) -> ReviewPack | None:
    """What the month was, once: a matter of its own, on the agenda of the place's monthly review, with the liaison."""
    place = places.place(place_id)
    if db.session.scalar(select(ReviewPack.id).where(ReviewPack.place_id == place_id, ReviewPack.month == month)):
        return None
    title = f"{month.year} 年 {month.month} 月月谈会"  # not translated: the title of a matter is what it was named.
    matter = matters.open_matter(place=place, title=title, now=now)
    due_at = limit_ends(limits_in(place.scope)["review_lessons"], rules.month_after(month))
    pack = ReviewPack(
        place_id=place_id,
        month=month,
        matter_id=matter.id,
        content=queries.review_content(place, month, now=now),
        drafted_at=now,
        due_at=due_at,
    )
    db.session.add(pack)
    db.session.flush()
    matters.move(matter, step=Step.meeting, state="scheduled", now=now)
    cases.hand_to_liaison(matter, task="write_lessons", due_at=due_at, now=now)
    matters.add_entry(matter, "review.drafted", now=now, data={"pack": pack.id, "failed": len(pack.content["failed"])})
    audit.record("review.drafted", {"pack": pack.id, "place": place_id, "month": month.isoformat()}, now=now)
    meetings.put_on_next_agenda(CommitteeKind.monthly_review, matter.id, now=now, minutes=MINUTES)
    return pack


def _lock(actor: Actor, pack_id: int) -> ReviewPack:
    pack = db.session.get(ReviewPack, pack_id, with_for_update=True, populate_existing=True)
    if pack is None:
        raise NotFound()
    require(actor, "review.write", places.place(pack.place_id).scope)
    return pack


def write_lesson(
    actor: Actor, pack_id: int, *, case_id: int, text: str, owner_name: str, due_on: date | None, now: datetime
) -> ReviewLesson:
    """What a failed case taught, and who does what by when; writing again changes it until it is published."""
    pack = _lock(actor, pack_id)
    refuse(
        rules.refusal_of_lesson(
            is_published=pack.published_at is not None, is_in_review=case_id in pack.failed_case_ids, text=text
        )
    )
    lesson = queries.lessons(pack_id).get(case_id) or ReviewLesson(pack_id=pack_id, case_id=case_id)
    lesson.text, lesson.owner_name, lesson.due_on = text.strip(), owner_name.strip(), due_on
    lesson.written_by_id, lesson.written_at = actor.user_id or 0, now
    db.session.add(lesson)
    db.session.flush()
    return lesson


def publish_review(actor: Actor, pack_id: int, *, now: datetime) -> ReviewPack:
    """Everybody reads it from now on, and its matter is closed."""
    pack = _lock(actor, pack_id)
    written = {case_id: each.text for case_id, each in queries.lessons(pack_id).items()}
    refuse(
        rules.refusal_to_publish(
            is_published=pack.published_at is not None, failed=pack.failed_case_ids, lessons=written
        )
    )
    pack.published_at, pack.published_by_id = now, actor.user_id
    matter = matters.load_for_change(pack.matter_id)
    matters.move(matter, step=Step.feedback, state="closed", now=now)
    matters.add_entry(matter, "review.published", now=now, actor=actor, data={"pack": pack.id})
    matters.close(matter, state="closed", now=now)
    audit.record("review.published", {"pack": pack.id, "by": actor.user_id, "lessons": len(written)}, now=now)
    return pack
