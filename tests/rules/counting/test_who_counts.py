"""Who counts and what for: parts and owner-sets (R-11), spaces (R-14), invalid ballots (R-16), the silent (R-17), and
ballots that are there twice (R-18); with every rule there is, and exact to 0.01 ㎡."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliberation.votes.counting.file import Mistake
from tests.support.drawn_votes import RULES, documents, rolls, rules
from tests.support.vote_files import counted, working_of

few = settings(max_examples=50)
ORDINARY, MAJOR = ({"kind": "owners", "class": each} for each in ("ordinary", "major"))
DEEMABLE = [kind for kind in RULES if kind != "advisory"]


def result_or_none(document):
    try:
        return counted(document)
    except Mistake:
        return None


def metres(hundredths):
    return f"{hundredths // 100}.{hundredths % 100:02}"


# Parts, owner-sets and the developer


@st.composite
def estates(draw):
    """Rows of parts in two zones; the developer has what is not delivered, and now and then something that is."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        is_delivered = number == 0 or draw(st.booleans())
        voter = draw(st.sampled_from("甲乙丙丁开")) if is_delivered else "开"
        row = {"voter": voter, "area": metres(draw(st.integers(1, 20_000))), "chamber": draw(st.sampled_from("北南"))}
        rows.append(row if is_delivered else {**row, "delivered": False})
    return rows


@few
@given(rows=estates(), rule=st.sampled_from([ORDINARY, MAJOR]))
def test_an_owner_set_is_one_head_in_all_and_in_each_zone_and_every_part_has_its_area(rows, rule) -> None:
    result = counted({"rule": {**rule, "chambers": "each"}, "roll": rows, "ballots": []})
    working = working_of(result)
    for where in ("", *sorted({row["chamber"] for row in rows})):
        here = [row for row in rows if where in ("", row["chamber"])]
        sold = {row["voter"] for row in here if row.get("delivered", True)}
        heads = len(sold | ({"开"} if len(here) > sum(row.get("delivered", True) for row in here) else set()))
        area = sum(int(row["area"].replace(".", "")) for row in here)
        at = f"@{where}" if where else ""
        assert working[f"quorum_heads{at}"] == (0, 2 * heads, False)
        assert working[f"quorum_area{at}"] == (0, 2 * area, False)


# Parking spaces


@few
@given(document=documents(), setting=st.sampled_from(["include", "exclude"]))
def test_the_alternative_is_the_verdict_under_the_other_setting(document, setting) -> None:
    own = result_or_none({**document, "parking_rule": setting})
    other = result_or_none({**document, "parking_rule": "exclude" if setting == "include" else "include"})
    if own is None or other is None or not any(row.get("parking") for row in document["roll"]):
        return
    assert {**own["alternative"], "invalid": []} == {**without(other, "alternative"), "invalid": []}
    assert {**other["alternative"], "invalid": []} == {**without(own, "alternative"), "invalid": []}


def without(result, *names):
    return {name: each for name, each in result.items() if name not in names}


