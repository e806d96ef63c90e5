"""Any sequence of casting, sending again, replacing and closing, against a model of three dictionaries."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.votes import queries, service
from deliberation.votes.models import Ballot
from deliberation.votes.rules import BallotIdReused, Choice, VoteClosed
from deliberation.votes.service import Receipt
from tests.support import voting
from tests.support.voting import CLOSES, OPENS

VOTERS = 4
voters = st.integers(0, VOTERS - 1)
choices = st.sampled_from(list(Choice))


class VoteMachine(RuleBasedStateMachine):
    """One vote of four seats. The model: what each id said, whose it was, and which id of each voter came last."""

    def __init__(self) -> None:
        super().__init__()
        with transaction():
            self.hall = voting.open_hall(seats=VOTERS, voters=VOTERS)
        self.sent: dict[str, tuple[int, Choice]] = {}
        self.codes: dict[str, str] = {}
        self.current: dict[int, str] = {}
        self.is_closed = False

    def _send(self, voter: int, choice: Choice, ballot_id: str) -> Receipt:
        with transaction():
            now = OPENS + timedelta(minutes=len(self.sent))
            return voting.cast(self.hall, voter, choice, client_ballot_id=ballot_id, now=now)

    def _rows(self) -> list[Any]:
        """Everything that an act of casting may change."""
        of = Ballot.vote_id == self.hall.vote.id
        ballots = db.session.execute(
            select(Ballot.client_ballot_id, Ballot.choice, Ballot.superseded_at).where(of).order_by(Ballot.id)
        )
        leaves = db.session.scalars(select(AuditLeaf.leaf_hash).order_by(AuditLeaf.id))
        found = [*map(tuple, ballots), *leaves]
        db.session.rollback()
        return found

    def _refused(self, error: type[Exception], voter: int, choice: Choice, ballot_id: str) -> None:
        before = self._rows()
        with pytest.raises(error):
            self._send(voter, choice, ballot_id)
        assert self._rows() == before

    def _any_id(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.sent)), label="ballot")

    @precondition(lambda self: not self.is_closed)
    @rule(voter=voters, choice=choices)
    def cast_or_replace(self, voter: int, choice: Choice) -> None:
        ballot_id = voting.ballot_id()
        receipt = self._send(voter, choice, ballot_id)
        assert receipt.is_current
        assert receipt.code not in self.codes.values()
        self.sent[ballot_id], self.codes[ballot_id], self.current[voter] = (voter, choice), receipt.code, ballot_id

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """Before and after the close alike."""
        ballot_id = self._any_id(data)
        before = self._rows()
        receipt = self._send(*self.sent[ballot_id], ballot_id)
        assert receipt.code == self.codes[ballot_id]
        assert receipt.is_current == (self.current[self.sent[ballot_id][0]] == ballot_id)
        assert self._rows() == before

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), voter=voters, choice=choices)
    def send_an_old_id_with_other_content(self, data: st.DataObject, voter: int, choice: Choice) -> None:
        ballot_id = self._any_id(data)
        if self.sent[ballot_id] != (voter, choice):
            self._refused(BallotIdReused, voter, choice, ballot_id)

    @precondition(lambda self: self.is_closed)
    @rule(voter=voters, choice=choices)
    def cast_after_the_close(self, voter: int, choice: Choice) -> None:
        self._refused(VoteClosed, voter, choice, voting.ballot_id())

    @precondition(lambda self: not self.is_closed and len(self.sent) > 1)
    @rule()
    def close(self) -> None:
        with transaction():
            self.hall.vote = service.close_vote(self.hall.liaison, vote_id=self.hall.vote.id, now=CLOSES)
        self.is_closed = True

    @invariant()
    def one_current_ballot_a_voter(self) -> None:
        of = (Ballot.vote_id == self.hall.vote.id, Ballot.superseded_at.is_(None))
        current = set(db.session.scalars(select(Ballot.client_ballot_id).where(*of)))
        assert current == set(self.current.values())
        assert queries.turnout(self.hall.vote.id).cast == len(self.current)
        db.session.rollback()

    @invariant()
    def the_result_is_the_models(self) -> None:
        if not self.is_closed:
            return
        counted = Counter(self.sent[ballot_id][1] for ballot_id in self.current.values())
        result = voting.result_of(self.hall.vote)
        assert {each: result[each.value] for each in Choice} == {each: counted[each] for each in Choice}
        db.session.rollback()


def test_any_sequence_of_acts_leaves_what_the_model_says(sqlite_app) -> None:
    small = settings(max_examples=15, stateful_step_count=12, deadline=None, derandomize=True)
    run_state_machine_as_test(VoteMachine, settings=small)
