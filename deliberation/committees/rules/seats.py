"""Seats as they are entered, and who may sit in for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deliberation.committees.rules.refusals import Unfit
from deliberation.kernel.errors import N_
from deliberation.people.rules import canonical_email, canonical_phone

LONGEST_LABEL = 40
MOST_LINES = 500
LONGEST_STAND_IN = 366  # Days: a stand-in for longer than a year is a change of holder.
_PARTS = re.compile(r"[,，\t]")


class LabelTaken(Unfit):
    code = "label_taken"
    sentence = N_("「%(label)s」这一席已经有了。一席一个名字，请换一个。")


class LabelTooLong(Unfit):
    code = "label_too_long"
    sentence = N_("席位的名字太长了，最多 %(most)s 个字。请写短一些。")


class LineUnclear(Unfit):
    code = "line_unclear"
    sentence = N_("这一行看不懂。请写成「席位，手机号或邮箱」，还没有人坐的，只写席位。")


class AddressUnclear(Unfit):
    code = "address_unclear"
    sentence = N_("「%(address)s」不像手机号，也不像邮箱。手机号是 11 位数字，邮箱里有 @。")


class PersonUnknown(Unfit):
    code = "person_unknown"
    sentence = N_("「%(address)s」还没有账号。请本人先注册，或者请管理员开一个；也可以先空着，以后再填。")


class AccountClosed(Unfit):
    code = "account_closed"
    sentence = N_("「%(address)s」的账号停用了，坐不了席位。请管理员重新开通，或者换一位。")


class TooManyLines(Unfit):
    code = "too_many_lines"
    sentence = N_("一次最多加 %(most)s 席，这里有 %(count)s 行。请分几次加，现在一席都没有加。")


class LinesNotRight(Unfit):
    code = "lines_not_right"
    sentence = N_("有 %(count)s 行没写对，所以一席都没有加。请照每一行的说明改好再交。")


class SeatEnded(Unfit):
    code = "seat_ended"
    status = 409
    sentence = N_("「%(label)s」这一席已经撤了，不能再改。要恢复，请用同样的名字重新加一席。")


class SitsThereAlready(Unfit):
    code = "sits_there_already"
    sentence = N_("「%(address)s」本来就坐在这一席，不用再请代表。请换一位。")


class DaysBackwards(Unfit):
    code = "days_backwards"
    sentence = N_("最后一天不能早于第一天，也不能早于今天。请改一下日期。")


class StandInTooLong(Unfit):
    code = "stand_in_too_long"
    sentence = N_("代席一次最多 %(most)s 天。时间再长，请直接换人坐这一席。")


class StandInOverlaps(Unfit):
    code = "stand_in_overlaps"
    sentence = N_("这几天里已经请了别人代席。请先撤下那一位，或者换一段日子。")


@dataclass(frozen=True)
class SeatDraft:
    """One line of a pasted list: ``number`` counts from 1; ``given`` is the address as it was typed, ``address`` as it
    is stored; both are empty for an empty seat."""

    number: int
    label: str
    given: str
    address: str
    fault: Unfit | None


def read_seat_lines(text: str) -> list[SeatDraft]:
    """The seats of a pasted list, a line each: "18 号二层，13800000000", or the label alone.

    A comma of either width or a tab parts label and address, as a spreadsheet writes them; empty lines are passed over.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise TooManyLines("lines", most=MOST_LINES, count=len(lines))
    return [_read_seat_line(number, line) for number, line in lines]


def _read_seat_line(number: int, line: str) -> SeatDraft:
    label, *rest = (" ".join(part.split()) for part in _PARTS.split(line))
    given = rest[0] if rest else ""
    address = canonical_address(given)
    fault: Unfit | None = None
    if not label or any(rest[1:]):
        fault = LineUnclear()
    elif len(label) > LONGEST_LABEL:
        fault = LabelTooLong(most=LONGEST_LABEL)
    elif given and not address:
        fault = AddressUnclear(address=given[:LONGEST_LABEL])
    return SeatDraft(number, label[:LONGEST_LABEL], given, address, fault)


def canonical_address(text: str) -> str:
    """A phone number or an email address as it is stored; empty when ``text`` is neither."""
    return canonical_phone(text) or canonical_email(text) or ""


def refusal_of_days(*, first: date, last: date, today: date, others: Iterable[tuple[date, date]]) -> Unfit | None:
    """Whether somebody may sit in from ``first`` to ``last``, both included; ``others`` are the terms that stand."""
    if last < first or last < today:
        return DaysBackwards("last_day")
    if (last - first).days >= LONGEST_STAND_IN:
        return StandInTooLong("last_day", most=LONGEST_STAND_IN)
    if any(first <= their_last and their_first <= last for their_first, their_last in others):
        return StandInOverlaps("first_day")
    return None
