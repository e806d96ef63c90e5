"""One test of a verdict: two whole numbers compared, with what is still missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from math import lcm
from typing import Any

Number = int | Fraction


@dataclass(frozen=True)
class Comparison:
    """One test with both sides as whole numbers: "3 × 118 = 354 ≥ 2 × 151 = 302".

    The working is factor and number of each side; ``missing`` is how much more (of a quorum, or in favour) it would
    have taken with the ballots as they are, 0 when it holds. ``unit`` is "heads", "area" (0.01 ㎡), "ballots" or
    "weight". ``chamber`` and ``option`` are empty where the test is of everybody, and of the motion as a whole.
    ``decides`` is False for a chamber whose yes or no is weighed with the others'.
    """

    name: str
    left_factor: int
    left_number: int
    right_factor: int
    right_number: int
    strict: bool
    missing: int
    unit: str = "ballots"
    chamber: str = ""
    option: str = ""
    decides: bool = True

    @property
    def left(self) -> int:
        return self.left_factor * self.left_number

    @property
    def right(self) -> int:
        return self.right_factor * self.right_number

    @property
    def holds(self) -> bool:
        return self.left > self.right if self.strict else self.left >= self.right

    @property
    def full_name(self) -> str:
        """The name with its option and chamber: "approval_heads:甲@北区"."""
        option, chamber = f":{self.option}" * bool(self.option), f"@{self.chamber}" * bool(self.chamber)
        return f"{self.name}{option}{chamber}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: ``name`` is the full name, ``test`` the bare one."""
        sides = {"left": self.left, "right": self.right, "holds": self.holds}
        return {**asdict(self), **sides, "name": self.full_name, "test": self.name}


def compare(
    name: str, share: Fraction, number: Number, base: Number, *, strict: bool = False, unit: str = "ballots",
    chamber: str = "", option: str = "", decides: bool = True,
) -> Comparison:  # fmt: skip
    """Whether ``number`` is ``share`` of ``base``; shared ballots (Fractions) are brought to whole parts first."""
    line = share * base
    gap = line - number
    missing = gap.numerator // gap.denominator + 1 if strict else -(-gap.numerator // gap.denominator)
    parts = lcm(Fraction(number).denominator, Fraction(base).denominator)
    return Comparison(
        name,
        share.denominator,
        int(number * parts),
        share.numerator,
        int(base * parts),
        strict,
        max(0, missing),
        unit,
        chamber,
        option,
        decides,
    )
