"""The roll of a vote file: one row a part, several rows of one voter one head (R-10 … R-14)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from deliberation.votes.counting.amounts import Amount, Electorate, total
from deliberation.votes.counting.decision_rule import DecisionRule
from deliberation.votes.counting.file.values import (
    Mistake,
    read_area,
    read_flag,
    read_list,
    read_name,
    read_object,
    read_weight,
)
from deliberation.votes.counting.kinds import RuleKind

ROW = ("voter", "area", "delivered", "weight", "chamber", "parking")


@dataclass(frozen=True, slots=True)
class Part:
    """One row. ``area`` in 0.01 ㎡, ``weight`` None where the row gives none."""

    voter: str
    area: int
    weight: Fraction | None
    chamber: str
    is_parking: bool


@dataclass(frozen=True)
class Roll:
    """Who can vote and what each is worth; ``left_out`` own nothing but parking spaces that do not count (R-14)."""

    voters: Mapping[str, Amount]
    chambers: Mapping[str, Mapping[str, Amount]]  # voter → chamber → amount
    left_out: frozenset[str] = frozenset()
    is_weighted: bool = False
    electorate: Electorate = field(init=False)

    def __post_init__(self) -> None:
        sums: dict[str, list[Amount]] = {}
        for within in self.chambers.values():
            for chamber, amount in within.items():
                sums.setdefault(chamber, []).append(amount)
        in_chambers = {chamber: total(amounts) for chamber, amounts in sums.items()}
        object.__setattr__(self, "electorate", Electorate(total(self.voters.values()), in_chambers))


def canonical_roll_hash(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """SHA-256 over the rows, each as JSON with sorted keys, the rows sorted, a line feed between."""
    lines = sorted(map(json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode, rows))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).digest()


def read_parts(value: Any, rule: DecisionRule, place: str = "roll") -> list[Part]:
    """Every row checked by itself, and that undelivered parts have one voter: the developer."""
    rows = read_list(value, place)
    if not rows:
        raise Mistake(place, "there is nobody on the roll")
    parts = []
    developer: str | None = None
    for index, row in enumerate(rows):
        part = _part(row, rule, f"{place}[{index}]")
        parts.append(part)
        if row.get("delivered") is False:
            developer = part.voter if developer is None else developer
            if part.voter != developer:
                raise Mistake(
                    f"{place}[{index}].voter", "all parts that are not delivered have one voter, the developer"
                )
    return parts


def _part(row: Any, rule: DecisionRule, place: str) -> Part:
    read_object(row, place, known=ROW, needed=("voter",))
    is_owners = rule.kind is RuleKind.owners
    if is_owners and "area" not in row:
        raise Mistake(place, '"area" is missing: owners vote by heads and by area')
    if is_owners and "weight" in row:
        raise Mistake(f"{place}.weight", "owners vote by heads and by area, not by weight")
    if rule.chambers is not None and "chamber" not in row:
        raise Mistake(place, '"chamber" is missing: the rule asks every chamber')
    for flag in ("delivered", "parking"):
        if flag in row:
            read_flag(row[flag], f"{place}.{flag}")
    return Part(
        read_name(row["voter"], f"{place}.voter"),
        read_area(row["area"], f"{place}.area") if "area" in row else 0,
        read_weight(row["weight"], f"{place}.weight") if "weight" in row else None,
        read_name(row["chamber"], f"{place}.chamber") if "chamber" in row else "",
        row.get("parking", False),
    )


def build_roll(parts: Sequence[Part], rule: DecisionRule, *, with_parking: bool) -> Roll:
    """Heads by voter, areas and weights added up; whole numbers throughout, fractional weights in their common unit."""
    counted = [part for part in parts if with_parking or not part.is_parking]
    if not counted:
        raise Mistake("roll", "there is nobody on the roll once the parking spaces are left out")
    unit = lcm(*(part.weight.denominator for part in parts if part.weight is not None))
    by_voter: dict[str, list[Part]] = {}
    for part in counted:
        by_voter.setdefault(part.voter, []).append(part)
    chambers: dict[str, dict[str, Amount]] = {}
    if rule.chambers is not None:
        chambers = {voter: _by_chamber(own, unit) for voter, own in by_voter.items()}
    left_out = (
        frozenset(part.voter for part in parts if part.voter not in by_voter) if len(counted) < len(parts) else ()
    )
    return Roll(
        {voter: _amount(own, unit) for voter, own in by_voter.items()},
        chambers,
        frozenset(left_out),
        any(part.weight is not None for part in parts),
    )


def _by_chamber(parts: Sequence[Part], unit: int) -> dict[str, Amount]:
    names = dict.fromkeys(part.chamber for part in parts)
    return {name: _amount([part for part in parts if part.chamber == name], unit) for name in names}


def _amount(parts: Sequence[Part], unit: int) -> Amount:
    """One head. Its weight is one where no row gives it any."""
    if len(parts) == 1 and parts[0].weight is None:
        return Amount(1, parts[0].area, unit)
    weights = [part.weight for part in parts if part.weight is not None]
    return Amount(1, sum(part.area for part in parts), int(sum(weights) * unit) if weights else unit)
