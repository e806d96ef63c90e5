"""What is on one ballot, in the one form that everything is counted in, and how it is read and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.counting.kinds import Method

ABSTAIN = "abstain"
YES_NO = ("for", "against", ABSTAIN)
RANKED = frozenset({Method.irv, Method.stv, Method.schulze, Method.ranked_pairs})
POINTED = frozenset({Method.cumulative, Method.score})
MOST_POINTS = 10**9
LONGEST_ECHO = 40


class ChoiceError(Refusal):
    """A ballot that says nothing the vote asks. ``problem`` names it in plain words for programs and vote files."""

    code = "choice_wrong"
    status = 422
    sentence = N_("这一票没填对，还没有记下。请照表决票上的选项再填一次。")

    def __init__(self, problem: str, **params: Any) -> None:
        self.problem = problem
        super().__init__(**params)


class OverLimit(ChoiceError):
    """More than a ballot may hold: on paper an invalid ballot, not a mistake of who writes the file (R-16)."""

    code = "over_limit"


class TooManyMarked(OverLimit):
    sentence = N_("选多了：一张票最多选 %(limit)s 个。请去掉几个再投。")


class TooManyPoints(OverLimit):
    sentence = N_("给多了：一张票一共最多 %(limit)s 分。请减掉几分再投。")


class TooHighScore(OverLimit):
    sentence = N_("给多了：一个选项最多 %(limit)s 分。请改低一点再投。")


class Marks(NamedTuple):
    """Several options, in the order of the vote's list."""

    options: tuple[str, ...]


class Points(NamedTuple):
    """Options with their points, 1 or more each, in the order of the vote's list."""

    points: tuple[tuple[str, int], ...]


class Ranking(NamedTuple):
    """Options from the most wanted down; those in one group are equal. Options that are not there come last."""

    groups: tuple[tuple[str, ...], ...]


Choice = str | Marks | Points | Ranking


def parse_choice(
    raw: Any, *, method: Method, options: Sequence[str], seats: int = 1, limit: int | None = None
) -> Choice:
    """Read a choice as JSON has it: "for", "against", "abstain", an option, {option: points} or a list of options.

    A bare option stands for a list of one where a list is asked for; a ballot that marks nothing abstains. ``limit``
    is how many options (limited), points in all (cumulative) or points for one option (score) a ballot may hold; the
    first two are ``seats`` when it is None. Raises ``OverLimit`` above it, and ``ChoiceError`` for anything else.
    """
    if raw == ABSTAIN:
        return ABSTAIN
    if method is Method.yes_no:
        if not isinstance(raw, str) or raw not in YES_NO:
            raise ChoiceError(f"{shown(raw)} is none of for, against, abstain")
        return raw
    if method is Method.single:
        return _option(raw, options)
    if method in POINTED:
        return _points(
            raw, options, limit=seats if limit is None and method is Method.cumulative else limit, method=method
        )
    if method in RANKED:
        return _ranking(raw, options)
    most = (seats if limit is None else limit) if method is Method.limited else None
    return _marks(raw, options, limit=most)


def shown(raw: Any) -> str:
    """A value in an error line, not longer than a line bears."""
    try:
        is_plain = raw is None or isinstance(raw, str | list | dict | bool)
        text = json.dumps(raw, ensure_ascii=False, default=repr) if is_plain else repr(raw)
    except RecursionError:
        text = "something nested very deeply"
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def _option(raw: Any, options: Sequence[str]) -> str:
    if not isinstance(raw, str):
        raise ChoiceError(f"{shown(raw)} is not an option")
    if raw not in options:
        raise ChoiceError(f"{shown(raw)} is not on the list of options")
    return raw


def _in_order(found: Sequence[str], options: Sequence[str]) -> tuple[str, ...]:
    if len(found) > 1:
        if len(set(found)) < len(found):
            twice = next(each for each in found if found.count(each) > 1)
            raise ChoiceError(f"{shown(twice)} is there twice")
        return tuple(sorted(found, key=options.index))
    return tuple(found)


def _marks(raw: Any, options: Sequence[str], *, limit: int | None) -> Choice:
    if isinstance(raw, Mapping):
        raw = [option for option, mark in _whole_points(raw, options).items() if _is_mark(option, mark)]
    listed = [raw] if isinstance(raw, str) else raw
    if not isinstance(listed, list):
        raise ChoiceError(f"{shown(raw)} is no list of options")
    marked = _in_order([_option(each, options) for each in listed], options)
    if limit is not None and len(marked) > limit:
        raise TooManyMarked(f"{len(marked)} options are marked, {limit} at most", limit=limit)
    return Marks(marked) if marked else ABSTAIN


