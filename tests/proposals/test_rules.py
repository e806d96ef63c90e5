"""The rules of proposals: which moves there are, who may make them, by when, and what is alike."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.kernel.working_days import WorkingCalendar
from deliberation.people.masking import mask_name
from deliberation.places.models import PlaceKind
from deliberation.proposals import rules
from deliberation.proposals.likeness import Candidate, most_alike, pieces
from deliberation.proposals.rules import ProposalState as S
from deliberation.proposals.wording import COLLEAGUE, KINDS, REDIRECTS, RESIDENT, public_name

ALLOWED = {
    (S.submitted, S.accepted),
    (S.submitted, S.returned),
    (S.submitted, S.merged),
    (S.submitted, S.redirected),
    (S.submitted, S.withdrawn),
    (S.returned, S.submitted),
    (S.returned, S.withdrawn),
    (S.accepted, S.scheduled),
    (S.accepted, S.withdrawn),
    (S.accepted, S.closed),
    (S.scheduled, S.deliberated),
    (S.scheduled, S.accepted),
    (S.scheduled, S.closed),
    (S.deliberated, S.closed),
    (S.deliberated, S.scheduled),
}


@pytest.mark.parametrize(("state", "to"), list(product(S, S)))
def test_every_move_is_allowed_or_refused_as_the_table_says(state, to):
    refusal = rules.refusal_to_move(state=state, to=to)
    assert (refusal is None) == ((state, to) in ALLOWED)


def test_what_is_over_stays_over():
    for state in (S.merged, S.redirected, S.closed, S.withdrawn):
        assert rules.MOVES[state] == frozenset()


# Handing in


def submitted(**changes):
    return rules.refusal_to_submit(**{"waiting": 0, "title": "台阶太暗", "text": "请补亮", "photos": 0, **changes})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"waiting": 9}, None),
        ({"waiting": 10}, rules.TooManyWaiting),
        ({"title": "  "}, rules.NothingSaid),
        ({"text": "\n"}, rules.NothingSaid),
        ({"title": "长" * 60, "text": "长" * 2000, "photos": 4}, None),
        ({"title": "长" * 61}, rules.TooMuchSaid),
        ({"text": "长" * 2001}, rules.TooMuchSaid),
        ({"text": "长" * 1_000_000}, rules.TooMuchSaid),
        ({"photos": 5}, rules.TooManyPhotos),
    ],
)
def test_handing_in(changes, refusal):
    found = submitted(**changes)
    assert type(found) is refusal if refusal else found is None


@pytest.mark.parametrize("state", S)
def test_handing_in_again_only_after_a_return_and_only_by_the_author(state):
    said = {"title": "台阶太暗", "text": "请补亮", "photos": 0}
    refusal = rules.refusal_to_resubmit(state=state, is_author=True, **said)
    assert (refusal is None) == (state is S.returned)
    assert isinstance(rules.refusal_to_resubmit(state=state, is_author=False, **said), rules.NotTheAuthor)


# Screening


@pytest.mark.parametrize("state", S)
def test_only_what_waits_is_screened(state):
    refusal = rules.refusal_to_screen(state=state, is_author=False, has_pending_merge=False)
    assert (refusal is None) == (state is S.submitted)


def test_nobody_screens_an_own_proposal_or_one_that_is_being_merged():
    own = rules.refusal_to_screen(state=S.submitted, is_author=True, has_pending_merge=False)
    merging = rules.refusal_to_screen(state=S.submitted, is_author=False, has_pending_merge=True)
    assert isinstance(own, rules.OwnProposal)
    assert isinstance(merging, rules.MergePending)


@pytest.mark.parametrize(
    ("reason", "is_enough"), [("", False), (" \n", False), ("写清楚在哪", True), ("长" * 501, False)]
)
def test_a_reason_is_needed(reason, is_enough):
    assert (rules.refusal_of_reason(reason) is None) == is_enough


def test_a_merge_is_confirmed_by_a_second_person():
    assert rules.refusal_to_merge(is_decided=False, is_requester=False) is None
    assert isinstance(rules.refusal_to_merge(is_decided=False, is_requester=True), rules.SecondPersonNeeded)
    assert isinstance(rules.refusal_to_merge(is_decided=True, is_requester=False), rules.NoSuchMerge)


@pytest.mark.parametrize("state", S)
def test_what_may_be_merged_into(state):
    target = {"is_itself": False, "state": state, "is_open": True, "has_pending_merge": False}
    can_be = state in (S.submitted, S.accepted, S.scheduled, S.deliberated)
    assert (rules.refusal_as_target(**target) is None) == can_be
    for fault in ({"is_itself": True}, {"is_open": False}, {"has_pending_merge": True}):
        assert rules.refusal_as_target(**{**target, **fault}) is not None


# Supporting and withdrawing


@pytest.mark.parametrize(("state", "is_open", "is_author"), list(product(S, [True, False], [True, False])))
def test_supporting(state, is_open, is_author):
    refusal = rules.refusal_to_support(state=state, is_open=is_open, is_author=is_author)
    live = state in (S.submitted, S.accepted, S.scheduled, S.deliberated)
    assert (refusal is None) == (live and is_open and not is_author)


@pytest.mark.parametrize("state", S)
def test_withdrawing_before_it_is_scheduled(state):
    mine = {"state": state, "is_author": True, "joined": 0, "has_pending_merge": False, "has_moved_on": False}
    assert (rules.refusal_to_withdraw(**mine) is None) == (state in (S.submitted, S.returned, S.accepted))
    assert isinstance(rules.refusal_to_withdraw(**{**mine, "is_author": False}), rules.NotTheAuthor)
    assert isinstance(rules.refusal_to_withdraw(**{**mine, "has_moved_on": True}), rules.TooLateToWithdraw)


def test_what_others_have_joined_is_not_one_persons_to_withdraw():
    mine = {"state": S.accepted, "is_author": True, "joined": 45, "has_pending_merge": False, "has_moved_on": False}
    refusal = rules.refusal_to_withdraw(**mine)
    assert isinstance(refusal, rules.OthersHaveJoined)
    assert "45" in str(refusal)


# Dates: Friday 25 September 2026 is the Mid-Autumn Festival, 1 to 7 October the National Day holidays.


def test_screening_is_due_after_three_working_days():
    calendar = WorkingCalendar()
    assert rules.screening_due(date(2026, 3, 2), calendar=calendar) == date(2026, 3, 5)
    assert rules.screening_due(date(2026, 3, 5), calendar=calendar) == date(2026, 3, 10)
    assert rules.screening_due(date(2026, 9, 30), calendar=calendar) > date(2026, 10, 9)


def test_scheduling_and_notice():
    calendar = WorkingCalendar()
    assert rules.scheduling_due(date(2026, 3, 2), calendar=calendar) == date(2026, 3, 16)
    assert rules.notice_due(date(2026, 3, 13), calendar=calendar) == date(2026, 3, 9)


# Words


def test_every_kind_and_every_channel_has_its_words():
    assert set(KINDS) == set(rules.ProposalKind)
    assert set(REDIRECTS) == set(rules.RedirectChannel)
    emergency = REDIRECTS[rules.RedirectChannel.emergency][1]
    assert all(number in emergency for number in ("110", "119", "120"))


def test_a_hidden_name_is_a_resident_or_a_colleague():
    assert public_name("罗青", hides_name=False, place_kind=PlaceKind.lane) == mask_name("罗青") == "罗*"
    assert public_name("罗青", hides_name=True, place_kind=PlaceKind.lane) == RESIDENT
    assert public_name("罗青", hides_name=True, place_kind=PlaceKind.park) == COLLEAGUE


# Alike

SAID = [
    ("三号楼后台阶太暗", "加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。"),
    ("夜里台阶看不见", "晚上十点下班，三号楼后的台阶黑得看不清，差点摔了，请装灯。"),
    ("三号楼后面路灯", "三号楼后面那段路没有灯，加班出来很怕。"),
    ("早晚高峰会车", "早晚高峰会车经常顶牛，建议机动车由北口进、南口出，救护和消防车辆除外。"),
    ("收货车辆排个固定时段", "收货车辆请安排固定时段，免得堵住学生上学的路。"),
    ("轮椅坡道扶手松动", "南口坡道右边扶手一扶就晃，下雨天更不敢走。请先固定住，再看要不要整条换。"),
    ("坡道扶手晃得厉害", "坡道的扶手晃得厉害，老人不敢扶。"),
    ("车棚插座不够", "车棚只有十二个插座，晚上排不上，能不能找一块离楼远一点的空地？"),
    ("暑假看护", "暑假两头带娃太难，希望园区午后有人看护，还能学点动手的东西。"),
    ("茶水间净水器滤芯", "三楼茶水间的净水器滤芯很久没换了，希望定期换一下，并且贴上日期。"),
]
KNOWN = [Candidate(number, *said) for number, said in enumerate(SAID)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三号楼后面的台阶晚上太黑，看不清", {0, 1, 2}),
        ("坡道的扶手松了，轮椅上不去", {5, 6}),
        ("收货的车堵路", {4}),
        ("希望食堂多一个素菜窗口", set()),
        ("二号楼电梯老是停在半路", set()),
    ],
)
def test_the_same_thing_in_other_words_is_found(text, expected):
    assert set(most_alike(text, KNOWN)) == expected


def test_the_closest_comes_first_and_no_more_than_asked():
    assert most_alike("三号楼后台阶太暗，希望先补亮", KNOWN, limit=1) == [0]


@pytest.mark.parametrize("text", ["", "灯", "。。。！！", "灯坏了"])
def test_too_little_is_like_nothing(text):
    assert most_alike(text, KNOWN) == []


def test_pieces_do_not_cross_punctuation_and_ignore_case():
    assert pieces("LED灯，坏了") == {"le", "ed", "d灯", "坏了"}


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=8))
def test_any_text_gets_an_answer(text, others):
    keys = most_alike(text, [Candidate(number, other, other) for number, other in enumerate(others)])
    assert len(keys) == len(set(keys)) <= 3
