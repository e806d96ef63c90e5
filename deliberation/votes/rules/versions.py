"""What a new version of a vote changes, so that it can be told and shown side by side (domain.md C3). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.kernel.errors import N_
from deliberation.votes.rules.differences import GONE, NEW, Piece, differences

MOST_TOLD = 8  # Of a text's changes in a message; beyond that the two are better read side by side.
# In the order a reader asks for them, by the names of the columns.
COMPARED: Mapping[str, str] = {
    "title": N_("题目"),
    "text": N_("要表决的文字"),
    "options": N_("选项"),
    "opens_at": N_("开始时间"),
    "closes_at": N_("截止时间"),
    "rule_kind": N_("怎样算通过"),
    "item_class": N_("业主共同决定的哪一项"),
    "method": N_("怎么选"),
    "seats_to_fill": N_("选出几个"),
    "choice_limit": N_("一张票最多选几个、给几分"),
    "roll_source": N_("谁来投"),
    "roll_scope": N_("只由哪几幢的业主定"),
    "chambers_by": N_("要不要每一组都够票"),
    "is_secret": N_("记名还是秘密"),
    "allows_paper": N_("收不收纸质票"),
    "proxy_cap": N_("能不能委托"),
    "parking_rule": N_("车位算不算"),
    "is_about_parking": N_("是不是车位的事"),
    "electronic_clause": N_("网上投票的依据"),
    "deemed_clause": N_("没回音怎么算"),
    "extension_days": N_("能不能延长"),
    "objection_days": N_("公示几天"),
    "approval_body": N_("报哪个部门批准"),
}


@dataclass(frozen=True)
class Change:
    """One thing that differs; ``column`` names it, ``name`` is its name in words, a message id."""

    column: str
    name: str
    before: Any
    after: Any


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two versions, each given by the columns of ``COMPARED``."""
    found = (Change(column, name, old[column], new[column]) for column, name in COMPARED.items())
    return [change for change in found if change.before != change.after]


def told_changes(old: str, new: str) -> list[dict[str, str]]:
    """A text's changes for a message, [{"gone", "new"}]; empty when they are too many to be read one by one."""
    pieces = differences(old, new)
    found = [_pair(pieces, number) for number, piece in enumerate(pieces) if _begins(pieces, number, piece)]
    return found if len(found) <= MOST_TOLD else []


def _begins(pieces: Sequence[Piece], number: int, piece: Piece) -> bool:
    is_second = piece.kind == NEW and number > 0 and pieces[number - 1].kind == GONE
    return piece.kind in (GONE, NEW) and not is_second


def _pair(pieces: Sequence[Piece], number: int) -> dict[str, str]:
    stretch = pieces[number : number + 2] if pieces[number].kind == GONE else pieces[number : number + 1]
    pair = {"gone": "", "new": ""}
    return pair | {piece.kind: piece.text.strip() for piece in stretch if piece.kind in pair}
