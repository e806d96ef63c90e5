"""Vote files for tests of the count: the golden ones, and small ones made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deliberation.votes.counting.file import count_file

FOLDER = Path(__file__).parent.parent / "rules" / "counting" / "files"
GOLDEN = sorted(file.stem for file in FOLDER.glob("*.json"))
PRESENT = {"kind": "present_majority"}
OWNERS = {"kind": "owners", "class": "ordinary"}


def counted(document: Any) -> dict[str, Any]:
    """The result of a vote file given as Python values."""
    return count_file(json.dumps(document).encode())


def golden(name: str) -> dict[str, Any]:
    """A golden file's document."""
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def roll(number: int, **same: Any) -> list[dict[str, Any]]:
    """So many voters, v0, v1, …, each with the same other keys."""
    return [{"voter": f"v{index}", **same} for index in range(number)]


def piled(
    method: str, *piles: tuple[int, Any], options: str = "ABC", rule: Any = PRESENT, **more: Any
) -> dict[str, Any]:
    """A vote of anonymous ballots in piles, everybody on the roll having cast one."""
    ballots = [{"count": number, "choice": choice} for number, choice in piles]
    voters = roll(sum(number for number, _choice in piles))
    return {"rule": rule, "method": method, "options": list(options), "roll": voters, "ballots": ballots, **more}


def working_of(result: dict[str, Any]) -> dict[str, tuple[int, int, bool]]:
    """name → (left, right, holds)."""
    return {test["name"]: (test["left"], test["right"], test["holds"]) for test in result["tests"]}