@few
@given(rule=st.sampled_from([ORDINARY, MAJOR]), favour=st.integers(100, 10**6), part=st.integers(1, 99))
def test_a_space_decides_to_a_hundredth_of_a_square_metre_where_it_counts_and_nowhere_else(rule, favour, part) -> None:
    """Three of four owners are in favour. The fourth owns the rest, some of it a space that is just not too large."""
    largest = 2 * favour - 1 if rule is ORDINARY else 4 * favour // 3  # Of all there is, so that enough are in favour.
    against = max(1, (largest - favour) * part // 100)
    for space, verdict in ((largest - favour - against, "passed"), (largest - favour - against + 1, "failed")):
        roll = [
            {"voter": "a", "area": metres(favour - 2)},
            {"voter": "b", "area": "0.01"},
            {"voter": "c", "area": "0.01"},
            {"voter": "d", "area": metres(against)},
            {"voter": "d", "area": metres(space), "parking": True},
        ]
        said = [{"voter": voter, "choice": "against" if voter == "d" else "for"} for voter in "abcd"]
        own = counted({"rule": rule, "roll": roll, "ballots": said})
        assert (own["verdict"], own["alternative"]["verdict"]) == ("passed", verdict)
        assert counted({"rule": rule, "roll": roll[:-1], "ballots": said})["tests"] == own["tests"]


@few
@given(rule=st.sampled_from([ORDINARY, MAJOR]), owners=st.integers(1, 8), spaces=st.integers(1, 8))
def test_who_owns_nothing_but_a_space_is_a_head_only_where_spaces_count(rule, owners, spaces) -> None:
    roll = [{"voter": f"v{number}", "area": "50.00"} for number in range(owners)]
    roll += [{"voter": f"p{number}", "area": "12.50", "parking": True} for number in range(spaces)]
    result = counted({"rule": rule, "roll": roll, "ballots": [{"voter": "p0", "choice": "for"}]})
    assert working_of(result)["quorum_heads"] == (0, 2 * owners, False)
    assert [(each["voter"], each["reason"]) for each in result["invalid"]] == [("p0", "parking_only")]
    assert working_of(result["alternative"])["quorum_heads"][:2] == (3, 2 * (owners + spaces))


# Invalid ballots, and ballots that are there twice


@few
@given(document=documents(), data=st.data())
def test_an_invalid_ballot_counts_like_none(document, data) -> None:
    assume(document["ballots"])
    number = data.draw(st.integers(0, len(document["ballots"]) - 1))
    reason = data.draw(st.sampled_from(["two_boxes", "unsigned", "no_authority", "late", "conflict", "damaged"]))
    ballots = list(document["ballots"])
    ballots[number] = {"voter": ballots[number]["voter"], "invalid": reason}
    spoilt = result_or_none({**document, "ballots": ballots})
    none = result_or_none({**document, "ballots": ballots[:number] + ballots[number + 1 :]})
    assert (spoilt is None) is (none is None)
    if spoilt is not None and none is not None:
        assert told(spoilt) == told(none)
        assert len(spoilt["invalid"]) == len(none["invalid"]) + 1


def told(result):
    """What the count comes to, without the list of what was not counted."""
    found = without(result, "invalid")
    return {**found, "alternative": told(found["alternative"])} if "alternative" in found else found


@few
@given(document=documents(), data=st.data())
def test_a_ballot_that_is_there_twice_is_counted_under_no_rule_and_no_method(document, data) -> None:
    assume(document["ballots"])
    again = data.draw(st.sampled_from(document["ballots"]))
    at = data.draw(st.integers(0, len(document["ballots"])))
    ballots = [*document["ballots"][:at], again, *document["ballots"][at:]]
    with pytest.raises(Mistake, match="has a ballot already"):
        counted({**document, "ballots": ballots})


# The silent


@pytest.mark.parametrize("kind", DEEMABLE)
@few
@given(data=st.data())
def test_the_silent_are_as_if_they_had_said_what_most_say_and_the_rest_is_shown_without_them(kind, data) -> None:
    """Whatever the rule, the chambers, the weights and the spaces; between equals they abstain."""
    rule = data.draw(rules("yes_no", (kind,)))
    roll = data.draw(rolls(rule, data.draw(st.integers(1, 8))))
    voters = sorted({row["voter"] for row in roll if not row.get("parking")})
    words = st.sampled_from(["for", "against", "abstain", None])
    said = {voter: word for voter in voters if (word := data.draw(words))}
    favour, against = (sum(word == side for word in said.values()) for side in ("for", "against"))
    side = "abstain" if favour == against else "for" if favour > against else "against"
    motion = {"rule": rule, "roll": [row for row in roll if not row.get("parking")]}

    def result(**ballots):
        return counted({**motion, "ballots": [{"voter": voter, "choice": word} for voter, word in ballots.items()]})

    try:
        plain = result(**said)
    except Mistake:
        assume(False)
    ballots = [{"voter": voter, "choice": word} for voter, word in said.items()]
    deemed = counted({**motion, "ballots": ballots, "deemed": True})
    everybody = result(**{voter: said.get(voter, side) for voter in voters}) if favour or against else plain
    assert without(deemed, "without_deemed") == everybody
    assert deemed["without_deemed"] == without(plain, "invalid")


@few
@given(
    heads=st.integers(3, 60),
    share=st.sampled_from(["1/2", "2/3", "3/4", "1/1"]),
    base=st.sampled_from(["cast", "members"]),
)
def test_with_the_silent_in_favour_one_head_against_is_the_boundary_of_a_charter(heads, share, base) -> None:
    rule = {"kind": "charter", "threshold": share, "of": base}
    part = Fraction(share)
    most = max(
        against for against in range(heads)
        if heads - against >= part * heads and heads - against > against
    )  # fmt: skip
    for against in (most, most + 1):
        ballots = [
            {"count": against, "choice": "against"},
            {"count": min(against + 1, heads - against), "choice": "for"},
        ]
        roll = [{"voter": f"v{number}"} for number in range(heads)]
        result = counted({"rule": rule, "roll": roll, "ballots": ballots, "deemed": True})
        assert (result["verdict"] == "passed") is (against == most)


def test_a_ballot_in_favour_never_takes_the_quorum_away_from_a_vote_with_silent_ones() -> None:
    """Found by reasoning, not by drawing: as many heads on both sides, and most of the weight on one."""
    weights = {"a": 55, "b": 2, "c": 2, "d": 1, "e": 39}
    motion = {
        "rule": {"kind": "charter", "quorum": "2/3", "threshold": "1/2", "strict": True}, "deemed": True,
        "roll": [{"voter": voter, "weight": weight} for voter, weight in weights.items()],
    }  # fmt: skip
    said = [{"voter": "a", "choice": "for"}, *({"voter": voter, "choice": "against"} for voter in "bc")]
    assert counted({**motion, "ballots": said})["verdict"] == "passed"
    better = counted({**motion, "ballots": [*said, {"voter": "d", "choice": "for"}]})
    assert (better["verdict"], better["without_deemed"]["verdict"]) == ("passed", "no_quorum")
