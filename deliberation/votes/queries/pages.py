"""What the page of one vote shows to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deliberation.committees import queries as committees
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries import roll, tallies
from deliberation.votes.queries.acts import Act, acts_of
from deliberation.votes.queries.ballots import OwnSeat, own_seats
from deliberation.votes.queries.eligibility import why_no_voice
from deliberation.votes.queries.following import Kin, kin_of
from deliberation.votes.queries.inspecting import refusal_to_inspect
from deliberation.votes.queries.notice import notice_of, stages_of
from deliberation.votes.queries.objections import ObjectionLine, objection_lines
from deliberation.votes.queries.paper import clashing_entries
from deliberation.votes.queries.participation import ChamberTurnout, Turnout, chamber_turnouts, turnouts
from deliberation.votes.queries.proxies import Mandate, mandates
from deliberation.votes.queries.scenes import Scene, scene
from deliberation.votes.rules import Channel, NoVoice, Stage, VoteState


@dataclass(frozen=True)
class VotePage:
    """``no_voice`` is why this person casts none, or none. ``refusal`` says why no ballot can be cast now.

    ``members`` and ``needed`` are seats and quorum: of the frozen roll, before publication as the body stands now.
    ``result`` is the verdict's JSON: public once read back, and to who reads it back from the count on.
    """

    scene: Scene
    turnout: Turnout
    chambers: Sequence[ChamberTurnout]
    seats: list[OwnSeat]
    no_voice: NoVoice | None
    refusal: Refusal | None
    acts: list[Act]
    result: dict[str, Any] | None
    meeting: Meeting | None
    handler_name: str
    members: int
    needed: int
    objections: Sequence[ObjectionLine]
    may_object: bool
    may_answer: bool
    may_inspect: bool
    mandates: list[Mandate]
    desk: list[str]
    clashing: frozenset[int]
    channels: dict[str, int]
    user_id: int | None
    kin: Kin
    is_before_close: bool
    extended_close: datetime
    stages: list[Stage]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]


def page(vote_id: int, actor: Actor, *, now: datetime) -> VotePage:
    """Everything the page needs. What was never published is there only for those who prepare votes."""
    found = scene(vote_id)
    vote = found.vote
    if vote.published_at is None and not _may_see_draft(actor, found):
        raise NotFound()
    seats = own_seats(vote.id, actor.user_id)
    notice = notice_of(vote, found.body, found.place) if vote.published_at is None else None
    acts = acts_of(found, actor, now=now)
    members = vote.seats_total or committees.seat_totals(found.body).voting
    reads_back = any(act.name == "announce" and act.refusal is None for act in acts)
    return VotePage(
        scene=found,
        turnout=turnouts([vote])[vote.id],
        chambers=chamber_turnouts(vote) if vote.state is VoteState.voting else [],
        seats=seats,
        no_voice=None if seats else _no_voice(vote, actor),
        refusal=_refusal_by_web(vote, is_on_roll=bool(seats), now=now),
        acts=acts,
        result=vote.result if vote.announced_at is not None or reads_back else None,
        meeting=meetings.meeting(vote.meeting_id) if vote.meeting_id is not None else None,
        handler_name=people.user(vote.handler_id).name if vote.handler_id is not None else "",
        members=members,
        needed=rules.ballots_needed(vote.rule, members),
        **_objections(found, actor, has_voice=bool(seats), now=now),
        may_inspect=actor.is_signed_in and refusal_to_inspect(actor, vote) is None,
        mandates=mandates(vote.id, actor.user_id) if vote.proxy_cap else [],
        desk=_desk(found, actor),
        clashing=clashing_entries(vote.id, actor.user_id) if vote.allows_paper else frozenset(),
        channels=_channels(found, actor),
        user_id=actor.user_id,
        is_before_close=now < vote.closes_at,
        extended_close=rules.extended_close(vote.closes_at, vote.extension_days),
        stages=stages_of(vote, now=now),
        missing=rules.missing_fields(notice) if notice is not None else (),
        warnings=rules.warnings_of_secrecy(is_secret=vote.is_secret, voters=notice.heads) if notice is not None else (),
        kin=kin_of(vote, with_drafts=actor.may("vote.prepare", found.place.scope)),
    )


def _refusal_by_web(vote: Vote, *, is_on_roll: bool, now: datetime) -> Refusal | None:
    return rules.refusal_to_cast(
        state=vote.state,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        is_on_roll=is_on_roll,
        now=now,
        other_way=rules.refusal_of_channel(Channel.web, takes_web=vote.takes_web, takes_agents=vote.proxy_cap > 0),
    )


def _desk(found: Scene, actor: Actor) -> list[str]:
    """What an office or a teller of the place does for people who vote in other ways than the page, in its order."""
    vote = found.vote
    if vote.published_at is None:
        return []
    acts = ["paper.print", "paper.enter"] if vote.allows_paper else []
    acts += ["proxy.inspect"] if vote.proxy_cap else []
    acts += ["ballot.assist"] if vote.state in (VoteState.published, VoteState.voting) else []
    return [act for act in acts if actor.may(act, found.place.scope)]


def _channels(found: Scene, actor: Actor) -> dict[str, int]:
    """How many ballots came in by each way, to the unit, for those who count; the public sees what R-52 lets it."""
    is_counted = found.vote.result is not None and not found.vote.is_secret
    return tallies.by_channel(found.vote) if is_counted and actor.may("vote.announce", found.place.scope) else {}


def _may_see_draft(actor: Actor, found: Scene) -> bool:
    return any(actor.may(action, found.place.scope) for action in ("vote.prepare", "vote.legal_check"))


def _objections(found: Scene, actor: Actor, *, has_voice: bool, now: datetime) -> dict[str, Any]:
    """Objections with their answers, and whether this person may raise or answer one now."""
    vote = found.vote
    refusal = rules.refusal_to_object(
        kind=rules.kind_of_objection(vote.state, until=vote.objections_until),
        is_on_roll=has_voice,
        until=vote.objections_until,
        now=now,
        text="to be written",
    )
    return {
        "objections": objection_lines(vote, actor),
        "may_object": refusal is None and actor.is_signed_in,
        "may_answer": actor.may("vote.answer_objection", found.place.scope),
    }


def _no_voice(vote: Vote, actor: Actor) -> NoVoice:
    """Somebody whose only line has no voice owns nothing but parking spaces."""
    stands = bool(roll.own_lines(vote, actor.user_id)) if vote.published_at is not None else False
    return why_no_voice(vote, actor, stands_without_voice=stands)
