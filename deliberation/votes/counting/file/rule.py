"""The rule of a vote file, one shape for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deliberation.votes.counting.decision_rule import BASES, EACH_CHAMBER, ChamberRule, DecisionRule
from deliberation.votes.counting.file.values import (
    Mistake,
    read_flag,
    read_name,
    read_object,
    read_share,
    read_whole,
    read_word,
)
from deliberation.votes.counting.kinds import OwnersClass, RuleKind

KEYS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.owners: ("class",),
    RuleKind.charter: ("quorum", "threshold", "of", "strict", "clause"),
    RuleKind.present_majority: ("quorum",),
    RuleKind.all_members_majority: ("quorum",),
    RuleKind.consensus: ("quorum",),
    RuleKind.advisory: (),
}


def read_rule(value: Any, place: str = "rule") -> DecisionRule:
    """The rule, or a ``Mistake`` at the key that is wrong."""
    every_key = {key for keys in KEYS.values() for key in keys}
    given = read_object(value, place, known=("kind", "chambers", *every_key), needed=("kind",))
    kind = read_word(given["kind"], f"{place}.kind", list(RuleKind))
    read_object(given, place, known=("kind", "chambers", *KEYS[kind]))
    parts: dict[str, Any] = {"kind": kind, "chambers": _chambers(given, place)}
    if kind is RuleKind.owners:
        if "class" not in given:
            raise Mistake(place, '"class" is missing: ordinary or major')
        parts["owners_class"] = read_word(given["class"], f"{place}.class", list(OwnersClass))
    if type(given.get("quorum")) is int:
        parts["quorum_count"] = read_whole(given["quorum"], f"{place}.quorum", least=1)
        given = {key: each for key, each in given.items() if key != "quorum"}
    readers: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
        "quorum": ("quorum", read_share),
        "threshold": ("threshold", read_share),
        "of": ("basis", lambda each, where: read_word(each, where, BASES)),
        "strict": ("strict", read_flag),
        "clause": ("clause", read_name),
    }
    for key, (name, reader) in readers.items():
        if key in given:
            parts[name] = reader(given[key], f"{place}.{key}")
    try:
        return DecisionRule(**parts)
    except ValueError as error:
        raise Mistake(place, str(error)) from None


def rule_json(rule: DecisionRule) -> dict[str, Any]:
    """The rule as ``read_rule`` reads it."""
    found: dict[str, Any] = {"kind": str(rule.kind)}
    if rule.owners_class is not None:
        found["class"] = str(rule.owners_class)
    if rule.chambers is not None:
        found["chambers"] = "each" if rule.chambers.weights is None else dict(rule.chambers.weights)
    if rule.quorum_count is not None and "quorum" in KEYS[rule.kind]:
        found["quorum"] = rule.quorum_count
    shares = {"quorum": rule.quorum, "threshold": rule.threshold}
    found |= {
        name: f"{share.numerator}/{share.denominator}"
        for name, share in shares.items()
        if share is not None and name in KEYS[rule.kind]
    }
    return found | ({"of": rule.basis, "strict": rule.strict} if rule.kind is RuleKind.charter else {})


def _chambers(given: Mapping[str, Any], place: str) -> ChamberRule | None:
    where = f"{place}.chambers"
    if "chambers" not in given:
        return None
    match given["chambers"]:
        case "each":
            return EACH_CHAMBER
        case dict() as weights if weights:
            named = {read_name(key, where): each for key, each in weights.items()}
            return ChamberRule({key: read_whole(each, f"{where}.{key}", least=1) for key, each in named.items()})
        case _:
            raise Mistake(where, 'this has to be "each", or {chamber: weight}')
