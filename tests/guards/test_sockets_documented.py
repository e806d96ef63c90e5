"""docs/sockets.md describes every socket message there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deliberation.kernel.live import MESSAGES

PAGE = (Path(__file__).parents[2] / "docs" / "sockets.md").read_text()
PARTS = ("Payload", "Effect", "Permission", "Refusals")


def sections():
    """Each message's own text by its name."""
    pieces = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    return {found[1]: piece for piece in pieces if (found := re.match(r"`([\w.]+)`\n", piece))}


@pytest.mark.usefixtures("sqlite_app")
def test_every_message_is_described_and_no_other():
    assert set(sections()) == set(MESSAGES)


@pytest.mark.usefixtures("sqlite_app")
@pytest.mark.parametrize("name", sorted(sections()))
def test_a_message_is_described_in_full(name):
    text = sections()[name]
    for part in PARTS:
        assert f"\n- {part}: " in text, f"{name} does not say its {part.lower()}"
    declared = MESSAGES[name]
    assert f"`{declared.action}`" in text
    for field in declared.form()._fields:
        assert field == "client_key" or f"`{field}`" in text, f"{name} does not name {field}"
