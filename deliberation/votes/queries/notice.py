"""The convening notice of a vote: what it says, and before its publication what it still lacks (domain.md C7)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries as meetings
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.registry import queries as registry
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries.deadlines import announce_due_at
from deliberation.votes.queries.scenes import Scene, scene
from deliberation.votes.rules import Course, RollSource, Stage


@dataclass(frozen=True)
class NoticePage:
    """``missing`` are codes of ``rules.FIELDS``. ``area_needed`` is in 0.01 ㎡, 0 where the rule asks for none."""

    scene: Scene
    notice: rules.Notice
    missing: tuple[str, ...]
    heads_needed: int
    area_needed: int


def notice_page(vote_id: int, actor: Actor) -> NoticePage:
    """For anybody from the publication on; the draft of it for those who prepare and check votes."""
    found = scene(vote_id)
    vote = found.vote
    may_prepare = any(actor.may(action, found.place.scope) for action in ("vote.prepare", "vote.legal_check"))
    if vote.published_at is None and not may_prepare:
        raise NotFound()
    written = notice_of(vote, found.body, found.place)
    return NoticePage(
        scene=found,
        notice=written,
        missing=rules.missing_fields(written),
        heads_needed=rules.ballots_needed(vote.rule, written.heads),
        area_needed=rules.area_needed(vote.rule, written.area),
    )


def notice_of(vote: Vote, body: Committee, place: Place) -> rules.Notice:
    """The notice as it is written, from the vote, and from the roll as it is or would be."""
    heads, area = (vote.seats_total, vote.area_total) if vote.published_at else _roll_by_now(vote, body)
    return rules.Notice(
        issuer=vote.notice.get("issuer", ""),
        body=body.name,
        rule_kind=vote.rule_kind,
        clause=vote.charter_clause,
        item_class=vote.item_class,
        title=vote.title,
        text=vote.text,
        heads=heads,
        area=area,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        has_web=vote.takes_web,
        has_paper=vote.allows_paper,
        paper_place=vote.notice.get("how_to_vote", ""),
        help_desk=vote.notice.get("help_desk", "") or help_desk(place),
        objection_contact=vote.notice.get("objection_contact", ""),
    )


def help_desk(place: Place) -> str:
    """Whom a place names for those who need help: name, number and hours."""
    return " ".join(filter(None, (place.contact_name, place.contact_phone, place.contact_hours)))


def notice_now(vote: Vote) -> rules.Notice:
    return notice_of(vote, committees.committee(vote.committee_id), places.place(vote.place_id))


def _roll_by_now(vote: Vote, body: Committee) -> tuple[int, int]:
    """How many would stand on the roll if it were frozen now, and their area; the publication counts exactly."""
    if vote.roll_source is RollSource.units:
        figures = registry.sums(vote.place_id)
        return figures.heads, figures.area
    if vote.roll_source is RollSource.members:
        return people.count_at_home(vote.place_id), 0
    if vote.roll_source is RollSource.attendance and vote.meeting_id is not None:
        return len(meetings.present_user_ids(vote.meeting_id)), 0
    return committees.seat_totals(body).voting, 0


def stages_of(vote: Vote, *, now: datetime) -> list[Stage]:
    """The way of a vote through its life, for its page."""
    own: dict[str, Any] = {each.name: getattr(vote, each.name, None) for each in fields(Course)}
    is_over = vote.objections_until is not None and now >= vote.objections_until
    return rules.stages(Course(**{**own, "announce_due_at": announce_due_at(vote), "is_window_over": is_over}))
