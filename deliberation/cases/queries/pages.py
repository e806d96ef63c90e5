"""What the matter's page shows of its case, and the case's own page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from deliberation.cases.models import Assignment, Case, CasePause, Demand, Progress, Reply
from deliberation.cases.queries.assignments import AssignmentLine, Hearing, assignment_lines, assignments, hearing
from deliberation.cases.queries.cases import (
    case,
    case_of_matter,
    office_name,
    progress,
    replies,
)
from deliberation.cases.queries.demands import demands_of, is_contact_shown_to
from deliberation.cases.queries.extensions import ExtensionLine, extension_lines, is_extended
from deliberation.cases.queries.parts import PartLine, open_pause, part_lines, whole_of
from deliberation.cases.queries.projects import Project, project
from deliberation.cases.queries.staged_notices import Standing, standing_objects
from deliberation.cases.rules import (
    BEING_HANDLED,
    DISPATCHABLE,
    LIVE,
    AssignmentState,
    CaseState,
    HandOver,
    refusal_to_ask_extension,
    refusal_to_press,
)
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.matters.models import Matter
from deliberation.matters.queries import interested_user_ids
from deliberation.people.access import Actor
from deliberation.people.models import Organisation, User
from deliberation.people.queries import organisations_by_id, users_by_id
from deliberation.photos.models import Photo
from deliberation.photos.queries import photos_by_id
from deliberation.places.models import Place


@dataclass(frozen=True)
class Part:
    """What the matter page shows of its newest case; ``case`` is ``None`` while nobody has been given it.

    ``may_open`` leads an office to the case's own page, ``may_dispatch`` the liaison to the dispatch form.
    """

    number: str
    may_dispatch: bool
    case: Case | None = None
    handler_name: str = ""
    unit: Organisation | None = None
    last_reply: Reply | None = None
    before: Progress | None = None
    after: Progress | None = None
    photos: Mapping[int, Photo] = field(default_factory=dict)
    may_open: bool = False
    may_press: bool = False
    demands: Sequence[Demand] = ()
    may_see_contact: bool = False
    project: Project | None = None
    standing: Sequence[Standing] = ()


def on_matter(matter: Matter, actor: Actor, *, now: datetime) -> Part | None:
    """The matter's case, or the way to give it to somebody, or nothing."""
    place = db.session.get(Place, matter.place_id)
    scope = place.scope if place else ()
    found, heard = case_of_matter(matter.id), demands_of(matter.id)
    may_see_contact = is_contact_shown_to(actor, scope, found)
    if found is None:
        may_dispatch = matter.state in DISPATCHABLE and actor.may("case.dispatch", scope)
        is_shown = may_dispatch or bool(heard)
        return Part(matter.number, may_dispatch, demands=heard, may_see_contact=may_see_contact) if is_shown else None
    given = replies(found.id)
    shown = [each for each in progress(found.id) if each.photo_id or each.measure]
    return Part(
        number=matter.number,
        may_dispatch=False,
        case=found,
        handler_name=office_name(users_by_id([found.handler_id]).get(found.handler_id)),
        unit=organisations_by_id([found.lead_unit_id]).get(found.lead_unit_id or 0),
        last_reply=given[-1] if given else None,
        before=next((each for each in shown if each.stage == "before"), None),
        after=next((each for each in reversed(shown) if each.stage == "after"), None),
        photos=photos_by_id(each.photo_id for each in shown if each.photo_id is not None),
        may_open=actor.may("case.read", scope),
        may_press=_may_press(found, scope, actor, now=now),
        demands=heard,
        may_see_contact=may_see_contact,
        project=project(found.id),
        standing=standing_objects(found.id),
    )


@dataclass(frozen=True)
class CasePage:
    """The case's own page. The flags say which forms stand on it; the services check again.

    ``answer`` is what the actor was asked to lead or to assist with and has not answered, ``assistance`` what the actor
    assists with; ``asks_time`` is the own part for which more time may be asked for now, ``extensions`` are all the
    requests and ``decides`` the one the actor may decide on; ``hearing`` is the meeting of the case's level.
    """

    case: Case
    matter: Matter
    place: Place
    handler: User
    unit: Organisation | None
    replies: Sequence[Reply]
    progress: Sequence[Progress]
    photos: Mapping[int, Photo]
    parts: Sequence[AssignmentLine]
    answer: Assignment | None
    assistance: Assignment | None
    extensions: Sequence[ExtensionLine]
    asks_time: Assignment | None
    decides: ExtensionLine | None
    hearing: Hearing | None
    pause: CasePause | None
    whole: tuple[Case, Matter] | None
    split_off: Sequence[PartLine]
    may_pause: bool
    may_split: bool
    has_interest: bool
    may_handle: bool
    may_ask_another: bool
    may_decide_lead: bool
    may_dispatch: bool
    may_set_level: bool
    may_approve: bool
    may_extend: bool
    may_press: bool
    may_close: bool
    waits_for_look_back: bool


