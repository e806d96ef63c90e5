"""What a month was: the figures, what came up most, what failed, what went well, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from deliberation.cases.queries import held_places
from deliberation.committees.models import Committee
from deliberation.committees.rules import CommitteeKind
from deliberation.feedback import rules
from deliberation.feedback.models import CaseTerm, ReviewLesson, ReviewPack
from deliberation.feedback.queries.figures import figures
from deliberation.feedback.rules import Dimension, Figures, Period, Shown
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters.desk import DeskLine
from deliberation.matters.models import Matter
from deliberation.people.access import Actor, Role
from deliberation.people.queries import organisations_by_id
from deliberation.places.models import Place
from deliberation.places.queries import places_by_id
from deliberation.proposals.models import Proposal
from deliberation.proposals.queries import like_each

MOST_CASES = 40  # Of each list: a talk of two hours reaches no further.
MOST_GOOD = 10
MONTHS_BACK = 3


def places_in_review(month: date) -> Sequence[int]:
    """Places with a monthly review of their own that have no pack of ``month`` yet."""
    drafted = select(ReviewPack.place_id).where(ReviewPack.month == month)
    rows = select(Committee.place_id).where(Committee.kind == CommitteeKind.monthly_review)
    return db.session.scalars(
        rows.where(Committee.place_id.not_in(drafted)).distinct().order_by(Committee.place_id)
    ).all()


def review_content(place: Place, month: date, *, now: datetime) -> dict[str, Any]:
    """The month of a place and all below it as plain JSON: ids, numbers and titles of what is public anyway."""
    period = Period(month, month)
    levels, total = figures(place, period, by=Dimension.level, now=now)
    rows = db.session.execute(_terms_of(place, period, now)).all()
    return {
        "figures": {"levels": [[level, asdict(each)] for level, each in levels.items()], "total": asdict(total)},
        "topics": _topics(place, month),
        **_cases([(term, matter) for term, matter in rows if _is_public(matter)]),
        **_repeats(place, month),
    }


def _terms_of(place: Place, period: Period, now: datetime) -> Select[CaseTerm, Matter]:
    return (
        select(CaseTerm, Matter)
        .join(Matter, Matter.id == CaseTerm.matter_id)
        .join(Place, Place.id == CaseTerm.place_id)
        .where(Place.path.startswith(place.path, autoescape=True))
        .where(CaseTerm.due_on.between(period.first_day, period.last_day), CaseTerm.due_at <= now)
        .where(CaseTerm.paused_at.is_(None))
        .order_by(CaseTerm.due_at, CaseTerm.id)
    )


def _is_public(matter: Matter) -> bool:
    """What is private is in the figures, and named nowhere (C8): a pack is read by everybody in the end."""
    return not matter.is_private


def _named(matter: Matter) -> dict[str, Any]:
    return {"number": matter.number, "plate": matter.plate, "title": matter.title}


def _cases(terms: Sequence[tuple[CaseTerm, Matter]]) -> dict[str, list[dict[str, Any]]]:
    """Each case once, with everything in which it failed: among the failed, the worst first, or by what it has become
    among the good, those that were praised most first.
    """
    found: dict[int, list[tuple[CaseTerm, Matter]]] = {}
    for term, matter in terms:
        found.setdefault(term.case_id, []).append((term, matter))
    units = organisations_by_id(term.unit_id for term, _matter in terms)
    failed, good = [], []
    for case_id, rounds in found.items():
        term, matter = rounds[-1]
        standing, unit = rules.standing([each.facts for each, _matter in rounds]), units.get(term.unit_id or 0)
        row = {**_named(matter), "why": [str(each) for each in standing.why]}
        if standing.is_good:
            good.append({**row, "satisfied": term.satisfied})
        elif standing.why:
            failed.append({"case": case_id, **row, "level": term.level, "unit": unit.name if unit else ""})
    failed.sort(key=lambda row: (-len(row["why"]), row["number"]))
    good.sort(key=lambda row: (-row["satisfied"], row["number"]))
    return {"failed": failed[:MOST_CASES], "good": good[:MOST_GOOD]}


def _opened(place: Place, since: date, until: date) -> Select[Proposal, Matter]:
    start, end = (datetime(day.year, day.month, 1, tzinfo=SHANGHAI) for day in (since, rules.month_after(until)))
    return (
        select(Proposal, Matter)
        .join(Matter, Matter.id == Proposal.matter_id)
        .join(Place, Place.id == Matter.place_id)
        .where(Place.path.startswith(place.path, autoescape=True), Matter.merged_into_id.is_(None))
        .where(Matter.opened_at >= start, Matter.opened_at < end)
        .order_by(Matter.id)
    )


def _topics(place: Place, month: date) -> list[dict[str, Any]]:
    before = rules.month_after(month, -1)
    kinds, then = (
        [str(proposal.kind) for proposal, _matter in db.session.execute(_opened(place, each, each))]
        for each in (month, before)
    )
    return [asdict(topic) for topic in rules.top_topics(kinds, then)]


def _repeats(place: Place, month: date) -> dict[str, Any]:
    """What came up in several places within three months, and single matters that read alike, wherever they were."""
    opened = db.session.execute(_opened(place, rules.month_after(month, 1 - MONTHS_BACK), month)).all()
    rows = [(proposal, matter) for proposal, matter in opened if _is_public(matter)]
    several = rules.in_several_places((str(proposal.kind), matter.place_id) for proposal, matter in rows)
    names = places_by_id(matter.place_id for _proposal, matter in rows)
    kinds = [
        {"kind": kind, "places": [[names[place_id].name, count] for place_id, count in spread.most_common()]}
        for kind, spread in sorted(several.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    ]
    found = {proposal.id: {**_named(matter), "place": names[matter.place_id].name} for proposal, matter in rows}
    groups = like_each([(proposal.id, proposal.title, proposal.text) for proposal, _matter in rows])
    alike = [[found[key] for key in group] for group in groups[:MOST_CASES]]
    return {"several_places": kinds, "alike": alike}


def review_pack(pack_id: int) -> ReviewPack:
    found = db.session.get(ReviewPack, pack_id)
    if found is None:
        raise NotFound()
    return found


def review_of_matter(matter_id: int) -> ReviewPack | None:
    return db.session.scalar(select(ReviewPack).where(ReviewPack.matter_id == matter_id))


def lessons(pack_id: int) -> dict[int, ReviewLesson]:
    rows = select(ReviewLesson).where(ReviewLesson.pack_id == pack_id)
    return {each.case_id: each for each in db.session.scalars(rows)}


@dataclass(frozen=True)
class ReviewPage:
    """``levels`` and ``total`` as this reader may see them; ``missing`` counts the failed cases without a lesson."""

    pack: ReviewPack
    place: Place
    matter: Matter
    lessons: Mapping[int, ReviewLesson]
    levels: Sequence[tuple[int, Shown]]
    total: Shown
    missing: int
    may_write: bool


def review_page(pack_id: int, actor: Actor) -> ReviewPage:
    """A draft is seen by the offices of its place, what is published by everybody."""
    pack = review_pack(pack_id)
    place = db.session.get_one(Place, pack.place_id)
    if pack.published_at is None and not actor.may("case.read", place.scope):
        raise NotFound()
    kept = pack.content["figures"]
    groups, total = {level: Figures(**each) for level, each in kept["levels"]}, Figures(**kept["total"])
    if actor.may("figures.read_whole", place.scope):
        shown, last = {level: Shown.whole(each) for level, each in groups.items()}, Shown.whole(total)
    else:
        shown, last = rules.public(groups, total)
    written = lessons(pack.id)
    return ReviewPage(
        pack=pack,
        place=place,
        matter=db.session.get_one(Matter, pack.matter_id),
        lessons=written,
        levels=sorted(shown.items()),
        total=last,
        missing=len([case_id for case_id in pack.failed_case_ids if case_id not in written]),
        may_write=pack.published_at is None and actor.may("review.write", place.scope),
    )


def reviews(actor: Actor) -> list[tuple[ReviewPack, Place]]:
    """The published ones, and the drafts this person's office may read; the newest first."""
    may_read = held_places(actor, Role.liaison, Role.park_manager, Role.supervisor, Role.residents_committee)
    rows = (
        select(ReviewPack, Place)
        .join(Place, Place.id == ReviewPack.place_id)
        .where(ReviewPack.published_at.is_not(None) | may_read)
        .order_by(ReviewPack.month.desc(), Place.path)
        .limit(60)
    )
    return [(pack, place) for pack, place in db.session.execute(rows)]


def review_lines(actor: Actor) -> list[DeskLine]:
    """Packs the liaison has to finish; one statement."""
    rows = db.session.execute(
        select(ReviewPack, Matter)
        .join(Matter, Matter.id == ReviewPack.matter_id)
        .join(Place, Place.id == ReviewPack.place_id)
        .where(ReviewPack.published_at.is_(None), held_places(actor, Role.liaison))
        .order_by(ReviewPack.due_at)
        .limit(20)
    )
    return [
        DeskLine(
            5, matter.number, matter.plate, matter.title, "write_lessons", each.due_at, f"/feedback/reviews/{each.id}"
        )
        for each, matter in rows
    ]