def _is_mark(option: str, mark: int) -> bool:
    if mark > 1:
        raise ChoiceError(f"{shown(option)} has {shown(mark)} points where a mark is 1 or 0")
    return mark == 1


def _whole_points(raw: Mapping[Any, Any], options: Sequence[str]) -> dict[str, int]:
    for option, points in raw.items():
        _option(option, options)
        if type(points) is not int or not 0 <= points <= MOST_POINTS:
            raise ChoiceError(f"{shown(option)} has {shown(points)} points; points are whole numbers from 0 on")
    return {option: raw[option] for option in options if option in raw}


def _points(raw: Any, options: Sequence[str], *, limit: int | None, method: Method) -> Choice:
    if not isinstance(raw, Mapping):
        raise ChoiceError(f"{shown(raw)} is not of the form {{option: points}}")
    given = _whole_points(raw, options)
    if method is Method.cumulative and limit is not None and sum(given.values()) > limit:
        raise TooManyPoints(f"{sum(given.values())} points are given, {limit} at most", limit=limit)
    if method is Method.score and limit is not None and max(given.values(), default=0) > limit:
        raise TooHighScore(f"an option has {max(given.values())} points, {limit} at most", limit=limit)
    points = tuple((option, number) for option, number in given.items() if number)
    return Points(points) if points else ABSTAIN


def _ranking(raw: Any, options: Sequence[str]) -> Choice:
    listed = [raw] if isinstance(raw, str) else raw
    if not isinstance(listed, list):
        raise ChoiceError(f"{shown(raw)} is no ranking")
    if set(map(type, listed)) == {str}:
        return Ranking(tuple(map(_alone, _distinct(listed, options))))
    seen: set[str] = set()
    groups = []
    for place in listed:
        group = [_option(each, options) for each in place] if isinstance(place, list) else [_option(place, options)]
        if not group:
            raise ChoiceError("a tied group is empty")
        groups.append(_in_order(group, options))
        if not seen.isdisjoint(group):
            raise ChoiceError(f"{shown(next(each for each in group if each in seen))} is ranked twice")
        seen.update(group)
    return Ranking(tuple(groups)) if groups else ABSTAIN


def _distinct(listed: Sequence[str], options: Sequence[str]) -> Sequence[str]:
    """A ranking without equals, which most are, checked at one go: there may be a hundred thousand."""
    found = set(listed)
    if found.difference(options):
        _option(next(each for each in listed if each not in options), options)
    if len(found) < len(listed):
        raise ChoiceError(f"{shown(next(each for each in listed if listed.count(each) > 1))} is ranked twice")
    return listed


def _plain_ranking(text: str, options: Sequence[str]) -> Ranking | None:
    """What ``json.loads`` and ``_ranking`` make of most stored rankings, in a third of the time; None for all others.

    Without a backslash no name has a quotation mark in it, so the text can only come apart between two names.
    """
    if not (text.startswith('["') and text.endswith('"]')) or "\\" in text:
        return None
    listed = text[2:-2].split('","')
    found = set(listed)
    return None if len(found) < len(listed) or found.difference(options) else Ranking(tuple(map(_alone, listed)))


@lru_cache(maxsize=1024)
def _alone(option: str) -> tuple[str]:
    """A group of one: the same for every ballot that has it, since very many do."""
    return (option,)


def named_options(choice: Choice) -> frozenset[str]:
    """Every option a ballot names, wherever it puts it; none for the words of a motion."""
    match choice:
        case Marks(options):
            return frozenset(options)
        case Points(points):
            return frozenset(option for option, _number in points)
        case Ranking(groups):
            return frozenset(option for group in groups for option in group)
        case _:
            return frozenset({choice}) - frozenset(YES_NO)


def choice_json(choice: Choice) -> Any:
    """The choice as JSON; ``parse_choice`` reads it back to the same."""
    match choice:
        case Marks(options):
            return list(options)
        case Points(points):
            return dict(points)
        case Ranking(groups):
            return [group[0] if len(group) == 1 else list(group) for group in groups]
        case _:
            return choice


def canonical_choice(choice: Choice) -> str:
    """The one text of a choice, as a ballot's row stores it: a word or an option as it is, anything else as JSON."""
    plain = choice_json(choice)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def stored_choice(
    text: str, *, method: Method, options: Sequence[str], seats: int = 1, limit: int | None = None
) -> Choice:
    """Read back what ``canonical_choice`` wrote for a ballot of this method."""
    if method in RANKED and (ranking := _plain_ranking(text, options)) is not None:
        return ranking
    is_word = text == ABSTAIN or method in (Method.yes_no, Method.single)
    raw = text if is_word else json.loads(text)
    return parse_choice(raw, method=method, options=options, seats=seats, limit=limit)
