"""A body with seats, and a vote of it at any stage, through the real services; call inside ``with transaction():``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deliberation.committees.models import Committee
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, Step
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.places.models import Place
from deliberation.votes import queries, service
from deliberation.votes.models import Vote
from deliberation.votes.rules import Channel, Choice, Terms
from deliberation.votes.service import Receipt
from tests.support import kept, make

NOW = make.NOW
OPENS = NOW + timedelta(days=1)
CLOSES = NOW + timedelta(days=8)
TEXT = "机动车由北口进、南口出，救护和消防车辆除外。\n试行 30 天，期满公布通行记录。"
MAJORITY_OF_ALL = {"rule_kind": "all_members_majority", "charter_clause": "楼委会章程第 8 条"}

_numbers = itertools.count(1)


@dataclass
class Hall:
    """Everybody a vote needs. ``voters`` hold the first seats; ``liaison`` prepares and conducts."""

    place: Place
    body: Committee
    matter: Matter
    liaison: Actor
    voters: list[User]
    vote: Vote

    def actor(self, number: int = 0) -> Actor:
        return Actor(user_id=self.voters[number].id, name=self.voters[number].name)


def ballot_id() -> str:
    return f"test-ballot-{next(_numbers):08d}"


@kept.scene
def prepare(
    *,
    seats: int = 3,
    voters: int = 3,
    needs_approval: bool = False,
    closes_at: datetime = CLOSES,
    terms: Terms | None = None,
    **charter: Any,
) -> Hall:
    """A hall with a draft: ``seats`` seats, the first ``voters`` of them held by somebody."""
    place = make.place()
    body = make.committee(place=place, **charter)
    people = [make.person(name="周敏", email=number == 0) for number in range(voters)]
    make.seats(body, count=seats, users=people)
    liaison = make.actor(make.person(name="沈岚", duty="联络员", roles=[Role.liaison], place=place))
    matter = make.matter(place=place)
    matter_service.move(matter, step=Step.proposal, state="accepted", now=NOW)
    vote = service.prepare_vote(
        liaison, matter_id=matter.id, committee_id=body.id, title="梧桐里机动车单行", text=TEXT, opens_at=OPENS,
        closes_at=closes_at, needs_external_approval=needs_approval, approval_body="公安交管部门",
        terms=terms, now=NOW,
    )  # fmt: skip
    return Hall(place, body, matter, liaison, people, vote)


@kept.scene
def publish(**of: Any) -> Hall:
    hall = prepare(**of)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    return hall


@kept.scene
def open_hall(**of: Any) -> Hall:
    hall = publish(**of)
    service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    return hall


def cast(
    hall: Hall,
    number: int = 0,
    choice: Any = Choice.in_favour,
    *,
    client_ballot_id: str | None = None,
    reason: str = "",
    now: datetime = OPENS,
) -> Receipt:
    """The first seat of voter ``number`` casts."""
    actor = hall.actor(number)
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0]
    return service.cast_ballot(
        actor,
        vote_id=hall.vote.id,
        roll_entry_id=entry.id,
        choice=choice,
        reason=reason,
        client_ballot_id=client_ballot_id or ballot_id(),
        channel=Channel.web,
        now=now,
    )


def cast_all(hall: Hall, choices: Iterable[Choice]) -> None:
    for number, choice in enumerate(choices):
        cast(hall, number, choice)


def choices(*, in_favour: int, against: int, abstain: int) -> list[Choice]:
    return [Choice.in_favour] * in_favour + [Choice.against] * against + [Choice.abstain] * abstain


def result_of(vote: Vote) -> dict[str, Any]:
    """The stored verdict; it fails where there is none."""
    assert vote.result is not None
    return vote.result


def settle(hall: Hall, *, now: datetime = CLOSES) -> Vote:
    """Close, count and read back."""
    service.close_vote(hall.liaison, vote_id=hall.vote.id, now=now)
    return service.announce_result(hall.liaison, vote_id=hall.vote.id, now=now)
