"""An open vote with sheets of paper and two tellers at the table; each act commits by itself."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from deliberation.kernel.database import db, transaction
from deliberation.people.access import Actor, Role
from deliberation.people.models import User
from deliberation.votes import service
from deliberation.votes.models import RollEntry, Vote
from deliberation.votes.queries import sheets
from deliberation.votes.rules import ConflictDecision, InvalidReason, Terms
from tests.support import kept, make, voting
from tests.support.door import client_of
from tests.support.owners import NOTICE
from tests.support.voting import CLOSES, NOW, OPENS, Hall


class Table:
    """An open vote with sheets for everybody, and two tellers at the table."""

    def __init__(self, *, voters: int = 4, **changed) -> None:
        kept.arrange(self, f"table {voters} {changed}", lambda: self._lay(voters, changed))

    def _lay(self, voters: int, changed: dict[str, Any]) -> None:
        with transaction():
            self.hall: Hall = voting.prepare(
                seats=voters, voters=voters, terms=Terms(**{"allows_paper": True, "notice": NOTICE, **changed})
            )
            service.publish_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=NOW)
            service.open_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=OPENS)
            service.print_sheets(self.hall.liaison, vote_id=self.hall.vote.id, now=OPENS)
            self.people = [make.person(name=name, roles=[Role.teller], place=self.hall.place) for name in ("顾", "白")]
            self.tellers: list[Actor] = [make.actor(person) for person in self.people]

    @property
    def vote(self) -> Vote:
        return self.hall.vote

    def entry(self, number: int) -> RollEntry:
        return sheets.sheets(self.vote.id)[number].entry

    def token(self, number: int) -> str:
        return sheets.sheets(self.vote.id)[number].paper.token

    def read(
        self,
        teller: int,
        number: int,
        choice: Any = None,
        reason: InvalidReason | None = None,
        *,
        now=OPENS,
        **help_given: str,
    ) -> None:
        with transaction():
            service.enter_reading(
                self.tellers[teller], token=self.token(number), choice=choice, invalid_reason=reason, now=now,
                **help_given,
            )  # fmt: skip

    def both_read(self, number: int, choice=None, reason=None, **more) -> None:
        for teller in (0, 1):
            self.read(teller, number, choice, reason, **more)

    def count(self) -> dict:
        with transaction():
            service.close_due(self.vote.id, now=CLOSES)
        with transaction():
            service.finish_count(self.hall.liaison, vote_id=self.vote.id, now=CLOSES)
        return voting.result_of(self.vote)

    def decide(self, conflict_id: int, decision: ConflictDecision, *, now=OPENS) -> None:
        """One teller proposes, the other confirms."""
        for teller, evidence in ((0, "打电话问了本人。"), (1, "")):
            with transaction():
                service.decide_conflict(
                    self.tellers[teller], conflict_id=conflict_id, decision=decision, evidence=evidence, now=now
                )

    def office(self, app: Flask) -> FlaskClient:
        """The liaison's browser."""
        return client_of(app, db.session.get_one(User, self.hall.liaison.user_id))
