"""What every act on a vote shares: its lock, who may conduct it, where its matter goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import literal

from deliberation.kernel.clock import end_of_day, shanghai_date
from deliberation.kernel.database import db
from deliberation.kernel.errors import Refusal
from deliberation.kernel.working_days import add_working_days, deadline_after_days
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, ParticipationReason, Step
from deliberation.meetings import queries as meetings
from deliberation.meetings import service as meeting_service
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.service.passage import office_name
from deliberation.notifications.service import tell
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.votes import live, queries, rules
from deliberation.votes.counting import canonical_choice, named_options, parse_choice
from deliberation.votes.models import BallotConflict, PaperBallot, ProxyAuthority, RollEntry, Vote
from deliberation.votes.queries.casting import PolledVote
from deliberation.votes.queries.proxies import voter_with_number
from deliberation.votes.rules import VoteStateChanged

WORKING_DAYS_TO_DECIDE = 5  # Our choice: after a vote that did not pass, somebody says what comes next.


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def canonical(vote: Vote | PolledVote, choice: Any) -> str:
    """What a ballot, a sheet or an authority says, as it is kept; refused when this vote has no such choice."""
    parsed = parse_choice(
        choice, method=vote.method, options=vote.option_codes, seats=vote.seats_to_fill, limit=vote.choice_limit
    )
    refuse(rules.refusal_to_name(named_options(parsed), barred=vote.barred, is_binding=vote.is_binding))
    return canonical_choice(parsed)


def is_done_already(refusal: Refusal | None, is_done: bool) -> bool:
    """Whether a step that may be taken here stands already: a console that lost the answer sends it once more."""
    return is_done and isinstance(refusal, VoteStateChanged)


def load(vote_id: int) -> Vote:
    """The vote, locked until the transaction ends: ballots on their way are in, later ones wait and are refused."""
    return queries.vote(vote_id, lock={"of": Vote})


def voter_numbered(vote: Vote, number: int) -> RollEntry:
    """The voter with this number on the roll; refused when nobody has it."""
    found = voter_with_number(vote.id, number)
    if found is None:
        raise rules.NoSuchNumber(number=number)
    return found


def held_voter(entry_id: int) -> RollEntry:
    """A voter's place on the roll, held until the transaction ends: ballots of one voter follow one another."""
    return db.session.get_one(RollEntry, entry_id, with_for_update={"of": RollEntry, "key_share": True})


def held_with(row: BallotConflict | PaperBallot | ProxyAuthority) -> tuple[Vote, RollEntry]:
    """The vote and the voter of a clash, a sheet or an authority, in the order in which ballots hold them: so nobody
    waits for ever. The row itself is read once more, since it may have changed while others held them."""
    vote, voter = load(row.vote_id), held_voter(row.roll_entry_id)
    db.session.refresh(row)
    return vote, voter


def meeting_and_item(vote: Vote) -> tuple[Meeting | None, AgendaItem | None]:
    if vote.item_id is None:
        return None, None
    item = meetings.item(vote.item_id)
    return meetings.meeting(item.meeting_id), item


def entry(matter: Matter, code: str, *, actor: Actor | None, data: Mapping[str, Any], now: datetime) -> None:
    name = office_of(actor.user_id) if actor else ""
    matter_service.add_entry(matter, code, now=now, actor=actor, actor_name=name, data=dict(data), step=Step.vote)


def hand_to_conductor(matter: Matter, vote: Vote, *, task: str, due_at: datetime, now: datetime) -> None:
    """To the chair of the vote's meeting, else to whoever prepared the vote."""
    meeting = meetings.meeting(vote.meeting_id) if vote.meeting_id is not None else None
    holder_id = meeting.chair_id if meeting else vote.prepared_by_id
    name = office_of(holder_id)
    matter_service.hand_to(matter, name=name, task=task, due_at=due_at, now=now, holder_id=holder_id)


def office_of(user_id: int | None) -> str:
    return office_name(people.user(user_id)) if user_id is not None else ""


def days_after(now: datetime, days: int) -> datetime:
    """The end of the last day of a limit of ``days`` calendar days (R-02, R-04)."""
    return end_of_day(deadline_after_days(shanghai_date(now), days, calendar=people.working_calendar()))


def working_days_after(now: datetime, count: int) -> datetime:
    """The end of the ``count``-th working day after today (R-05)."""
    return end_of_day(add_working_days(shanghai_date(now), count, calendar=people.working_calendar()))


def tell_room(vote: Vote, kind: str, *, actor: Actor | None, now: datetime) -> None:
    """The numbered event of the meeting's room, and a push to the vote's own page."""
    live.announce_change(vote)
    if vote.meeting_id is None:
        return
    meeting = meetings.meeting(vote.meeting_id)
    part = queries.room_part(vote)
    data = {"vote": vote.id, "part": part}
    # What came of it decides what the chair may do with its item next.
    parts = ("item",) if kind == "vote.announced" else ()
    meeting_service.record_event(meeting, kind, actor=actor, now=now, data=data, patch={"vote": part}, parts=parts)


def tell_voters(vote: Vote, kind: str, data: Mapping[str, Any], *, key: str, now: datetime) -> None:
    """A message to everybody on the roll who has an account; ``key`` makes it one message however often it is told."""
    reasons = queries.voters(vote.id).add_columns(literal(str(ParticipationReason.eligible_voter)).label("reason"))
    since = vote.published_at.isoformat() if vote.published_at is not None else None  # When its roll was frozen.
    told = {"vote": vote.id, "title": vote.title, "since": since, **data, "path": f"/votes/{vote.id}"}
    tell(reasons, kind, key=f"{kind}:{key}", now=now, matter_id=vote.matter_id, data=told)
