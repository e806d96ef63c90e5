"""A vote from draft to effect, on both databases, with the figures of the acceptance cases (domain.md E1, E2)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed, Refusal
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter, ParticipationReason
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, RollEntry, Vote
from deliberation.votes.rules import Outcome, VoteState
from tests.support import make, voting
from tests.support.voting import CLOSES, NOW, OPENS


def leaves(tag: str) -> list[dict]:
    rows = select(AuditLeaf.data).where(AuditLeaf.tag == tag).order_by(AuditLeaf.id)
    return [json.loads(data) for data in db.session.scalars(rows)]


def test_a_draft_copies_the_charter_and_stands_on_the_matter(app) -> None:
    with transaction():
        hall = voting.prepare(seats=193)
    assert (hall.vote.quorum_numerator, hall.vote.threshold_denominator) == (2, 3)
    assert hall.vote.state is VoteState.draft
    assert (hall.matter.step, hall.matter.state, hall.matter.holder_task) == (3, "vote_prepared", "prepare_vote")
    assert hall.matter.holder_name == "沈岚 · 联络员"


def test_a_second_vote_waits_until_the_first_is_done(app) -> None:
    with transaction():
        hall = voting.prepare()
    with pytest.raises(rules.VoteUnderWay), transaction():
        service.prepare_vote(
            hall.liaison, matter_id=hall.matter.id, committee_id=hall.body.id, title="又一项", text="文字",
            opens_at=OPENS, closes_at=CLOSES, now=NOW,
        )  # fmt: skip


def test_a_matter_that_is_not_accepted_cannot_be_voted(app) -> None:
    with transaction():
        hall = voting.prepare()
        other = make.matter(place=hall.place)
    with pytest.raises(rules.MatterNotReady), transaction():
        service.prepare_vote(
            hall.liaison, matter_id=other.id, committee_id=hall.body.id, title="没受理的事", text="文字",
            opens_at=OPENS, closes_at=CLOSES, now=NOW,
        )  # fmt: skip


def test_publishing_freezes_the_roll_and_tells_every_voter(app) -> None:
    with transaction():
        hall = voting.publish(seats=5, voters=3)
    vote = hall.vote
    assert vote.seats_total == 5  # Seats nobody has signed in for count in the total.
    assert vote.text_hash == rules.text_hash(voting.TEXT)
    assert [len(leaves(tag)) for tag in ("vote.published", "roll.frozen")] == [1, 1]
    assert leaves("roll.frozen")[0]["roll_hash"] == vote.roll_hash
    told = db.session.scalars(select(Message).where(Message.kind == "vote.published")).all()
    assert {message.user_id for message in told} == {user.id for user in hall.voters}
    everyone = matters.participants(hall.matter.id)
    assert all(ParticipationReason.eligible_voter in everyone[user.id] for user in hall.voters)
    assert [entry.code for entry in matters.timeline(hall.matter.id)] == ["vote.published"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "换了一句话"},
        {"threshold_numerator": 1},
        {"seats_total": 2},
        {"closes_at": CLOSES + timedelta(days=1)},
        {"published_at": None},
    ],
)
def test_a_published_vote_cannot_be_changed(app, change) -> None:
    with transaction():
        hall = voting.publish()
    with pytest.raises(rules.TextImmutable), transaction():
        vote = queries.vote(hall.vote.id)
        for name, value in change.items():
            setattr(vote, name, value)
    db.session.expire_all()
    assert queries.vote(hall.vote.id).text == voting.TEXT


def test_a_frozen_roll_and_a_ballot_cannot_be_changed(app) -> None:
    with transaction():
        hall = voting.open_hall()
        voting.cast(hall)
        seat = make.seats(hall.body, count=1)[0]
    vote_id = hall.vote.id

    def relabel() -> None:
        db.session.scalars(select(RollEntry).limit(1)).one().label = "别的席位"

    def flip() -> None:
        db.session.scalars(select(Ballot).limit(1)).one().choice = rules.Choice.against

    attempts = [
        relabel,
        flip,
        lambda: db.session.add(RollEntry(vote_id=vote_id, seat_id=seat.id, label="后来的席位")),
        lambda: db.session.delete(db.session.scalars(select(RollEntry)).first()),
        lambda: db.session.delete(queries.vote(vote_id)),
        lambda: db.session.execute(update(Vote).values(text="整批改")),
        lambda: db.session.execute(update(Ballot).values(choice=rules.Choice.against)),
        lambda: db.session.execute(delete(Ballot)),
    ]
    for attempt in attempts:
        with pytest.raises(rules.TextImmutable), transaction():
            attempt()
    assert queries.turnout(vote_id).cast == 1


def test_case_e1_passes_with_exact_figures(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=193, voters=151, needs_approval=True)
        voting.cast_all(hall, voting.choices(in_favour=118, against=27, abstain=6))
        vote = voting.settle(hall)
    assert vote.outcome is Outcome.passed
    result = voting.result_of(vote)
    assert (result["for"], result["against"], result["abstain"], result["cast"]) == (118, 27, 6, 151)
    quorum, approval = result["tests"]
    assert (quorum["left"], quorum["right"], quorum["holds"]) == (3 * 151, 2 * 193, True)
    assert (approval["left_factor"], approval["left_number"], approval["left"]) == (3, 118, 354)
    assert (approval["right_factor"], approval["right_number"], approval["right"]) == (2, 151, 302)
    assert vote.state is VoteState.external_approval_pending
    counted = leaves("vote.counted")[0]
    assert (counted["ballots"]["counted"]["number"], counted["roll_hash"]) == (151, vote.roll_hash)
    assert counted["result"] == result
    assert leaves("vote.announced")[0]["outcome"] == "passed"
    announced = matters.timeline(hall.matter.id)[-1]
    assert (announced.code, announced.data["result"]) == ("vote.announced", result)


def test_case_e1_with_128_ballots_lacks_one_for_the_quorum(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=193, voters=128, needs_approval=True)
        voting.cast_all(hall, voting.choices(in_favour=110, against=14, abstain=4))
        vote = voting.settle(hall)
    assert vote.outcome is Outcome.no_quorum
    assert voting.result_of(vote)["tests"][0]["missing"] == 1
    assert vote.state is VoteState.announced
    assert (hall.matter.state, hall.matter.holder_task) == ("no_quorum", "decide_next")
    assert hall.matter.holder_due_at is not None


def test_case_e2_needs_six_of_ten_seats(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=10, voters=9, **voting.MAJORITY_OF_ALL)
        voting.cast_all(hall, voting.choices(in_favour=8, against=0, abstain=1))
        vote = voting.settle(hall)
    assert (vote.outcome, voting.result_of(vote)["needed"]) == (Outcome.passed, 6)
    assert vote.state is VoteState.effective
    assert len(leaves("vote.effective")) == 1


def test_five_of_ten_seats_are_not_enough(app) -> None:
    with transaction():
        hall = voting.open_hall(seats=10, voters=9, **voting.MAJORITY_OF_ALL)
        voting.cast_all(hall, voting.choices(in_favour=5, against=0, abstain=4))
        vote = voting.settle(hall)
    assert (vote.outcome, voting.result_of(vote)["tests"][0]["missing"]) == (Outcome.failed_approval, 1)


def test_making_effective_twice_changes_nothing(app) -> None:
    with transaction():
        hall = voting.open_hall(needs_approval=True)
        voting.cast_all(hall, voting.choices(in_favour=3, against=0, abstain=0))
        vote = voting.settle(hall)
        assert vote.state is VoteState.external_approval_pending
        service.make_effective(vote, now=OPENS)
        service.make_effective(vote, now=OPENS)
    assert (vote.state, len(leaves("vote.effective"))) == (VoteState.effective, 1)


def test_a_vote_that_did_not_pass_never_takes_effect(app) -> None:
    with transaction():
        vote = voting.settle(voting.open_hall())
    with pytest.raises(rules.VoteStateChanged), transaction():
        service.make_effective(vote, now=OPENS)


def test_who_declared_an_interest_neither_opens_closes_nor_reads_out(app) -> None:
    with transaction():
        hall = voting.publish()
        other = make.actor(make.person(name="陆明", duty="联络员", roles=[Role.liaison], place=hall.place))
        user_id = hall.liaison.user_id
        assert user_id is not None
        matter_service.declare_interest(hall.matter.id, user_id=user_id, reason="住在弄口", now=NOW)
    vote_id = hall.vote.id
    for act, stand_in in [
        (service.open_vote, service.open_vote),
        (service.close_vote, service.close_vote),
        (service.announce_result, service.announce_result),
    ]:
        now = OPENS if act is service.open_vote else CLOSES
        with pytest.raises(Refusal) as refused, transaction():
            act(hall.liaison, vote_id=vote_id, now=now)
        assert refused.value.code in ("teller_has_interest", "chair_has_interest")
        with transaction():
            stand_in(other, vote_id=vote_id, now=now)


def test_the_announced_time_for_voting_is_not_cut_short(app) -> None:
    with transaction():
        hall = voting.open_hall()
    with pytest.raises(rules.VotingTimeRuns), transaction():
        service.close_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES - timedelta(seconds=1))
    assert queries.vote(hall.vote.id).state is VoteState.voting
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES + timedelta(seconds=40))
    assert queries.vote(hall.vote.id).closed_at == CLOSES


@pytest.mark.parametrize("role", [Role.administrator, Role.handler, Role.deputy, Role.park_manager, Role.supervisor])
def test_other_offices_conduct_no_votes(app, role) -> None:
    with transaction():
        hall = voting.publish()
        other = make.actor(make.person(roles=[role], place=hall.place))
    for act in (service.publish_vote, service.open_vote, service.close_vote, service.announce_result):
        with pytest.raises(NotAllowed), transaction():
            act(other, vote_id=hall.vote.id, now=OPENS)


def test_a_liaison_of_another_place_conducts_nothing_here(app) -> None:
    with transaction():
        hall = voting.publish()
        other = make.actor(make.person(roles=[Role.liaison], place=make.place()))
    with pytest.raises(NotAllowed), transaction():
        service.open_vote(other, vote_id=hall.vote.id, now=OPENS)


def test_steps_out_of_order_are_refused(app) -> None:
    with transaction():
        hall = voting.publish()
    for act in (service.close_vote, service.announce_result, service.publish_vote):
        with pytest.raises(rules.VoteStateChanged), transaction():
            act(hall.liaison, vote_id=hall.vote.id, now=OPENS)


def test_a_cancelled_vote_gives_the_matter_back(app) -> None:
    with transaction():
        hall = voting.publish()
        service.cancel_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    assert db.session.get_one(Matter, hall.matter.id).state == "deliberated"
    with pytest.raises(rules.VoteStateChanged), transaction():
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)


def test_the_scheduler_opens_and_closes_at_the_hour_and_only_once(app) -> None:
    from deliberation.votes import jobs

    with transaction():
        hall = voting.publish()
    vote_id = hall.vote.id
    jobs.open_due(OPENS - timedelta(seconds=1))
    assert queries.vote(vote_id).state is VoteState.published
    jobs.open_due(OPENS)
    jobs.open_due(OPENS)
    assert queries.vote(vote_id).state is VoteState.voting
    jobs.close_due(CLOSES - timedelta(seconds=1))
    assert queries.vote(vote_id).state is VoteState.voting
    jobs.close_due(CLOSES)
    jobs.close_due(CLOSES)
    db.session.expire_all()
    assert queries.vote(vote_id).state is VoteState.counted
    codes = [entry.code for entry in matters.timeline(hall.matter.id)]
    assert codes == ["vote.published", "vote.opened", "vote.closed"]
    assert matters.matter(hall.matter.id).holder_task == "announce"
