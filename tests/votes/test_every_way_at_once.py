"""Every way to vote against the close at the same moment, a few dozen times over, on a real PostgreSQL.

Each round has a vote of its own in one database; a seed says who comes when. Whatever the order turns out to be: what
was acknowledged is counted, what was refused is not, and a ballot that is sent again gets the same answer.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import Refusal
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.votes import queries, service
from deliberation.votes.models import Ballot, SealedBallot, SecretReceipt
from deliberation.votes.queries import tallies
from deliberation.votes.rules import Channel, Terms, VoteClosed
from deliberation.votes.service import Receipt
from tests.support import voting
from tests.support.at_once import together
from tests.support.gathering import STARTS, Gathering
from tests.support.paper import Table
from tests.support.voting import CLOSES, NOW, OPENS

WAYS, URNS, ROOMS = 10, 12, 6  # How many rounds of each; a room takes longest to furnish.
Act = Callable[[], Any]


class Round:
    """Acts in an order and with pauses that the seed says: in round 0 the close is far ahead, in round 1 far behind."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app, self.chance = app, random.Random(seed)
        self.before_acts, self.before_close = {0: (0.4, 0.0), 1: (0.0, 0.4)}.get(seed, (0.0, self._moment()))

    def _moment(self) -> float:
        return self.chance.uniform(0, 0.02)

    def run(self, acts: Sequence[Act], close: Act) -> list[Any]:
        """The answer to each act, in the acts' order."""
        timed = [*((self.before_acts + self._moment(), act) for act in acts), (self.before_close, close)]
        order = self.chance.sample(range(len(timed)), len(timed))
        answers = together(self.app, [partial(_after, *timed[index]) for index in order])
        by_act = dict(zip(order, answers, strict=True))
        assert not isinstance(by_act[len(acts)], Refusal)
        return [by_act[index] for index in range(len(acts))]


def _after(pause: float, act: Act) -> Any:
    time.sleep(pause)
    return act()


def refused(answers: Sequence[Any]) -> list[Refusal]:
    found = [answer for answer in answers if isinstance(answer, Refusal)]
    assert all(isinstance(each, VoteClosed) for each in found), found
    return found


def casting(
    actor: Actor, vote_id: int, entry_id: int, name: str, choice: str = "for", *, channel: Channel = Channel.web,
    replaces: str = "", now: Any = OPENS,
) -> Act:  # fmt: skip
    return lambda: service.cast_ballot(
        actor, vote_id=vote_id, roll_entry_id=entry_id, choice=choice, client_ballot_id=f"{name}-of-{vote_id}",
        channel=channel, replaces=replaces, now=now,
    )  # fmt: skip


def test_web_room_paper_agent_and_help_never_disagree_with_the_close(server) -> None:
    seen: Counter[str] = Counter()
    for seed in range(WAYS):
        with server.app_context():
            table = Table(voters=8, proxy_cap=1)
            acts = _every_way(table)
            vote_id = table.hall.vote.id
            db.session.expunge_all()
        by_hand = partial(service.close_vote, table.hall.liaison, vote_id=vote_id, now=CLOSES)
        close = partial(service.close_due, vote_id, now=CLOSES) if seed % 3 else by_hand
        answers = Round(server, seed).run(list(acts.values()), close)
        told = dict(zip(acts, answers, strict=True))
        assert isinstance(told.pop("paper"), type(None)), "a sheet that was handed in is read after the close, too"
        late = {way for way, answer in told.items() if isinstance(answer, Refusal)}
        assert refused(list(told.values())) is not None
        assert ("web" in late) is ("web again" in late)
        result, channels = _counted(server, table)
        counted = {"web", "room", "agent", "help", "changed"} - late
        assert result["for"] == len(counted) + 1  # And the sheet.
        assert result["against"] == int("changed" in late)  # The earlier ballot stands where the later was late.
        assert result["invalid"] == []
        assert channels == Counter({"paper": 1, "web": ("web" not in late) + 1, "live": "room" not in late,
                                    "proxy": "agent" not in late, "assisted": "help" not in late})  # fmt: skip
        seen.update({"late": len(late), "in time": len(counted)})
    assert min(seen["late"], seen["in time"]) > 0, seen


def _every_way(table: Table) -> dict[str, Act]:
    """Seven voters and their ways; one has read a sheet before, one has cast, one has named an agent."""
    hall, vote_id = table.hall, table.hall.vote.id
    entries = [table.entry(number).id for number in range(8)]
    with transaction():
        address = f"agent{vote_id}@example.org"
        db.session.get_one(User, hall.voters[7].id).email = address
        authority = service.give_proxy(
            hall.actor(3), vote_id=vote_id, roll_entry_id=entries[3], agent_address=address, opinion="for",
            valid_until=shanghai_date(CLOSES), now=OPENS,
        )  # fmt: skip
        authority_id = authority.id
        casting(hall.actor(5), vote_id, entries[5], "first thought", "against")()
        number_of_help = queries.roll_entries_of(vote_id, hall.voters[4].id)[0].number
    table.read(0, 2, "for")
    token, teller = table.token(2), table.tellers[1]
    web = casting(hall.actor(0), vote_id, entries[0], "web")
    return {
        "web": web,
        "web again": web,
        "room": casting(hall.actor(1), vote_id, entries[1], "room", channel=Channel.live),
        "paper": lambda: _none(
            service.enter_reading(teller, token=token, choice="for", invalid_reason=None, now=OPENS)
        ),
        "agent": lambda: service.cast_by_proxy(hall.actor(7), authority_id=authority_id, now=OPENS),
        "help": lambda: service.assist_ballot(
            hall.liaison, vote_id=vote_id, number=number_of_help, choice="for", witness="周女士",
            client_ballot_id=f"desk-of-{vote_id}", now=OPENS,
        ),
        "changed": casting(hall.actor(5), vote_id, entries[5], "second thought"),
    }  # fmt: skip


