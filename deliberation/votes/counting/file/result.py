"""From the bytes of a vote file to the result, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from deliberation.votes.counting.amounts import Amount, Electorate
from deliberation.votes.counting.choices import YES_NO, shown
from deliberation.votes.counting.counting import count
from deliberation.votes.counting.file.ballots import read_ballots
from deliberation.votes.counting.file.roll import Part, build_roll, canonical_roll_hash, read_parts
from deliberation.votes.counting.file.rule import read_rule
from deliberation.votes.counting.file.strict_json import read_json
from deliberation.votes.counting.file.values import (
    Mistake,
    read_area,
    read_list,
    read_name,
    read_object,
    read_seed,
    read_whole,
    read_word,
)
from deliberation.votes.counting.kinds import Method, RuleKind
from deliberation.votes.counting.poll import BallotGroup, Poll
from deliberation.votes.counting.verdict import Verdict

FORMAT = "deliberation-vote/1"
DESCRIPTIVE = ("$schema", "id", "title", "text", "description", "note")
COUNTED = (
    "format",
    "rule",
    "method",
    "options",
    "barred",
    "seats",
    "limit",
    "seed",
    "totals",
    "roll",
    "ballots",
    "parking_rule",
)
HEADS, AREAS = ("N", "pn", "an"), ("A", "pa", "aa")
LIMITED = frozenset({Method.limited, Method.cumulative, Method.score})
PARKING_RULES = ("exclude", "include")


def count_file(data: bytes) -> dict[str, Any]:
    """The result of the file's vote: verdict, tests, winners, rounds, invalid; ``alternative`` where R-14 asks for it.

    Raises ``Mistake`` with the place of whatever is wrong.
    """
    given = read_object(read_json(data), "", known=(*DESCRIPTIVE, *COUNTED), needed=("rule",))
    if "format" in given:
        read_word(given["format"], "format", [FORMAT])
    poll = _poll(given)
    parking_rule = read_word(given.get("parking_rule", "exclude"), "parking_rule", PARKING_RULES)
    if ("totals" in given) is ("roll" in given):
        raise Mistake("", 'give either "totals", or "roll" with "ballots"')
    if "totals" in given:
        if "ballots" in given:
            raise Mistake("ballots", 'ballots go with a "roll"; "totals" have none')
        return _result(_from_totals(given["totals"], poll), [])
    return _from_roll(given, poll, with_parking=parking_rule == "include")


def _poll(given: Mapping[str, Any]) -> Poll:
    rule = read_rule(given["rule"])
    method = read_word(given.get("method", Method.yes_no), "method", list(Method))
    options = _options(given, method)
    seats = read_whole(given.get("seats", 1), "seats", least=1)
    if options and seats > len(options):
        raise Mistake("seats", f"{seats} seats cannot be filled from {len(options)} options")
    limit = None
    if given.get("limit") is not None:
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


def _from_totals(value: Any, poll: Poll) -> Verdict:
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
    favour = Amount(numbers["an"], areas["aa"])
    others = Amount(numbers["pn"] - numbers["an"], areas["pa"] - areas["aa"])
    for key, number in (("N", numbers["N"]), ("A", areas["A"])):
        if not number and key in needed:
            raise Mistake(f"totals.{key}", "this has to be above 0")
    ballots = [BallotGroup("for", favour), BallotGroup("against", others)]
    return count(poll, electorate=Electorate(Amount(numbers["N"], areas["A"])), ballots=ballots)


def _check_totals_suffice(poll: Poll) -> None:
    rule = poll.rule
    if poll.method is not Method.yes_no:
        raise Mistake("totals", f'totals are of one motion; {poll.method} needs "roll" and "ballots"')
    if rule.chambers is not None:
        raise Mistake("totals", 'totals do not tell chambers apart; give "roll" and "ballots"')
    asks_against = rule.kind in (RuleKind.present_majority, RuleKind.consensus)
    if asks_against or (rule.kind is RuleKind.charter and rule.basis == "for_against"):
        raise Mistake("totals", 'totals do not say who is against; give "roll" and "ballots"')


def _from_roll(given: Mapping[str, Any], poll: Poll, *, with_parking: bool) -> dict[str, Any]:
    if "ballots" not in given:
        raise Mistake("", '"ballots" is missing')
    parts = read_parts(given["roll"], poll.rule)
    result = _count_roll(given, poll, parts, with_parking=with_parking)
    if any(part.is_parking for part in parts):
        result["alternative"] = _count_roll(given, poll, parts, with_parking=not with_parking)
    return result


def _count_roll(given: Mapping[str, Any], poll: Poll, parts: list[Part], *, with_parking: bool) -> dict[str, Any]:
    roll = build_roll(parts, poll.rule, with_parking=with_parking)
    box = read_ballots(given["ballots"], poll, roll)
    try:
        verdict = count(poll, electorate=roll.electorate, ballots=box.groups())
        if not poll.seed and _is_drawn(verdict):  # Hashing the roll takes longer than counting: only for a draw.
            seeded = replace(poll, seed=canonical_roll_hash(given["roll"]))
            verdict = count(seeded, electorate=roll.electorate, ballots=box.groups())
    except ValueError as error:
        raise Mistake("roll", str(error)) from None
    return _result(verdict, box.invalid)


def _is_drawn(verdict: Verdict) -> bool:
    return any(tie["by"] == "draw" for entry in verdict.rounds for tie in entry.get("ties", ()))


def _result(verdict: Verdict, invalid: list[dict[str, Any]]) -> dict[str, Any]:
    run_off = [{"run_off": list(verdict.run_off)}] if verdict.run_off else []
    return {
        "verdict": verdict.outcome.verdict,
        "tests": [
            {"name": test.full_name, "left": test.left, "right": test.right, "holds": test.holds}
            for test in verdict.tests
        ],
        "winners": list(verdict.winners),
        "rounds": [*verdict.rounds, *run_off],
        "invalid": invalid,
    }
