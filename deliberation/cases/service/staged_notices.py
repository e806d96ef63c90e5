"""Three notices, none skipped: each is posted with a photo, and whoever reported it hears of each (E6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from deliberation.cases import queries, rules
from deliberation.cases.ground import by_name, lock, record, refuse
from deliberation.cases.models import Case, NoticeObject, StagedNotice
from deliberation.cases.rules import ObjectState, Posted
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matters
from deliberation.matters.models import Matter
from deliberation.matters.queries import interested_user_ids, participants
from deliberation.notifications import service as notifications
from deliberation.people.access import Actor, require
from deliberation.people.masking import mask_plate_number


def _hold(actor: Actor, case_id: int) -> tuple[Case, Matter]:
    """The case, locked, for its handler while it is in hand."""
    case, matter, place = lock(case_id)
    require(actor, "case.handle", place.scope)
    has_interest = actor.user_id in interested_user_ids(case.matter_id)
    is_handler = case.handler_id == actor.user_id
    refuse(rules.refusal_to_handle(state=case.state, is_handler=is_handler, has_interest=has_interest))
    return case, matter


def add_object(actor: Actor, case_id: int, *, label: str, spot: str, now: datetime) -> NoticeObject:
    case, _matter = _hold(actor, case_id)
    found = NoticeObject(case_id=case.id, label=label, spot=spot)
    db.session.add(found)
    db.session.flush()
    record("notice_object.added", case, now=now, object=found.id)
    return found


def _object(object_id: int) -> NoticeObject:
    found = db.session.get(NoticeObject, object_id)
    if found is None:
        raise NotFound()
    return found


def _posted(object_id: int) -> list[Posted]:
    return [Posted(each.stage, each.due_on) for each in queries.staged_notices([object_id])]


def post_notice(
    actor: Actor,
    object_id: int,
    *,
    stage: int,
    basis: str,
    remedy: str,
    due_on: date,
    photo_id: int | None,
    now: datetime,
) -> StagedNotice:
    """Post the next of the three. ``now`` is the server's time, and what stands on the notice."""
    found = _object(object_id)
    case, matter = _hold(actor, found.case_id)
    refuse(
        rules.refusal_to_post(
            stage=stage,
            posted=_posted(object_id),
            state=found.state,
            has_photo=photo_id is not None,
            due_on=due_on,
            today=shanghai_date(now),
        )
    )
    notice = StagedNotice(
        object_id=object_id,
        stage=stage,
        basis=basis,
        remedy=remedy,
        due_on=due_on,
        photo_id=photo_id,
        posted_by_id=case.handler_id,
        posted_at=now,
    )
    db.session.add(notice)
    db.session.flush()
    data = {"stage": stage, "label": mask_plate_number(found.label), "spot": found.spot, "due_on": due_on.isoformat()}
    matters.add_entry(matter, "staged_notice.posted", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("staged_notice.posted", case, now=now, object=object_id, notice=notice.id, stage=stage)
    _tell(case, "staged_notice.posted", f"notice:{notice.id}", data, now=now)
    return notice


def settle_object(actor: Actor, object_id: int, *, outcome: ObjectState, note: str, now: datetime) -> NoticeObject:
    """Its owner has moved it, or it was towed with the police once the third notice had run out."""
    found = _object(object_id)
    case, matter = _hold(actor, found.case_id)
    today = shanghai_date(now)
    refuse(rules.refusal_to_settle(outcome=outcome, posted=_posted(object_id), state=found.state, today=today))
    found.state, found.settled_at, found.settled_note = outcome, now, note
    data = {"outcome": str(outcome), "label": mask_plate_number(found.label), "spot": found.spot, "note": note}
    matters.add_entry(matter, "notice_object.settled", now=now, actor=actor, actor_name=by_name(actor), data=data)
    record("notice_object.settled", case, now=now, object=object_id, outcome=str(outcome))
    _tell(case, "notice_object.settled", f"object:{object_id}", data, now=now)
    return found


def _tell(case: Case, kind: str, key: str, data: Mapping[str, object], *, now: datetime) -> None:
    """Everyone who takes part hears of every stage."""
    reasons = {user_id: str(found[0]) for user_id, found in participants(case.matter_id).items()}
    notifications.tell(reasons, kind, key=f"{kind}:{key}", now=now, matter_id=case.matter_id, data=data)
