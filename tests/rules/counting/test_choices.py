"""What is on one ballot: read in one form, stored as one text, refused with a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting import (
    ChoiceError,
    Marks,
    Method,
    OverLimit,
    Points,
    Ranking,
    canonical_choice,
    choice_json,
    parse_choice,
    stored_choice,
)

OPTIONS = ("甲", "乙", "[丙]")
ORDERED = (Method.irv, Method.stv, Method.schulze, Method.ranked_pairs)
MANY = st.lists(st.sampled_from(OPTIONS), unique=True)
POINTS = st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 5))
RAW = {
    Method.yes_no: st.sampled_from(["for", "against", "abstain"]),
    Method.single: st.sampled_from([*OPTIONS, "abstain"]),
    Method.approval: MANY | POINTS.map(lambda points: dict.fromkeys(points, 1)),
    Method.limited: MANY,
    Method.cumulative: POINTS,
    Method.score: POINTS,
    **dict.fromkeys(ORDERED, MANY | MANY.map(lambda options: [options] if options else [])),
}


@given(data=st.data(), method=st.sampled_from(Method))
def test_what_is_stored_is_read_back(data, method):
    shape = {"method": method, "options": OPTIONS, "seats": 3, "limit": 99}
    choice = parse_choice(data.draw(RAW[method]), **shape)
    assert parse_choice(choice_json(choice), **shape) == choice
    assert stored_choice(canonical_choice(choice), **shape) == choice


AWKWARD = ("甲", '甲","乙', '"', "\\", '["甲"]', ",", "乙\n", "丙 ")


@given(listed=st.lists(st.sampled_from(AWKWARD), unique=True, min_size=1), method=st.sampled_from(ORDERED))
def test_a_ranking_is_read_back_whatever_its_options_are_called(listed, method):
    shape = {"method": method, "options": AWKWARD}
    assert stored_choice(canonical_choice(parse_choice(listed, **shape)), **shape) == parse_choice(listed, **shape)


@pytest.mark.parametrize("text", ['["甲","甲"]', '["甲","丁"]', '["甲",]', '["甲""乙"]', '["甲", "乙"', '["'])
def test_a_stored_ranking_that_is_none_is_refused(text):
    with pytest.raises((ChoiceError, json.JSONDecodeError)):
        stored_choice(text, method=Method.irv, options=OPTIONS)


@pytest.mark.parametrize(
    ("method", "raw", "choice", "text"),
    [
        (Method.yes_no, "for", "for", "for"),
        (Method.single, "甲", "甲", "甲"),
        (Method.single, "[丙]", "[丙]", "[丙]"),
        (Method.approval, ["乙", "甲"], Marks(("甲", "乙")), '["甲","乙"]'),
        (Method.approval, {"乙": 1, "甲": 0}, Marks(("乙",)), '["乙"]'),
        (Method.approval, "乙", Marks(("乙",)), '["乙"]'),
        (Method.approval, [], "abstain", "abstain"),
        (Method.score, {"乙": 2, "甲": 0}, Points((("乙", 2),)), '{"乙":2}'),
        (Method.score, {}, "abstain", "abstain"),
        (Method.irv, ["乙", "甲"], Ranking((("乙",), ("甲",))), '["乙","甲"]'),
        (Method.stv, [["乙", "甲"], "[丙]"], Ranking((("甲", "乙"), ("[丙]",))), '[["甲","乙"],"[丙]"]'),
        (Method.irv, "甲", Ranking((("甲",),)), '["甲"]'),
        (Method.schulze, "abstain", "abstain", "abstain"),
    ],
)
def test_one_form_and_one_text(method, raw, choice, text):
    assert parse_choice(raw, method=method, options=OPTIONS) == choice
    assert canonical_choice(choice) == text


@pytest.mark.parametrize(
    ("method", "raw"),
    [
        (Method.yes_no, "甲"),
        (Method.yes_no, None),
        (Method.single, "for"),
        (Method.single, ["甲"]),
        (Method.single, 1),
        (Method.approval, ["甲", "甲"]),
        (Method.approval, {"甲": 2}),
        (Method.approval, {"甲": True}),
        (Method.approval, 5),
        (Method.score, "甲"),
        (Method.score, {"甲": 1.0}),
        (Method.score, {"甲": 10**10}),
        (Method.cumulative, {"丁": 0}),
        (Method.irv, {"甲": 1}),
        (Method.irv, ["甲", ["乙", "甲"]]),
        (Method.irv, ["甲", "甲"]),
        (Method.irv, [[]]),
        (Method.irv, [None]),
    ],
)
def test_what_says_nothing_the_vote_asks(method, raw):
    with pytest.raises(ChoiceError) as refused:
        parse_choice(raw, method=method, options=OPTIONS)
    assert not isinstance(refused.value, OverLimit)
    assert refused.value.problem
    assert "没填对" in str(refused.value)


@pytest.mark.parametrize(
    ("method", "raw", "sentence"),
    [
        (Method.limited, ["甲", "乙", "[丙]"], "最多选 2 个"),
        (Method.cumulative, {"甲": 2, "乙": 1}, "一共最多 2 分"),
        (Method.score, {"甲": 3}, "一个选项最多 2 分"),
    ],
)
def test_too_much_says_how_much_is_allowed(method, raw, sentence):
    with pytest.raises(OverLimit) as refused:
        parse_choice(raw, method=method, options=OPTIONS, limit=2)
    assert sentence in str(refused.value)
