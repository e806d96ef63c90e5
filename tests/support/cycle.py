"""A passed resolution in somebody's hands, and the steps after it; call inside ``with transaction():``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.cases import queries as cases
from deliberation.cases import service
from deliberation.cases.models import Case, Reply
from deliberation.cases.rules import ReplyKind
from deliberation.feedback import queries as feedback
from deliberation.feedback.models import LookBack, OutcomeNotice
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.votes import service as votes
from tests.support import kept, make, voting
from tests.support.voting import Hall

SETTLED = voting.OPENS + timedelta(minutes=1)  # Tuesday 2026-03-03, 09:01 in Shanghai.


@dataclass
class World:
    """A hall whose vote has been read back, with everyone who comes after it."""

    hall: Hall
    handler: Actor
    supervisor: Actor
    proposer: User
    follower: User

    @property
    def case(self) -> Case:
        found = cases.case_of_matter(self.hall.matter.id)
        assert found is not None
        return found

    def notices(self) -> list[OutcomeNotice]:
        return list(feedback.notices(self.hall.matter.id))

    def look_backs(self) -> list[LookBack]:
        return list(feedback.look_backs(self.case.id, self.case.times_reopened + 1))

    def everyone(self) -> set[int]:
        return {self.proposer.id, self.follower.id, *(voter.id for voter in self.hall.voters)}

    def reply(self, kind: ReplyKind = ReplyKind.A, *, now: datetime, text: str = "标线画好了，牌子立好了。") -> Reply:
        promised_on = (now + timedelta(days=30)).date() if kind in (ReplyKind.B, ReplyKind.C) else None
        return service.reply(self.handler, self.case.id, kind=kind, text=text, promised_on=promised_on, now=now)


@kept.scene
def settled(
    *, in_favour: int = 4, against: int = 1, needs_approval: bool = False, has_handler: bool = True, seats: int = 7
) -> World:
    """Six voters, the last one absent, one seat without an account; by default passed, and with the handler at once."""
    hall = voting.prepare(
        seats=seats,
        voters=6,
        needs_approval=needs_approval,
        closes_at=SETTLED,
        rule_kind="charter",
        quorum_numerator=1,
        quorum_denominator=2,
        threshold_numerator=2,
        threshold_denominator=3,
        charter_clause="章程第 8 条",
    )
    handler = make.person(name="钱工", duty="道路设施科", roles=[Role.handler], place=hall.place)
    supervisor = make.person(name="葛督", duty="督办", roles=[Role.supervisor], place=hall.place)
    proposer, follower = make.person(name="许雯"), make.person(name="何静")
    hall.vote.handler_id = handler.id if has_handler else None
    matters.add_participants(hall.matter.id, [proposer.id], reason=ParticipationReason.proposer, now=make.NOW)
    several = [proposer.id, hall.voters[0].id]
    matters.add_participants(hall.matter.id, several, reason=ParticipationReason.supporter, now=make.NOW)
    people.follow_place(user_id=follower.id, place_id=hall.place.id, now=make.NOW)
    people.follow_place(user_id=hall.voters[0].id, place_id=hall.place.id, now=make.NOW)
    votes.publish_vote(hall.liaison, vote_id=hall.vote.id, now=make.NOW)
    votes.open_vote(hall.liaison, vote_id=hall.vote.id, now=voting.OPENS)
    voting.cast_all(hall, voting.choices(in_favour=in_favour, against=against, abstain=0))
    voting.settle(hall, now=SETTLED)
    return World(hall, make.actor(handler), make.actor(supervisor), proposer, follower)
