"""From the bytes of a vote file to the result, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from deliberation.votes.counting.amounts import ALL, Amount, Electorate
from deliberation.votes.counting.choices import YES_NO, shown
from deliberation.votes.counting.file.ballots import read_ballots
from deliberation.votes.counting.file.roll import Part, build_roll, canonical_roll_hash, read_parts
from deliberation.votes.counting.file.rule import read_rule
from deliberation.votes.counting.file.strict_json import read_json
from deliberation.votes.counting.file.sums import LIMITED, read_invalid, read_side
from deliberation.votes.counting.file.values import (
    Mistake,
    read_area,
    read_flag,
    read_list,
    read_name,
    read_object,
    read_seed,
    read_text,
    read_whole,
    read_word,
)
from deliberation.votes.counting.kinds import Method, RuleKind
from deliberation.votes.counting.poll import Poll
from deliberation.votes.counting.returns import Judged, Returns, Side, judge_returns, seeded
from deliberation.votes.counting.sums import Sums, add_up
from deliberation.votes.counting.verdict import Verdict

FORMAT = "deliberation-vote/1"
DESCRIPTIVE = ("$schema", "id", "title", "text", "description", "note")
COUNTED = (
    "format", "rule", "method", "options", "barred", "seats", "limit", "seed", "totals", "roll", "ballots",
    "parking_rule", "sums", "other_parking", "deemed",
)  # fmt: skip
WAYS = ("totals", "roll", "sums")
HEADS, AREAS = ("N", "pn", "an"), ("A", "pa", "aa")
PARKING_RULES = ("exclude", "include")


def count_file(data: bytes) -> dict[str, Any]:
    """The result of the file's vote: verdict, tests, winners, rounds, invalid; ``alternative`` where R-14 asks for it,
    ``without_deemed`` where R-17 does.

    Raises ``Mistake`` with the place of whatever is wrong.
    """
    given, poll = _read(data)
    parking_rule = read_word(given.get("parking_rule", "exclude"), "parking_rule", PARKING_RULES)
    is_deemed = _is_deemed(given, poll)
    if sum(way in given for way in WAYS) != 1:
        raise Mistake("", 'give either "totals", or "roll" with "ballots", or "sums"')
    for key, way in (("ballots", "roll"), ("other_parking", "sums")):
        if key in given and way not in given:
            raise Mistake(key, f'this goes with "{way}"')
    if "totals" in given:
        return _result(_judged(Returns(poll, _from_totals(given["totals"], poll), None, is_deemed), "totals"), [])
    if "sums" in given:
        returns, invalid = _from_sums(given, poll, is_deemed=is_deemed)
        return _result(_judged(returns, "sums"), invalid)
    return _from_roll(given, poll, with_parking=parking_rule == "include", is_deemed=is_deemed)


def read_sums(data: bytes) -> tuple[Returns, dict[str, int]]:
    """The returns of a vote file in sums, and how many ballots do not take part, by reason; else a ``Mistake``."""
    given, poll = _read(data)
    if "sums" not in given:
        raise Mistake("", '"sums" is missing')
    returns, invalid = _from_sums(given, poll, is_deemed=_is_deemed(given, poll))
    return returns, {each["reason"]: each["count"] for each in invalid}


def _read(data: bytes) -> tuple[Mapping[str, Any], Poll]:
    given = read_object(read_json(data), "", known=(*DESCRIPTIVE, *COUNTED), needed=("rule",))
    if "format" in given:
        read_word(given["format"], "format", [FORMAT])
    for key in DESCRIPTIVE:
        if key in given and not (key == "id" and type(given[key]) is int):
            read_text(given[key], key)
    return given, _poll(given)


def _is_deemed(given: Mapping[str, Any], poll: Poll) -> bool:
    is_deemed = read_flag(given.get("deemed", False), "deemed")
    if is_deemed and (poll.method is not Method.yes_no or poll.rule.kind is RuleKind.advisory):
        raise Mistake("deemed", "whoever is silent is counted only with yes_no, and never in advice")
    return is_deemed


def _judged(returns: Returns, place: str) -> Judged:
    try:
        return judge_returns(returns)
    except ValueError as error:
        raise Mistake(place, str(error)) from None


def _from_sums(given: Mapping[str, Any], poll: Poll, *, is_deemed: bool) -> tuple[Returns, list[dict[str, Any]]]:
    own = read_side(given["sums"], poll, "sums")
    invalid = read_invalid(given["sums"].get("invalid", []), "sums.invalid")
    other = read_side(given["other_parking"], poll, "other_parking") if "other_parking" in given else None
    return Returns(poll, own, other, is_deemed), invalid


def _poll(given: Mapping[str, Any]) -> Poll:
    rule = read_rule(given["rule"])
    method = read_word(given.get("method", Method.yes_no), "method", list(Method))
    options = _options(given, method)
    seats = read_whole(given.get("seats", 1), "seats", least=1)
    if options and seats > len(options):
        raise Mistake("seats", f"{seats} seats cannot be filled from {len(options)} options")
    limit = None
    if "limit" in given:
        if method not in LIMITED:
            raise Mistake("limit", f"{method} has no limit; limited, cumulative and score have")
        limit = read_whole(given["limit"], "limit", least=1)
    seed = read_seed(given["seed"], "seed") if "seed" in given else b""
    barred = _barred(given, options)
    try:
        return Poll(rule, method, options, seats, limit, seed, barred)
    except ValueError as error:
        raise Mistake("method" if "method" in given else "", str(error)) from None


def _options(given: Mapping[str, Any], method: Method) -> tuple[str, ...]:
    names: list[str] = []
    for index, option in enumerate(read_list(given.get("options", []), "options")):
        place = f"options[{index}]"
        name = read_name(option, place)
        if name in YES_NO or name in names:
            raise Mistake(place, f"{shown(name)} is {'a word of every ballot' if name in YES_NO else 'there twice'}")
        names.append(name)
    if (method is Method.yes_no) is bool(names):
        raise Mistake("options", "yes_no has no options of its own" if names else f"{method} needs a list of options")
    return tuple(names)


def _barred(given: Mapping[str, Any], options: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for index, option in enumerate(read_list(given.get("barred", []), "barred")):
        found.append(read_word(option, f"barred[{index}]", options))
    if len(set(found)) < len(found):
        raise Mistake("barred", "an option is there twice")
    if found and len(found) == len(options):
        raise Mistake("barred", "nothing is left that could win")
    return tuple(found)


def _from_totals(value: Any, poll: Poll) -> Side:
    """Who is not in favour counts as against: totals do not say who abstains."""
    rule = poll.rule
    _check_totals_suffice(poll)
    needed = (*HEADS, *AREAS) if rule.kind is RuleKind.owners else HEADS
    given = read_object(value, "totals", known=(*HEADS, *AREAS), needed=needed)
    numbers = {key: read_whole(given[key], f"totals.{key}") for key in HEADS}
    areas = {key: read_area(given[key], f"totals.{key}") if key in given else 0 for key in AREAS}
    for least, middle, most, unit in (("an", "pn", "N", numbers), ("aa", "pa", "A", areas)):
        if unit[least] > unit[middle]:
            raise Mistake(f"totals.{least}", f"there cannot be more in favour ({least}) than take part ({middle})")
        if unit[middle] > unit[most]:
            raise Mistake(f"totals.{middle}", f"there cannot take part more ({middle}) than there are ({most})")
    for key, number in (("N", numbers["N"]), ("A", areas["A"])):
        if not number and key in needed:
            raise Mistake(f"totals.{key}", "this has to be above 0")
    favour = Amount(numbers["an"], areas["aa"])
    others = Amount(numbers["pn"] - numbers["an"], areas["pa"] - areas["aa"])
    cast = {(ALL, "for"): favour, (ALL, "against"): others}
    return Side(Electorate(Amount(numbers["N"], areas["A"])), Sums(cast))


def _check_totals_suffice(poll: Poll) -> None:
    rule = poll.rule
    if poll.method is not Method.yes_no:
        raise Mistake("totals", f'totals are of one motion; {poll.method} needs "roll" and "ballots"')
    if rule.chambers is not None:
        raise Mistake("totals", 'totals do not tell chambers apart; give "roll" and "ballots"')
    asks_against = rule.kind in (RuleKind.present_majority, RuleKind.consensus)
    if asks_against or (rule.kind is RuleKind.charter and rule.basis == "for_against"):
        raise Mistake("totals", 'totals do not say who is against; give "roll" and "ballots"')


def _from_roll(given: Mapping[str, Any], poll: Poll, *, with_parking: bool, is_deemed: bool) -> dict[str, Any]:
    if "ballots" not in given:
        raise Mistake("", '"ballots" is missing')
    parts = read_parts(given["roll"], poll.rule)
    result = _count_roll(given, poll, parts, with_parking=with_parking, is_deemed=is_deemed)
    if any(part.is_parking for part in parts):
        with suppress(Mistake):  # The other setting may leave nobody on the roll; the ballots were read already.
            other = _count_roll(given, poll, parts, with_parking=not with_parking, is_deemed=is_deemed)
            result["alternative"] = other
    return result


def _count_roll(
    given: Mapping[str, Any], poll: Poll, parts: list[Part], *, with_parking: bool, is_deemed: bool
) -> dict[str, Any]:
    roll = build_roll(parts, poll.rule, with_parking=with_parking)
    box = read_ballots(given["ballots"], poll, roll)
    sums = add_up(poll, box.groups(), chambers=roll.electorate.chambers)
    returns = Returns(poll, Side(roll.electorate, sums), None, is_deemed)
    judged = _judged(returns, "roll")
    if not poll.seed and _is_drawn(judged.verdict):  # Hashing the roll takes longer than counting: only for a draw.
        judged = _judged(seeded(returns, canonical_roll_hash(given["roll"])), "roll")
    return _result(judged, box.invalid)


def _is_drawn(verdict: Verdict) -> bool:
    return any(tie["by"] == "draw" for entry in verdict.rounds for tie in entry.get("ties", ()))


def _result(judged: Judged, invalid: list[dict[str, Any]]) -> dict[str, Any]:
    found = {**_verdict_json(judged.verdict), "invalid": invalid}
    if judged.without_deemed is not None:
        found["without_deemed"] = _verdict_json(judged.without_deemed)
    if judged.alternative is not None:
        found["alternative"] = _result(judged.alternative, invalid)
    return found


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    run_off = [{"run_off": list(verdict.run_off)}] if verdict.run_off else []
    return {
        "verdict": verdict.outcome.verdict,
        "tests": [
            {"name": test.full_name, "left": test.left, "right": test.right, "holds": test.holds}
            for test in verdict.tests
        ],
        "winners": list(verdict.winners),
        "rounds": [*verdict.rounds, *run_off],
    }
