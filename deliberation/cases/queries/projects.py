"""What a case carries as a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from deliberation.cases import rules
from deliberation.cases.models import Measure, Milestone, ProjectLead, Reading
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound


@dataclass(frozen=True)
class Measured:
    """A measure with its newest reading, and whether that is where it was to get to."""

    measure: Measure
    latest: Reading | None
    is_reached: bool


@dataclass(frozen=True)
class Project:
    leads: Sequence[ProjectLead]
    milestones: Sequence[Milestone]
    measures: Sequence[Measured]

    @property
    def has_any(self) -> bool:
        return bool(self.leads or self.milestones or self.measures)


def leads(case_id: int) -> Sequence[ProjectLead]:
    """Who leads now, whoever wants it done first."""
    rows = select(ProjectLead).where(ProjectLead.case_id == case_id, ProjectLead.ended_at.is_(None))
    return db.session.scalars(rows.order_by(ProjectLead.side)).all()


def milestone(milestone_id: int) -> Milestone:
    found = db.session.get(Milestone, milestone_id)
    if found is None:
        raise NotFound()
    return found


def measure(measure_id: int) -> Measure:
    found = db.session.get(Measure, measure_id)
    if found is None:
        raise NotFound()
    return found


def project(case_id: int) -> Project:
    """Four statements, however much there is of it."""
    planned = select(Milestone).where(Milestone.case_id == case_id).order_by(Milestone.due_on, Milestone.id)
    measures = db.session.scalars(select(Measure).where(Measure.case_id == case_id).order_by(Measure.id)).all()
    ids = [measure.id for measure in measures]
    readings = select(Reading).where(Reading.measure_id.in_(ids)).order_by(Reading.read_on, Reading.id)
    latest = {reading.measure_id: reading for reading in db.session.scalars(readings)}
    return Project(
        leads=leads(case_id),
        milestones=db.session.scalars(planned).all(),
        measures=[_measured(measure, latest.get(measure.id)) for measure in measures],
    )


def _measured(measure: Measure, latest: Reading | None) -> Measured:
    baseline, target = Decimal(measure.baseline), Decimal(measure.target)
    is_reached = latest is not None and rules.is_reached(baseline=baseline, target=target, value=Decimal(latest.value))
    return Measured(measure, latest, is_reached)
