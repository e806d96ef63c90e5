"""The roll as everybody may keep it: what its hash covers, who opens a line, and when figures would give votes away."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.counting import Amount
from deliberation.votes.record.roll import (
    PublicRoll,
    RollLine,
    RollPartLine,
    fits_line,
    hashes_of,
    roll_hash,
    tells_apart,
)

SECRET = bytes(range(32))
texts = st.text(max_size=12)
parts = st.builds(
    RollPartLine, texts, st.integers(1, 10**6), st.sampled_from(["register", "survey", "contract"]), st.booleans(),
    st.booleans(), st.sampled_from(["", "1 号楼", "2 号楼"]),
)  # fmt: skip


@st.composite
def rolls(draw):
    lines = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        own = tuple(draw(st.lists(parts, min_size=1, max_size=3)))
        counted = [part for part in own if not part.parking]
        lines.append(
            RollLine(
                number,
                draw(texts),
                draw(texts),
                draw(st.none() | st.integers(1, 99)),
                sum(part.area for part in counted),
                int(bool(counted)),
                "",
                draw(st.booleans()),
                own,
            )
        )
    return lines


def hash_of(lines, secret=SECRET):
    return roll_hash(hashes_of(lines, secret))


def published(lines, *, with_figures):
    return PublicRoll([line.public(SECRET, with_figures=with_figures) for line in lines])


@given(lines=rolls())
def test_open_or_sealed_the_public_lines_hash_to_what_was_frozen(lines):
    for with_figures in (True, False):
        roll = published(lines, with_figures=with_figures)
        assert (roll.hash, roll.is_whole, roll.is_open) == (hash_of(lines), True, with_figures)


@given(lines=rolls(), data=st.data())
def test_the_hash_covers_every_fact_of_every_line(lines, data):
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    part = line.parts[0]
    others = [
        replace(line, number=line.number + 1), replace(line, label=line.label + "x"),
        replace(line, masked=line.masked + "x"), replace(line, account=(line.account or 0) + 1),
        replace(line, area=line.area + 1), replace(line, weight=line.weight + 1), replace(line, chamber="x"),
        replace(line, developer=not line.developer), replace(line, parts=line.parts[1:]),
        *(
            replace(line, parts=(replace(part, **changed), *line.parts[1:]))
            for changed in (
                {"label": part.label + "x"}, {"area": part.area + 1}, {"source": "other"},
                {"parking": not part.parking}, {"delivered": not part.delivered}, {"chamber": "x"},
            )
        ),
    ]  # fmt: skip
    for other in others:
        assert hash_of([*lines[:number], other, *lines[number + 1 :]]) != hash_of(lines)
    assert hash_of(lines[:-1]) != hash_of(lines)
    assert hash_of(lines, bytes(32)) != hash_of(lines)


@given(lines=rolls())
def test_its_voter_opens_a_line_and_nobody_else(lines):
    public = published(lines, with_figures=False).lines
    for line, shown in zip(lines, public, strict=True):
        identity, figures = line.identity(SECRET), line.figures(SECRET)
        assert fits_line(shown, identity=identity, figures=figures)
        for wrong in ({**identity, "label": line.label + "x"}, {**identity, "salt": "00"}):
            assert not fits_line(shown, identity=wrong, figures=figures)
        assert not fits_line(shown, identity=identity, figures={**figures, "area": line.area + 1})


@given(lines=rolls())
def test_the_open_lines_add_up_under_either_parking_setting(lines):
    roll = published(lines, with_figures=True)
    for with_parking in (False, True):
        counted = [[part for part in line.parts if with_parking or not part.parking] for line in lines]
        found = roll.electorate(chambers_by="zone", with_parking=with_parking)
        assert found.total == Amount(sum(map(bool, counted)), sum(part.area for own in counted for part in own))
        zones = {part.chamber for own in counted for part in own}
        assert found.chambers == {
            zone: Amount(
                sum(any(part.chamber == zone for part in own) for own in counted),
                sum(part.area for own in counted for part in own if part.chamber == zone),
            )
            for zone in zones
        }
    assert roll.agrees_with_parts(with_parking=False)


def test_a_line_without_parts_counts_in_its_own_chamber():
    lines = [RollLine(n, "", "", None, 0, weight, chamber, False) for n, weight, chamber in
             ((1, 3, "北"), (2, 0, "北"), (3, 1, "南"))]  # fmt: skip
    found = published(lines, with_figures=True).electorate(chambers_by="kind", with_parking=False)
    assert found.total == Amount(2, 0, 4)
    assert found.chambers == {"北": Amount(1, 0, 3), "南": Amount(1, 0, 1)}


@pytest.mark.parametrize(
    ("numbers", "heads", "tells"),
    [
        ([], 3, False),
        ([0, 402], 402, False),
        ([233, 68, 101], 402, False),
        ([4], 2000, True),
        ([1996], 2000, True),
        ([5], 2000, False),
        ([5], 100, True),  # 75 million ways: many pairs of sums differ, and one set of owners may be all that fits.
        ([15], 30, True),
        ([50_000], 100_000, False),
    ],
)
def test_figures_are_sealed_where_a_group_could_be_picked_out(numbers, heads, tells):
    assert tells_apart(numbers, heads) is tells


@given(heads=st.integers(1, 400), number=st.integers(0, 400))
def test_it_is_told_apart_exactly_where_it_is_small_or_there_are_few_ways(heads, number):
    inside = 0 < number < heads
    few = inside and (min(number, heads - number) < 5 or comb(heads, number) < 2**32)
    assert tells_apart([number], heads) is few