def _none(_answer: Any) -> None:
    return None


def _counted(app: Flask, table: Table) -> tuple[dict[str, Any], Counter[str]]:
    """The job comes once more, since it passes by a vote that somebody holds; then the chair has it counted."""
    with app.app_context():
        with transaction():
            service.close_due(table.hall.vote.id, now=CLOSES)
        vote = queries.vote(table.hall.vote.id)
        with transaction():
            service.finish_count(table.hall.liaison, vote_id=vote.id, now=CLOSES)
        vote = queries.vote(vote.id)
        return voting.result_of(vote), Counter(tallies.by_channel(vote))


def test_secret_ballots_never_disagree_with_the_close(server) -> None:
    """The urn is opened with exactly those ballots in it that have a receipt, each of them once."""
    seen: Counter[str] = Counter()
    for seed in range(URNS):
        with server.app_context(), transaction():
            hall = voting.open_hall(seats=7, voters=7, terms=Terms(is_secret=True))
            vote_id = hall.vote.id
            people = [(hall.actor(number), queries.roll_entries_of(vote_id, hall.voters[number].id)[0].id)
                      for number in range(7)]  # fmt: skip
            first = casting(*_of(people[0], vote_id), "first thought", "against")()
        acts = [casting(*_of(person, vote_id), f"voter {number}") for number, person in enumerate(people) if number]
        acts.append(acts[0])
        changed = casting(*_of(people[0], vote_id), "second thought", replaces=f"first thought-of-{vote_id}")
        *answers, again, later = Round(server, seed).run(
            [*acts, changed], partial(service.close_vote, hall.liaison, vote_id=vote_id, now=CLOSES)
        )
        late = refused([*answers, later])
        assert type(again) is type(answers[0])
        receipts = {each.leaf_hash for each in answers if isinstance(each, Receipt)}
        receipts.add(later.leaf_hash if isinstance(later, Receipt) else first.leaf_hash)
        with server.app_context():
            result = voting.result_of(queries.vote(vote_id))
            counted = set(db.session.scalars(select(SecretReceipt.digest).where(SecretReceipt.vote_id == vote_id)))
            left = db.session.scalars(select(SealedBallot.id).where(SealedBallot.vote_id == vote_id)).all()
        assert (counted, left) == (receipts, [])
        assert (result["for"], result["against"]) == (
            len(receipts) - isinstance(later, Refusal), int(isinstance(later, Refusal)),
        )  # fmt: skip
        seen.update({"late": len(late), "in time": len(answers) + 1 - len(late)})
    assert min(seen["late"], seen["in time"]) > 0, seen


def _of(person: tuple[Actor, int], vote_id: int) -> tuple[Actor, int, int]:
    actor, entry_id = person
    return actor, vote_id, entry_id


def test_ballots_in_the_room_never_disagree_with_the_chair_who_ends_the_vote(server) -> None:
    """With the meeting's own events written by the same close: a lower lock is never taken after a higher one."""
    seen: Counter[str] = Counter()
    for seed in range(ROOMS):
        with server.app_context():
            there = Gathering().debate()
            item = there.item
            vote = there.act(
                service.prepare_vote, there.shen, matter_id=there.matters[0].id, committee_id=there.body.id,
                item_id=item.id, title="夜班照明", text=item.motion_text, opens_at=STARTS, closes_at=CLOSES, now=NOW,
            )  # fmt: skip
            there.act(service.publish_vote, there.shen, vote_id=vote.id, now=NOW)
            there.act(service.open_vote, there.shen, vote_id=vote.id)
            vote_id = vote.id
            acts = [
                casting(
                    member, vote_id, queries.roll_entries_of(vote_id, member.user_id or 0)[0].id, f"seat {number}",
                    channel=Channel.live, now=STARTS,
                )
                for number, member in enumerate(there.members)
            ]  # fmt: skip
            db.session.expunge_all()
        close = partial(service.close_vote, there.shen, vote_id=vote_id, now=STARTS)
        answers = Round(server, seed).run(acts, close)
        late = refused(answers)
        with server.app_context():
            result = voting.result_of(queries.vote(vote_id))
            kept = set(db.session.scalars(select(Ballot.leaf_hash).where(Ballot.vote_id == vote_id)))
        assert result["cast"] == result["for"] == len(answers) - len(late)
        assert kept == {each.leaf_hash for each in answers if isinstance(each, Receipt)}
        seen.update({"late": len(late), "in time": len(answers) - len(late)})
    assert min(seen["late"], seen["in time"]) > 0, seen