def page(case_id: int, actor: Actor, *, now: datetime) -> CasePage:
    """Everything the case's page shows, in a constant number of statements."""
    found = case(case_id)
    place = db.session.get_one(Place, found.place_id)
    interested = interested_user_ids(found.matter_id)
    steps = progress(case_id)
    asked = assignments(case_id)
    own = [row for row in asked if row.handler_id == actor.user_id and found.state in BEING_HANDLED]
    extensions = extension_lines(case_id, asked, reader_id=actor.user_id)
    waiting = [line for line in reversed(extensions) if line.is_open]
    may_decide = found.state in BEING_HANDLED and actor.may("case.extend", place.scope)
    return CasePage(
        case=found,
        matter=db.session.get_one(Matter, found.matter_id),
        place=place,
        handler=db.session.get_one(User, found.handler_id),
        unit=organisations_by_id([found.lead_unit_id]).get(found.lead_unit_id or 0),
        replies=replies(case_id),
        progress=steps,
        photos=photos_by_id(step.photo_id for step in steps if step.photo_id is not None),
        parts=assignment_lines(asked, actor),
        answer=next((row for row in own if row.state is AssignmentState.offered), None),
        assistance=next((row for row in own if not row.is_lead and row.state in LIVE), None),
        extensions=extensions,
        asks_time=_asks_time(found, own, waiting, has_interest=actor.user_id in interested, now=now),
        decides=next((line for line in waiting if may_decide and not line.is_own), None),
        hearing=hearing(found.matter_id, found.level),
        pause=open_pause(case_id) if found.paused_at is not None else None,
        whole=whole_of(found),
        split_off=part_lines(case_id),
        **_forms(found, place, actor, interested, is_awaited=any(line.is_lead for line in waiting)),
        may_press=_may_press(found, place.scope, actor, now=now),
    )


def refusal_to_press_now(found: Case, *, now: datetime) -> Refusal | None:
    pressed_on = shanghai_date(found.pressed_at) if found.pressed_at else None
    is_paused, today = found.paused_at is not None, shanghai_date(now)
    return refusal_to_press(state=found.state, is_paused=is_paused, pressed_on=pressed_on, today=today)


def _may_press(found: Case, scope: Sequence[int], actor: Actor, *, now: datetime) -> bool:
    """Whether the button stands there: a private case is pressed by nobody in public."""
    may = not found.is_private and actor.may("case.press", scope)
    return may and refusal_to_press_now(found, now=now) is None


def _asks_time(
    found: Case, own: Sequence[Assignment], waiting: Sequence[ExtensionLine], *, has_interest: bool, now: datetime
) -> Assignment | None:
    """The part for which the reader may ask for more time; the last one asked of them, as the page has one form."""
    part = next((row for row in reversed(own) if row.state in LIVE), None)
    if part is None or (part.is_lead and part.handler_id != found.handler_id):
        return None
    refusal = refusal_to_ask_extension(
        is_theirs=True,
        has_interest=has_interest,
        state=found.state,
        assignment=part.state,
        is_paused=found.paused_at is not None,
        due_at=found.due_at if part.is_lead else part.due_at,
        is_promised=part.is_lead and found.promised_on is not None,
        is_extended=is_extended(found, part),
        is_asked=any(line.row.assignment_id == part.id for line in waiting),
        reason="not typed yet",
        now=now,
    )
    return part if refusal is None else None


def _forms(
    found: Case, place: Place, actor: Actor, interested: Collection[int], *, is_awaited: bool
) -> dict[str, bool]:
    """Which forms stand on the page for this person, and why one may be missing."""
    is_in_hand, is_handler = found.state in BEING_HANDLED, found.handler_id == actor.user_id
    has_interest, lead_has_interest = actor.user_id in interested, found.handler_id in interested
    is_disputed = found.hand_over is HandOver.disputed
    needs_another = found.hand_over is HandOver.returned or (lead_has_interest and not is_disputed)
    may_close = actor.may("case.close", place.scope) and not is_handler and found.state is not CaseState.closed

    def may(action: str) -> bool:
        return is_in_hand and actor.may(action, place.scope)

    return {
        "has_interest": has_interest and is_handler,
        "may_pause": may("case.pause"),
        "may_split": may("case.split") and found.parent_id is None,
        "may_dispatch": may("case.dispatch"),
        "may_ask_another": may("case.dispatch") and needs_another,
        "may_decide_lead": may("case.decide_lead") and is_disputed,
        "may_set_level": may("case.set_level"),
        "may_handle": is_handler and is_in_hand and not has_interest,
        "may_approve": found.state is CaseState.external_approval_pending
        and actor.may("case.record_approval", place.scope),
        "may_extend": may("case.extend") and found.extended_at is None and not is_awaited,
        "may_close": may_close and found.looked_back_at is not None,
        "waits_for_look_back": may_close and found.looked_back_at is None and not is_in_hand,
    }
