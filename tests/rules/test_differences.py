"""What is marked between two versions of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.votes.rules import Piece, differences


def marked(old: str, new: str) -> str:
    words = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(words[piece.kind].format(piece.text) for piece in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("试行 30 天。", "试行 45 天。", "试行 [-30-][+45+] 天。"),
        ("机动车由北口进。", "机动车由南口进。", "机动车由[-北-][+南+]口进。"),
        ("一样", "一样", "一样"),
        ("", "新的", "[+新的+]"),
        ("旧的", "", "[-旧的-]"),
        ("救护车除外", "救护和消防车辆除外", "救护[+和消防+]车[+辆+]除外"),
        ("3:00 起", "3:30 起", "[-3:00-][+3:30+] 起"),
    ],
)
def test_a_change_is_marked_where_it_is(old, new, shown) -> None:
    assert marked(old, new) == shown


def test_one_letter_between_two_changes_is_part_of_the_change() -> None:
    assert marked("周一到周五早上", "周二至周四早上") == "周[-一到周五-][+二至周四+]早上"


@given(st.text(alphabet="甲乙丙丁 12\n，。ab", max_size=40), st.text(alphabet="甲乙丙丁 12\n，。ab", max_size=40))
def test_both_texts_can_be_read_out_of_the_pieces(old, new) -> None:
    pieces = differences(old, new)
    assert "".join(each.text for each in pieces if each.kind != "new") == old
    assert "".join(each.text for each in pieces if each.kind != "gone") == new
    assert all(isinstance(each, Piece) and each.text for each in pieces)
