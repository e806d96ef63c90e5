"""The third way a vote file may say what was cast: the roll and the ballots in sums, without any voter.

Whoever publishes a vote publishes these: they are enough to count again, and tell no more than the result does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from deliberation.votes.counting.amounts import ALL, NOTHING, Amount, Electorate
from deliberation.votes.counting.choices import (
    ABSTAIN,
    MOST_POINTS,
    POINTED,
    RANKED,
    YES_NO,
    ChoiceError,
    Ranking,
    choice_json,
    parse_choice,
)
from deliberation.votes.counting.file.ballots import REASONS
from deliberation.votes.counting.file.rule import rule_json
from deliberation.votes.counting.file.values import (
    Mistake,
    area_json,
    read_area,
    read_list,
    read_name,
    read_object,
    read_whole,
    read_word,
)
from deliberation.votes.counting.kinds import Method, RuleKind
from deliberation.votes.counting.poll import MARKED, Poll
from deliberation.votes.counting.returns import Returns, Side
from deliberation.votes.counting.sums import NAMED, TRANSFERRED, Groups, Sums

FIGURES = ("heads", "area", "weight")
LIMITED = frozenset({Method.limited, Method.cumulative, Method.score})
BESIDE = {
    **dict.fromkeys(MARKED - {Method.yes_no}, "options"),
    **dict.fromkeys(POINTED, "points"),
    **dict.fromkeys(RANKED - TRANSFERRED, "pairs"),
    **dict.fromkeys(TRANSFERRED, "rankings"),
}  # What stands beside roll and cast, by method; nothing for a motion.


def read_side(value: Any, poll: Poll, place: str) -> Side:
    """The sums at ``place``; what does not fit together is a ``Mistake`` there."""
    beside = BESIDE.get(poll.method)
    known = ("roll", "cast", "invalid", *([beside] if beside else []))
    given = read_object(value, place, known=known, needed=[key for key in known if key != "invalid"])
    reader = _Reader(poll, place)
    electorate = reader.electorate(given["roll"])
    sums = Sums(
        cast=reader.cast(given["cast"]),
        supports=reader.supports(given["options"]) if beside == "options" else {},
        points=reader.points(given["points"]) if beside == "points" else {},
        pairs=reader.pairs(given["pairs"]) if beside == "pairs" else {},
        rankings=reader.rankings(given["rankings"]) if beside == "rankings" else (),
    )
    reader.check(sums)
    return Side(electorate, sums)


def read_invalid(value: Any, place: str) -> list[dict[str, Any]]:
    """[{"reason", "count"}] of ``sums.invalid``, as a result lists them."""
    found: list[dict[str, Any]] = []
    for index, row in enumerate(read_list(value, place)):
        where = f"{place}[{index}]"
        given = read_object(row, where, known=("reason", "count"), needed=("reason", "count"))
        reason = read_word(given["reason"], f"{where}.reason", REASONS)
        if any(each["reason"] == reason for each in found):
            raise Mistake(f"{where}.reason", f"{reason} is there twice")
        found.append(
            {"ballot": where, "count": read_whole(given["count"], f"{where}.count", least=1), "reason": reason}
        )
    return found


class _Reader:
    def __init__(self, poll: Poll, place: str) -> None:
        self.poll, self.place = poll, place
        self.has_chambers = poll.rule.chambers is not None
        self.is_owners = poll.rule.kind is RuleKind.owners
        self.chambers: tuple[str, ...] = ()

    def _amount(self, value: Any, place: str, *, more: Iterable[str] = ()) -> Amount:
        needed = ("heads", "area") if self.is_owners else ("heads",)
        given = read_object(value, place, known=(*FIGURES, *more), needed=needed)
        heads = read_whole(given["heads"], f"{place}.heads")
        area = read_area(given["area"], f"{place}.area") if "area" in given else 0
        weight = read_whole(given["weight"], f"{place}.weight") if "weight" in given else heads
        return Amount(heads, area, weight)

    def _scopes(self, value: Any, place: str) -> dict[str, Amount]:
        """The amount of everybody, and of each chamber where the rule asks them."""
        found = {ALL: self._amount(value, place, more=("chambers",))}
        if not self.has_chambers:
            if "chambers" in value:
                raise Mistake(f"{place}.chambers", "the rule does not ask any chamber")
            return found
        where = f"{place}.chambers"
        if not isinstance(value.get("chambers"), dict):
            raise Mistake(place, '"chambers" is missing: the rule asks every chamber')
        for name, amount in value["chambers"].items():
            read_name(name, where)
            if self.chambers and name not in self.chambers:
                raise Mistake(where, f"{name!r} is not a chamber of the roll")
            found[name] = self._amount(amount, f"{where}.{name}")
        return found

    def electorate(self, value: Any) -> Electorate:
        amounts = self._scopes(value, f"{self.place}.roll")
        self.chambers = tuple(name for name in amounts if name != ALL)
        self.roll = amounts
        return Electorate(amounts[ALL], {name: amounts[name] for name in self.chambers})

    def cast(self, value: Any) -> dict[tuple[str, str], Amount]:
        place = f"{self.place}.cast"
        words = YES_NO if self.poll.method is Method.yes_no else (NAMED, ABSTAIN)
        given = read_object(value, place, known=words)
        return {
            (scope, word): amount
            for word, each in given.items()
            for scope, amount in self._scopes(each, f"{place}.{word}").items()
        }

    def _by_option(self, value: Any, place: str) -> Mapping[str, Any]:
        return read_object(value, place, known=self.poll.options)

    def supports(self, value: Any) -> dict[tuple[str, str], Amount]:
        place = f"{self.place}.options"
        return {
            (scope, option): amount
            for option, each in self._by_option(value, place).items()
            for scope, amount in self._scopes(each, f"{place}.{option}").items()
        }

    def points(self, value: Any) -> dict[str, int]:
        place = f"{self.place}.points"
        return {option: read_whole(each, f"{place}.{option}") for option, each in self._by_option(value, place).items()}

    def pairs(self, value: Any) -> dict[tuple[str, str], int]:
        """Each two options once, with the votes for either over the other."""
        place = f"{self.place}.pairs"
        found: dict[tuple[str, str], int] = {}
        for index, row in enumerate(read_list(value, place)):
            where = f"{place}[{index}]"
            given = read_object(row, where, known=("pair", "counts"), needed=("pair", "counts"))
            pair, counts = (read_list(given[key], f"{where}.{key}") for key in ("pair", "counts"))
            if len(pair) != 2 or len(counts) != 2:
                raise Mistake(where, "a pair is of two options, with two counts")
            one, other = (read_word(each, f"{where}.pair", self.poll.electable) for each in pair)
            if one == other or (one, other) in found:
                raise Mistake(f"{where}.pair", "each two different options are there once")
            found |= {
                (one, other): read_whole(counts[0], f"{where}.counts"),
                (other, one): read_whole(counts[1], f"{where}.counts"),
            }
        for pair_of in combinations(self.poll.electable, 2):
            if pair_of not in found:
                raise Mistake(place, f"{' and '.join(pair_of)} are missing")
        return found

    def rankings(self, value: Any) -> list[tuple[Groups, int]]:
        place = f"{self.place}.rankings"
        found = []
        for index, row in enumerate(read_list(value, place)):
            where = f"{place}[{index}]"
            given = read_object(row, where, known=("choice", "weight"), needed=("choice", "weight"))
            try:
                choice = parse_choice(given["choice"], method=self.poll.method, options=self.poll.options)
            except ChoiceError as error:
                raise Mistake(f"{where}.choice", error.problem) from None
            if not isinstance(choice, Ranking):
                raise Mistake(f"{where}.choice", "whoever abstains stands under cast.abstain")
            found.append((choice.groups, read_whole(given["weight"], f"{where}.weight", least=1)))
        return found

    def check(self, sums: Sums) -> None:
        """The figures beside ``cast`` are of those who name an option, and of no others."""
        for scope in (ALL, *self.chambers):
            if not sums.all(scope).fits_in(self.roll[scope]):
                raise Mistake(f"{self.place}.cast", "more is cast than there is on the roll")
        for (scope, option), amount in sums.supports.items():
            if not amount.fits_in(sums.named(scope)):
                raise Mistake(f"{self.place}.options.{option}", f"more are for it than name an option (cast.{NAMED})")
        self._check_added_up(sums)
        named = sums.named().weight
        for (one, other), weight in sums.pairs.items():
            if weight + sums.pairs[other, one] > named:
                raise Mistake(f"{self.place}.pairs", f"more tell {one} from {other} than name an option (cast.{NAMED})")
        if sums.rankings and sum(weight for _groups, weight in sums.rankings) != named:
            raise Mistake(f"{self.place}.rankings", f"their weight is not that of cast.{NAMED}")
        if sum(sums.points.values()) > named * MOST_POINTS * len(self.poll.options):
            raise Mistake(f"{self.place}.points", f"more is given than those who name an option (cast.{NAMED}) have")

    def _check_added_up(self, sums: Sums) -> None:
        """Where every ballot names one option, the options add up to everybody who names any."""
        if self.poll.method is not Method.single:
            return
        for scope in (ALL, *self.chambers):
            added = NOTHING
            for option in self.poll.options:
                added += sums.support(option, scope)
            if added != sums.named(scope):
                raise Mistake(f"{self.place}.options", f"together they are not those of cast.{NAMED}")


# Writing


def returns_json(returns: Returns, *, invalid: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The vote file of these returns; ``invalid`` is how many ballots do not take part, by reason."""
    own = _side_json(returns.poll, returns.own)
    if invalid:
        own["invalid"] = [{"reason": reason, "count": invalid[reason]} for reason in sorted(invalid)]
    other = {"other_parking": _side_json(returns.poll, returns.other)} if returns.other is not None else {}
    return {**poll_json(returns.poll, is_deemed=returns.is_deemed), "sums": own, **other}


