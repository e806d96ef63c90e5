"""Drafts that are written anew, new versions of a withdrawn text, and run-offs (domain.md C3, R-19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.matters import queries as matters
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.votes import queries, rules, service
from deliberation.votes.counting import Method
from deliberation.votes.models import Vote
from deliberation.votes.rules import Outcome, RuleKind, Terms, VoteState
from tests.support import make, owners, voting
from tests.support.owners import Owned
from tests.support.voting import CLOSES, NOW, OPENS, TEXT, Hall

NEW_TEXT = TEXT.replace("30 天", "45 天")
SITES = ("北侧绿地", "车库转角", "楼梯间旁")


def change(hall: Hall, vote: Vote, **changed: Any) -> Vote:
    written = {
        "committee_id": hall.body.id, "title": vote.title, "text": vote.text, "opens_at": vote.opens_at,
        "closes_at": vote.closes_at, **changed,
    }  # fmt: skip
    return service.change_draft(hall.liaison, vote_id=vote.id, now=NOW, **written)


def told(kind: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


# ---- a draft written anew


def test_a_draft_is_written_anew_and_checked_again(app) -> None:
    with transaction():
        hall = owners.prepare([Owned("甲", 100_00)], voters=1, terms=owners.terms())
        owners.check(hall)
        vote = change(hall, hall.vote, text=NEW_TEXT, terms=owners.terms(item_class=4))
    assert (vote.text, vote.owners_class) == (NEW_TEXT, "ordinary")
    assert (vote.legal_checked_at, vote.legal_checked_by_id) == (None, None)
    with pytest.raises(rules.NotChecked), transaction():
        service.publish_vote(hall.liaison, vote_id=vote.id, now=NOW)


def test_what_is_refused_leaves_the_draft_as_it_was(app) -> None:
    with transaction():
        hall = voting.prepare()
    wrong = [
        ({"terms": Terms(method=Method.single, options=("一",))}, rules.OptionsWrong),
        ({"terms": Terms(extension_days=9)}, rules.ExtensionNotInCharter),
        ({"closes_at": OPENS}, rules.TimesWrong),
    ]
    for changed, refusal in wrong:
        with pytest.raises(refusal), transaction():
            change(hall, hall.vote, title="改过的题目", **changed)
    db.session.expire_all()
    assert (hall.vote.title, hall.vote.method) == ("梧桐里机动车单行", Method.yes_no)


def test_a_draft_is_changed_by_who_prepares_and_a_published_one_by_nobody(app) -> None:
    with transaction():
        hall = voting.prepare()
        teller = make.actor(make.person(roles=[Role.teller], place=hall.place))
    hall.liaison, liaison = teller, hall.liaison
    with pytest.raises(NotAllowed), transaction():
        change(hall, hall.vote)
    hall.liaison = liaison
    with transaction():
        service.publish_vote(liaison, vote_id=hall.vote.id, now=NOW)
    with pytest.raises(rules.TextImmutable), transaction():
        change(hall, hall.vote)


# ---- a new version


def test_a_new_version_replaces_a_withdrawn_text_and_says_what_changed(app) -> None:
    with transaction():
        hall = voting.publish()
        first = hall.vote
        second = service.prepare_new_version(hall.liaison, vote_id=first.id, now=NOW)
        assert [message.user_id for message in told("vote.withdrawn")] == [voter.id for voter in hall.voters]
        change(hall, second, text=NEW_TEXT, closes_at=second.closes_at + timedelta(days=1))
        service.publish_vote(hall.liaison, vote_id=second.id, now=NOW)
    assert (first.state, first.text) == (VoteState.cancelled, TEXT)
    assert (second.replaces_id, second.version, second.state) == (first.id, 2, VoteState.published)
    assert queries.successor(first.id) is second
    message = told("vote.published")[-1]
    assert message.data["changed"] == ["要表决的文字", "截止时间"]
    assert message.data["text_changes"] == [{"gone": "30", "new": "45"}]
    codes = [entry.code for entry in matters.timeline(hall.matter.id)]
    assert codes == ["vote.published", "vote.withdrawn", "vote.published"]


def test_a_new_version_has_a_notice_clock_of_its_own(app) -> None:
    later = NOW + timedelta(days=10)
    with transaction():
        hall = owners.published([Owned("甲", 100_00), Owned("乙", 100_00)], voters=2)
        second = service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=later)
    assert second.opens_at == later + timedelta(days=16)  # Fifteen whole days between.
    assert second.closes_at - second.opens_at == owners.CLOSES - owners.OPENS
    assert (second.needs_legal_check, second.legal_checked_at, second.item_class) == (True, None, 8)


def test_a_vote_is_replaced_once_and_only_before_it_opens(app) -> None:
    with transaction():
        hall = voting.publish()
        draft = service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=NOW)
    with pytest.raises(rules.ReplacedAlready), transaction():
        service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=NOW)
    with pytest.raises(rules.NotReplaceable), transaction():
        service.prepare_new_version(hall.liaison, vote_id=draft.id, now=NOW)
    with transaction():  # A draft that is given up leaves the way free for another.
        service.cancel_vote(hall.liaison, vote_id=draft.id, now=NOW)
        again = service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.publish_vote(hall.liaison, vote_id=again.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=again.id, now=OPENS)
    with pytest.raises(rules.NotReplaceable), transaction():
        service.prepare_new_version(hall.liaison, vote_id=again.id, now=OPENS)
    assert len(told("vote.withdrawn")) == len(hall.voters)


def test_what_comes_before_cannot_be_changed_any_more(app) -> None:
    with transaction():
        hall = voting.publish()
        second = service.prepare_new_version(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.publish_vote(hall.liaison, vote_id=second.id, now=NOW)
    for changed in ({"version": 1}, {"replaces_id": None}, {"run_off_of_id": hall.vote.id}):
        with pytest.raises(rules.TextImmutable), transaction():
            for name, value in changed.items():
                setattr(queries.vote(second.id), name, value)


# ---- a run-off


def fallen_short(*, sites=SITES) -> Hall:
    """Three heads and three options under a major item, one head each for two of them: none passes."""
    parts = [Owned("甲方", 100_00), Owned("乙方", 100_00), Owned("丙方", 100_00)]
    hall = owners.opened(parts, voters=3, method=Method.approval, options=sites)
    for number, choice in enumerate([["甲", "丙"], ["丙"], ["甲"]]):
        voting.cast(hall, number, choice, now=owners.OPENS)
    service.close_due(hall.vote.id, now=owners.CLOSES)
    service.announce_result(hall.liaison, vote_id=hall.vote.id, now=owners.CLOSES)
    return hall


def test_the_first_two_run_off_under_their_own_letters(app) -> None:
    with transaction():
        hall = fallen_short()
        assert voting.result_of(hall.vote)["run_off"] == ["甲", "丙"]
        second = service.prepare_run_off(hall.liaison, vote_id=hall.vote.id, now=owners.CLOSES)
    assert [(option["code"], option["label"]) for option in second.options] == [("甲", SITES[0]), ("丙", SITES[2])]
    assert (second.method, second.roll_source, second.item_class) == (Method.single, hall.vote.roll_source, 8)
    assert (second.run_off_of_id, queries.run_off_of(hall.vote.id)) == (hall.vote.id, second)
    assert (hall.matter.state, hall.matter.holder_task) == ("vote_prepared", "prepare_vote")
    with pytest.raises(rules.RunOffAlready), transaction():
        service.prepare_run_off(hall.liaison, vote_id=hall.vote.id, now=owners.CLOSES)


def test_a_run_off_is_checked_announced_and_decides(app) -> None:
    with transaction():
        hall = fallen_short()
        second = service.prepare_run_off(hall.liaison, vote_id=hall.vote.id, now=owners.CLOSES)
        written = owners.terms(method=Method.approval, options=("别的", "又别的"), item_class=4)
        change(hall, second, text="在甲和丙里选一处。", terms=written)
        # Who votes on what is settled by the first vote; the words around it are not.
        assert [option["label"] for option in second.options] == [SITES[0], SITES[2]]
        assert (second.text, second.method, second.item_class) == ("在甲和丙里选一处。", Method.single, 8)
        owners.check(Hall(hall.place, hall.body, hall.matter, hall.liaison, hall.voters, second))
        service.publish_vote(hall.liaison, vote_id=second.id, now=owners.CLOSES)
        service.open_due(second.id, now=second.opens_at)
        hall.vote = second
        for number in range(3):
            voting.cast(hall, number, "丙", now=second.opens_at)
        service.close_due(second.id, now=second.closes_at)
    assert (second.outcome, voting.result_of(second)["winners"]) == (Outcome.passed, ["丙"])


def test_there_is_no_run_off_before_the_result_is_read_nor_after_one_has_passed(app) -> None:
    with transaction():
        hall = voting.open_hall()
        voting.cast_all(hall, voting.choices(in_favour=3, against=0, abstain=0))
    for act in (lambda: None, lambda: voting.settle(hall)):
        with transaction():
            act()
        with pytest.raises(rules.NoRunOff), transaction():
            service.prepare_run_off(hall.liaison, vote_id=hall.vote.id, now=CLOSES)


def test_only_who_prepares_votes_prepares_what_follows(app) -> None:
    with transaction():
        hall = fallen_short()
        other = voting.publish()
        teller = make.actor(make.person(roles=[Role.teller], place=hall.place))
    acts = [(service.prepare_run_off, hall.vote.id), (service.prepare_new_version, other.vote.id)]
    for actor in (teller, hall.actor(), hall.liaison):
        for act, vote_id in acts if actor is not hall.liaison else acts[1:]:
            with pytest.raises(NotAllowed), transaction():
                act(actor, vote_id=vote_id, now=owners.CLOSES)


# ---- options that cannot be built


def test_a_barred_option_is_said_in_a_poll_and_wins_nothing(app) -> None:
    barred = {SITES[2]: "占了疏散通道和消防车道"}
    terms = Terms(rule_kind=RuleKind.advisory, method=Method.approval, options=SITES, barred=barred)
    with transaction():
        hall = voting.open_hall(terms=terms)
        voting.cast(hall, 0, ["丙", "甲"])
        voting.cast(hall, 1, ["丙"])
        service.close_due(hall.vote.id, now=CLOSES)
    result = voting.result_of(hall.vote)
    assert (result["winners"], result["barred"], result["options"]["丙"]["heads"]) == (["甲"], ["丙"], 2)
    assert hall.vote.barred == {"丙": "占了疏散通道和消防车道"}


def test_a_barred_option_cannot_be_chosen_where_it_would_decide(app) -> None:
    terms = Terms(method=Method.approval, options=SITES, barred={SITES[2]: "占了消防车道"})
    with transaction():
        hall = voting.open_hall(terms=terms)
    with pytest.raises(rules.OptionBarred, match="占了消防车道"), transaction():
        voting.cast(hall, 0, ["甲", "丙"])
    assert queries.turnout(hall.vote.id).cast == 0


@pytest.mark.parametrize("barred", [{"没有的": "原因"}, {SITES[0]: " "}, {SITES[0]: "原因", SITES[1]: "原因"}])
def test_a_reason_belongs_to_an_option_and_two_are_left(app, barred) -> None:
    with pytest.raises(rules.BarredWrong), transaction():
        voting.prepare(terms=Terms(method=Method.single, options=SITES, barred=barred))
