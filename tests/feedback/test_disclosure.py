"""What everybody may see of the figures: nothing small, and nothing that the rest gives away (R-52)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deliberation.feedback import rules
from deliberation.feedback.rules import Figures
from deliberation.feedback.rules.disclosure import PARTS

SMALL = range(1, 5)


@st.composite
def some_figures(draw: st.DrawFn) -> Figures:
    due, asked = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    parts = {name: draw(st.integers(0, due)) for name in ("responded", "replied", "on_time", "solved", "reopened")}
    rated = draw(st.integers(0, asked))
    return Figures(due=due, asked=asked, rated=rated, satisfied=draw(st.integers(0, rated)), **parts)


@given(st.lists(some_figures(), min_size=1, max_size=5))
def test_no_shown_number_is_small_and_no_hidden_one_is_the_only_one_left(rows: list[Figures]) -> None:
    total = sum(rows, Figures())
    shown, last = rules.public(dict(enumerate(rows)), total)
    lines = [(shown[number].cells, each) for number, each in enumerate(rows)] + [(last.cells, total)]
    for cells, figures in lines:
        assert not [name for name in rules.NAMES if cells[name] in SMALL]
        for part, whole in PARTS.items():
            if isinstance(cells[part], int):
                assert isinstance(cells[whole], int)
                assert getattr(figures, whole) - getattr(figures, part) not in SMALL
    for name in rules.NAMES:
        hidden = [number for number in shown if not isinstance(shown[number].cells[name], int)]
        assert len(hidden) != 1 or not isinstance(last.cells[name], int)
    for cells, figures in lines:
        for name in rules.NAMES:
            assert cells[name] in (None, "<5", getattr(figures, name)), "what is shown is true"


def test_nine_applied_is_said_and_six_granted_is_not() -> None:
    """E5: nine less six is three."""
    _shown, last = rules.public({"loans": Figures(due=9, solved=6)}, Figures(due=9, solved=6))
    assert (last.cells["due"], last.cells["solved"]) == (9, None)
    assert last.is_kept_back("solved_rate")


def test_a_small_group_takes_the_next_one_with_it() -> None:
    rows = {"north": Figures(due=3, replied=3), "south": Figures(due=8, replied=8), "east": Figures(due=20, replied=20)}
    shown, last = rules.public(rows, sum(rows.values(), Figures()))
    assert [shown[name].cells["due"] for name in rows] == ["<5", None, 20]
    assert (last.cells["due"], shown["east"].cells["replied"], last.cells["replied"]) == (31, 20, 31)


def test_the_offices_see_everything() -> None:
    whole = rules.Shown.whole(Figures(due=3, replied=2))
    assert (whole.cells["due"], rules.percent(whole.rate("reply_rate"))) == (3, "66.67%")
