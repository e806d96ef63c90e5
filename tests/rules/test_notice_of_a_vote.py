"""A notice with a missing field does not go out (domain.md C7); the steps a reader sees (C3); what secrecy hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deliberation.votes import rules
from deliberation.votes.rules import Course, Notice, Outcome, RuleKind, VoteState

OPENS = datetime(2026, 3, 10, 4, tzinfo=UTC)
WHOLE = Notice(
    issuer="桂园业主大会", body="桂园业主大会", rule_kind=RuleKind.owners, clause="", item_class=8, title="装充电桩",
    text="在北侧绿地装充电桩。", heads=402, area=33_600_00, opens_at=OPENS, closes_at=OPENS + timedelta(days=7),
    has_web=True, has_paper=True, paper_place="1 幢门厅", help_desk="居委会 021-55550101", objection_contact="吴书记",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"issuer": " "}, "issuer"),
        ({"body": ""}, "body"),
        ({"rule_kind": RuleKind.charter}, "rule"),
        ({"rule_kind": RuleKind.present_majority}, "rule"),
        ({"item_class": None}, "class"),
        ({"item_class": 10}, "class"),
        ({"title": ""}, "text"),
        ({"text": "\n"}, "text"),
        ({"heads": 0}, "roll"),
        ({"area": 0}, "roll"),
        ({"closes_at": OPENS}, "period"),
        ({"opens_at": None}, "period"),
        ({"has_web": False, "has_paper": False}, "ways"),
        ({"paper_place": ""}, "paper"),
        ({"help_desk": ""}, "help_desk"),
        ({"objection_contact": ""}, "objection_contact"),
    ],
)
def test_each_field_is_asked_for(changed, field) -> None:
    assert rules.missing_fields(WHOLE) == ()
    written = replace(WHOLE, **changed)
    assert rules.missing_fields(written) == (field,)
    refusal = rules.refusal_of_notice(written)
    assert isinstance(refusal, rules.NoticeIncomplete)
    assert refusal.params == {"missing": (rules.FIELDS[field][0],)}


def test_all_that_is_missing_is_said_at_once_in_the_order_of_the_notice() -> None:
    written = replace(WHOLE, issuer="", help_desk="", objection_contact="", paper_place="")
    assert rules.missing_fields(written) == ("issuer", "paper", "help_desk", "objection_contact")
    assert rules.refusal_of_notice(WHOLE) is None


def test_who_is_only_asked_needs_no_clause_and_who_has_no_paper_no_box() -> None:
    assert rules.missing_fields(replace(WHOLE, rule_kind=RuleKind.advisory, item_class=None, area=0)) == ()
    assert rules.missing_fields(replace(WHOLE, has_paper=False, paper_place="")) == ()
    assert rules.missing_fields(replace(WHOLE, rule_kind=RuleKind.charter, clause="第 8 条", area=0)) == ()


# ---- the steps


DRAFT = Course(
    state=VoteState.draft, outcome=None, needs_legal_check=True, legal_checked_at=None, published_at=None,
    opens_at=OPENS, opened_at=None, closes_at=OPENS + timedelta(days=7), closed_at=None, counted_at=None,
    announced_at=None, announce_due_at=OPENS + timedelta(days=10), objection_days=7, objections_until=None,
    needs_external_approval=False, approved_at=None, effective_at=None, halted_at=None,
)  # fmt: skip
OPEN = replace(DRAFT, state=VoteState.voting, legal_checked_at=OPENS, published_at=OPENS, opened_at=OPENS)
COUNTED = replace(OPEN, state=VoteState.counted, closed_at=OPENS, counted_at=OPENS, outcome=Outcome.passed)


def shown(course: Course) -> list[str]:
    marks = {"done": "+", "now": "*", "todo": ""}
    return [f"{marks[stage.progress]}{stage.state}" for stage in rules.stages(course)]


def test_a_draft_has_its_whole_way_before_it() -> None:
    assert shown(DRAFT) == [
        "*draft", "legal_check", "published", "voting", "closed", "counted", "announced", "objection_window",
        "effective",
    ]  # fmt: skip
    assert shown(replace(DRAFT, state=VoteState.legal_check))[:3] == ["+draft", "*legal_check", "published"]
    assert shown(replace(DRAFT, legal_checked_at=OPENS))[:3] == ["+draft", "+legal_check", "*published"]


def test_a_vote_is_where_it_is() -> None:
    assert shown(OPEN)[2:5] == ["+published", "*voting", "closed"]
    assert shown(COUNTED)[4:7] == ["+closed", "+counted", "*announced"]
    due = {stage.state: stage.due_at for stage in rules.stages(COUNTED)}
    assert due[VoteState.announced] == OPENS + timedelta(days=10)
    window = replace(COUNTED, state=VoteState.objection_window, announced_at=OPENS)
    assert shown(window)[6:] == ["+announced", "*objection_window", "effective"]
    assert shown(replace(window, state=VoteState.effective, effective_at=OPENS))[6:] == [
        "+announced", "+objection_window", "+effective",
    ]  # fmt: skip


def test_what_did_not_pass_ends_with_the_announcement() -> None:
    failed = replace(COUNTED, state=VoteState.announced, announced_at=OPENS, outcome=Outcome.no_quorum)
    assert shown(failed)[-1] == "+announced"


def test_what_did_not_pass_may_be_objected_to_as_long_as_what_did() -> None:
    until = OPENS + timedelta(days=17)
    failed = replace(
        COUNTED, state=VoteState.announced, announced_at=OPENS, outcome=Outcome.failed_approval, objections_until=until
    )
    assert shown(failed)[-2:] == ["+announced", "*objection_window"]
    assert shown(replace(failed, is_window_over=True))[-2:] == ["+announced", "+objection_window"]
    kind = rules.kind_of_objection(VoteState.announced, until=until)
    assert kind is rules.ObjectionKind.result
    assert rules.kind_of_objection(VoteState.announced, until=None) is None
    late = rules.refusal_to_object(kind=kind, is_on_roll=True, until=until, now=until, text="少算了两票。")
    assert late is not None
    assert late.code == "objection_too_late"


def test_an_end_before_its_time_is_the_last_step() -> None:
    assert shown(replace(DRAFT, state=VoteState.cancelled, legal_checked_at=OPENS)) == [
        "+draft", "+legal_check", "*cancelled",
    ]  # fmt: skip
    halted = replace(COUNTED, state=VoteState.suspended, announced_at=OPENS, halted_at=OPENS)
    assert shown(halted)[-2:] == ["+announced", "*suspended"]


# ---- secrecy


@pytest.mark.parametrize(
    ("is_secret", "voters", "warnings"), [(True, 4, ("few_voters",)), (True, 5, ("unanimous",)), (False, 2, ())]
)
def test_few_voters_are_warned_of(is_secret, voters, warnings) -> None:
    assert rules.warnings_of_secrecy(is_secret=is_secret, voters=voters) == warnings