def poll_json(poll: Poll, *, is_deemed: bool = False) -> dict[str, Any]:
    """What a vote file says of the question: rule, method, options, seats, limit; a seed where lots may be drawn."""
    said: dict[str, Any] = {
        "format": "deliberation-vote/1", "rule": rule_json(poll.rule), "method": str(poll.method),
    }  # fmt: skip
    if poll.method is not Method.yes_no:
        said |= {"options": list(poll.options), "seats": poll.seats}
        said |= {"barred": list(poll.barred)} if poll.barred else {}
    if poll.limit is not None and poll.method in LIMITED:
        said["limit"] = poll.limit
    if poll.method in TRANSFERRED:
        said["seed"] = poll.seed.hex()
    return said | ({"deemed": True} if is_deemed else {})


def _side_json(poll: Poll, side: Side) -> dict[str, Any]:
    sums, chambers = side.sums, side.electorate.chambers if poll.rule.chambers is not None else {}

    def plain_of(amount: Amount) -> dict[str, Any]:
        """Area and weight only where they say something that heads do not."""
        found: dict[str, Any] = {"heads": amount.heads}
        found |= {"area": area_json(amount.area)} if amount.area or poll.rule.kind is RuleKind.owners else {}
        return found | ({"weight": amount.weight} if amount.weight != amount.heads else {})

    def scoped(amounts: Mapping[str, Amount]) -> dict[str, Any]:
        inner = {"chambers": {name: plain_of(amounts[name]) for name in sorted(chambers)}} if chambers else {}
        return {**plain_of(amounts[ALL]), **inner}

    scopes = (ALL, *chambers)
    words = YES_NO if poll.method is Method.yes_no else (NAMED, ABSTAIN)
    plain: dict[str, Any] = {
        "roll": scoped({scope: side.electorate.within(scope) for scope in scopes}),
        "cast": {word: scoped({scope: sums.saying(word, scope) for scope in scopes}) for word in words},
    }
    beside = BESIDE.get(poll.method)
    if beside == "options":
        plain["options"] = {
            option: scoped({scope: sums.support(option, scope) for scope in scopes}) for option in poll.options
        }
    elif beside == "points":
        plain["points"] = {option: sums.points.get(option, 0) for option in poll.options}
    elif beside == "pairs":
        plain["pairs"] = [
            {"pair": [one, other], "counts": [sums.pairs.get((one, other), 0), sums.pairs.get((other, one), 0)]}
            for one, other in combinations(poll.electable, 2)
        ]
    elif beside == "rankings":
        plain["rankings"] = _rankings_json(sums.rankings)
    return plain


def _rankings_json(rankings: Iterable[tuple[Groups, int]]) -> list[dict[str, Any]]:
    """Equal ones together, in the order of their text: which of them came first is nowhere."""
    together: dict[Groups, int] = {}
    for groups, weight in rankings:
        together[groups] = together.get(groups, 0) + weight
    return [{"choice": choice_json(Ranking(groups)), "weight": together[groups]} for groups in sorted(together)]
