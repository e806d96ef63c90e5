"""What a charter may ask for, and what that is in whole seats (domain.md R-23): pure, integers only."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from deliberation.kernel.errors import N_, Refusal
from deliberation.people.rules import canonical_email, canonical_phone

SMALL_BODY = 30  # A body of up to thirty seats shows each seat; a larger one shows figures only.
LEAST_NOTICE = 3  # Working days: people must be able to make room for a meeting.
LONGEST_LABEL = 40
MOST_LINES = 500
RULE_KINDS = ("charter", "all_members_majority", "present_majority")
BASES = ("cast", "for_against", "members")
Share = tuple[int, int]  # Numerator and denominator: two thirds is (2, 3).
_PARTS = re.compile(r"[,，\t]")


class Unfit(Refusal):
    """What was entered cannot be taken; ``field`` names the entry that has to be changed."""

    status = 422

    def __init__(self, field: str = "", **params: Any) -> None:
        self.field = field
        super().__init__(**params)


class ShareOutOfRange(Unfit):
    code = "share_out_of_range"
    sentence = N_("「%(share)s」不能用：份额要大于零，最多是全部，比如 2/3。请改一下。")


class ThresholdMissing(Unfit):
    code = "threshold_missing"
    sentence = N_("按章程的份额表决，要写明多少同意才算通过，比如 2/3。")


class TieWouldPass(Unfit):
    code = "tie_would_pass"
    sentence = N_("刚好一半就算通过的话，赞成和反对一样多也会通过。请勾上「要超过」，或者写大一点的份额。")


class ThresholdTooLow(Unfit):
    code = "threshold_too_low"
    sentence = N_("同意只要 %(share)s 就通过，反对的人更多也会通过。请写一半以上的份额。")


class MoreThanAll(Unfit):
    code = "more_than_all"
    sentence = N_("份额已经是全部，没有人能超过全部。请去掉「要超过」。")


class NoticeTooShort(Unfit):
    code = "notice_too_short"
    sentence = N_("开会至少提前 3 个工作日通知，大家才安排得开。请写 3 或更大的数。")


class NameTaken(Unfit):
    code = "name_taken"
    sentence = N_("这个地方已经有「%(name)s」了。请换一个名称，或者去改原来的那个。")


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


@dataclass(frozen=True, kw_only=True)
class Charter:
    """The rules of order and of decision that a body adopts, see ``committees.models.Committee``."""

    rule_kind: str
    quorum: Share | None = None
    threshold: Share | None = None
    threshold_basis: str = "cast"
    threshold_strict: bool = False
    charter_clause: str = ""
    notice_working_days: int = LEAST_NOTICE
    turn_seconds: int = 120
    turns_per_motion: int = 2

    def columns(self) -> dict[str, Any]:
        """The columns of the model that hold it."""
        columns = asdict(self)
        for name in ("quorum", "threshold"):
            numerator, denominator = columns.pop(name) or (None, None)
            columns |= {f"{name}_numerator": numerator, f"{name}_denominator": denominator}
        return columns


def adopted(charter: Charter) -> Charter:
    """The charter without what its kind of decision has no use for; raise ``Unfit`` when nobody could decide by it.

    Only a ``charter`` has a threshold of its own. One under which a tie, or fewer than the others, would pass is no
    rule (R-23), and so is a share outside of (0, 1].
    """
    if charter.rule_kind not in RULE_KINDS or charter.threshold_basis not in BASES:
        raise ValueError(f"no such rule: {charter.rule_kind!r} of {charter.threshold_basis!r}")
    if charter.notice_working_days < LEAST_NOTICE:
        raise NoticeTooShort("notice_working_days")
    if charter.rule_kind == "all_members_majority":
        charter = replace(charter, quorum=None)
    if charter.rule_kind != "charter":
        charter = replace(charter, threshold=None, threshold_basis="cast", threshold_strict=False)
    else:
        _check_threshold(charter.threshold, is_strict=charter.threshold_strict)
    _check_share(charter.quorum, "quorum")
    return charter


def _check_threshold(threshold: Share | None, *, is_strict: bool) -> None:
    if threshold is None:
        raise ThresholdMissing("threshold")
    _check_share(threshold, "threshold")
    numerator, denominator = threshold
    if 2 * numerator < denominator:
        raise ThresholdTooLow("threshold", share=share_text(threshold))
    if 2 * numerator == denominator and not is_strict:
        raise TieWouldPass("threshold")
    if numerator == denominator and is_strict:
        raise MoreThanAll("threshold_strict")


def _check_share(share: Share | None, field: str) -> None:
    if share is not None and not 0 < share[0] <= share[1]:
        raise ShareOutOfRange(field, share=share_text(share))


def share_text(share: Share) -> str:
    return f"{share[0]}/{share[1]}"


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


def at_least(total: int, numerator: int, denominator: int) -> int:
    """The smallest number of seats that is ``numerator/denominator`` of ``total`` or more: 2/3 of 193 is 129."""
    return -(-total * numerator // denominator)


def more_than_half(total: int) -> int:
    """The smallest number of seats above one half: 6 of 10."""
    return total // 2 + 1


def quorum_seats(*, rule_kind: str, seats_total: int, numerator: int | None, denominator: int | None) -> int:
    """How many seats must take part before a decision counts; 0 where the charter asks for none."""
    if rule_kind == "all_members_majority":
        return more_than_half(seats_total)
    if numerator is None or not denominator:
        return 0
    return at_least(seats_total, numerator, denominator)


def seats_to_open(*, rule_kind: str, seats_total: int, numerator: int | None, denominator: int | None) -> int:
    """How many seats must be in the room before a meeting that is to decide may open; 0 where none need be.

    Under a ``charter`` whose ballots also come in by web and on paper, quorum is a share of the ballots cast and is
    tested when they are counted: nobody has to be in the room for it. An advisory round needs no quorum at all.
    """
    if rule_kind not in ("all_members_majority", "present_majority"):
        return 0
    return quorum_seats(rule_kind=rule_kind, seats_total=seats_total, numerator=numerator, denominator=denominator)
