"""The ballots of a vote file, equal ones put together; invalid ones apart, with the reason (R-16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.votes.counting.amounts import Amount
from deliberation.votes.counting.choices import Choice, ChoiceError, OverLimit, parse_choice, shown
from deliberation.votes.counting.file.roll import Roll
from deliberation.votes.counting.file.values import (
    Mistake,
    read_list,
    read_name,
    read_object,
    read_whole,
    read_word,
)
from deliberation.votes.counting.kinds import RuleKind
from deliberation.votes.counting.poll import BallotGroup, Poll

BALLOT = ("voter", "count", "channel", "choice", "invalid")
REASONS = ("two_boxes", "unsigned", "no_authority", "late", "conflict", "damaged", "over_limit")
PARKING_ONLY = "parking_only"
ONE = Amount(1)


class _Sums:
    """What all ballots of one choice are worth together: [heads, area, weight], in all and by chamber."""

    __slots__ = ("chambers", "total")

    def __init__(self) -> None:
        self.total = [0, 0, 0]
        self.chambers: dict[str, list[int]] = {}


def _add(to: list[int], amount: Amount, times: int) -> None:
    to[0] += amount.heads * times
    to[1] += amount.area * times
    to[2] += amount.weight * times


class BallotBox:
    """Reads one ballot after the other, and knows who has voted."""

    def __init__(self, poll: Poll, roll: Roll) -> None:
        self.poll, self.roll = poll, roll
        self.sums: dict[Choice, _Sums] = {}
        self.seen: set[str] = set()
        self.cast = 0
        self.most = len(roll.voters) + len(roll.left_out)
        self.invalid: list[dict[str, Any]] = []

    def put(self, row: Any, place: str) -> None:
        read_object(row, place, known=BALLOT)
        if "channel" in row:
            read_name(row["channel"], f"{place}.channel")
        voter, count = self._whose(row, place)
        reason, choice = self._what(row, place)
        if reason is None and voter in self.roll.left_out:
            reason = PARKING_ONLY
        if reason is not None:
            who = {"voter": voter} if voter is not None else {"count": count}
            self.invalid.append({"ballot": place, **who, "reason": reason})
        elif choice is not None:
            self._count(choice, voter, count)

    def _whose(self, row: Mapping[str, Any], place: str) -> tuple[str | None, int]:
        count = read_whole(row["count"], f"{place}.count") if "count" in row else 1
        self.cast += count
        if "voter" not in row:
            self._check_anonymous(place)
            self._check_room(place)
            return None, count
        voter = read_name(row["voter"], f"{place}.voter")
        if voter not in self.roll.voters and voter not in self.roll.left_out:
            raise Mistake(f"{place}.voter", f"{shown(voter)} is not on the roll")
        if voter in self.seen:
            raise Mistake(f"{place}.voter", f"{shown(voter)} has a ballot already; one of each voter is current")
        if count != 1:
            raise Mistake(f"{place}.count", "a voter has one ballot; count is for ballots without a voter")
        self._check_room(place)
        self.seen.add(voter)
        return voter, 1

    def _check_room(self, place: str) -> None:
        if self.cast > self.most:
            raise Mistake(place, "with this there are more ballots than voters on the roll")

    def _check_anonymous(self, place: str) -> None:
        if self.poll.rule.kind is RuleKind.owners:
            raise Mistake(place, '"voter" is missing: in an owners\' vote every ballot has one')
        if self.roll.is_weighted or self.poll.rule.chambers is not None:
            raise Mistake(place, '"voter" is missing: with weights or chambers every ballot has one')

    def _what(self, row: Mapping[str, Any], place: str) -> tuple[str | None, Choice | None]:
        """Why it is invalid, or else what it says."""
        if "invalid" in row:
            return read_word(row["invalid"], f"{place}.invalid", REASONS), None
        if "choice" not in row:
            raise Mistake(place, '"choice" is missing')
        poll = self.poll
        try:
            return None, parse_choice(
                row["choice"], method=poll.method, options=poll.options, seats=poll.seats, limit=poll.limit
            )
        except OverLimit:
            return "over_limit", None
        except ChoiceError as error:
            raise Mistake(f"{place}.choice", error.problem) from None

    def _count(self, choice: Choice, voter: str | None, count: int) -> None:
        sums = self.sums.get(choice)
        if sums is None:
            sums = self.sums[choice] = _Sums()
        _add(sums.total, ONE if voter is None else self.roll.voters[voter], count)
        if voter is not None and voter in self.roll.chambers:
            for chamber, amount in self.roll.chambers[voter].items():
                _add(sums.chambers.setdefault(chamber, [0, 0, 0]), amount, count)

    def groups(self) -> list[BallotGroup]:
        return [
            BallotGroup(choice, Amount(*sums.total), {name: Amount(*each) for name, each in sums.chambers.items()})
            for choice, sums in self.sums.items()
        ]


def read_ballots(value: Any, poll: Poll, roll: Roll, place: str = "ballots") -> BallotBox:
    box = BallotBox(poll, roll)
    for index, row in enumerate(read_list(value, place)):
        box.put(row, f"{place}[{index}]")
    return box
