"""What was split off a case, its pause, and whether it is a deputy's suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from deliberation.cases.models import Case, CasePause, Suggestion
from deliberation.cases.queries.cases import office_name
from deliberation.cases.rules import CaseState
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.people.queries import holders_of_role


def open_pause(case_id: int) -> CasePause | None:
    rows = select(CasePause).where(CasePause.case_id == case_id, CasePause.ended_at.is_(None))
    return db.session.scalar(rows.order_by(CasePause.id.desc()).limit(1))


@dataclass(frozen=True)
class PartLine:
    """What was split off, with its matter and who handles it."""

    case: Case
    matter: Matter
    handler_name: str


def part_lines(case_id: int) -> Sequence[PartLine]:
    rows = (
        select(Case, Matter, User)
        .join(Matter, Matter.id == Case.matter_id)
        .join(User, User.id == Case.handler_id)
        .where(Case.parent_id == case_id)
    )
    found = db.session.execute(rows.order_by(Case.id))
    return [PartLine(case, matter, office_name(user)) for case, matter, user in found]


def whole_of(case: Case) -> tuple[Case, Matter] | None:
    """The case that this one was split off."""
    if case.parent_id is None:
        return None
    whole = db.session.get_one(Case, case.parent_id)
    return whole, db.session.get_one(Matter, whole.matter_id)


def has_open_parts(case_id: int) -> bool:
    """Whether something split off waits for its first answer, or for another after having come back."""
    rows = select(Case.id).where(Case.parent_id == case_id, Case.replied_at.is_(None), Case.state != CaseState.closed)
    return db.session.scalar(rows.limit(1)) is not None


def suggestion_of(matter_id: int) -> Suggestion | None:
    return db.session.scalar(select(Suggestion).where(Suggestion.matter_id == matter_id))


def deputies_in(scope: Iterable[int]) -> Sequence[User]:
    return holders_of_role(Role.deputy, scope)
