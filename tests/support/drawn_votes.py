"""Whole votes drawn by hypothesis: any rule, any method, any roll, as vote files that are right."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

OPTIONS = "甲乙丙丁"
CHAMBERS = ("北", "南")
SHARES = ("1/3", "1/2", "2/3", "3/4", "1/1")
MARKED = ("single", "approval", "limited")
POINTED = ("cumulative", "score")
RANKED = ("irv", "stv", "schulze", "ranked_pairs")
quorums = st.sampled_from(["1/3", "1/2", "2/3"]) | st.integers(1, 6)
Draw = Any


def _maybe(key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.just({}) | values.map(lambda value: {key: value})


@st.composite
def charters(draw: Draw) -> dict[str, Any]:
    share = draw(st.none() | st.sampled_from(SHARES))
    rule: dict[str, Any] = {"kind": "charter", "of": draw(st.sampled_from(["cast", "for_against", "members"]))}
    rule |= {"threshold": share} if share else {}
    return rule | {"strict": draw(st.booleans()) and share not in ("1/1", None)} | draw(_maybe("quorum", quorums))


def _kind(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return _maybe("quorum", quorums).map(lambda quorum: {"kind": name, **quorum})


owners = st.sampled_from(["ordinary", "major"]).map(lambda each: {"kind": "owners", "class": each})
# Every kind of rule that there is, without chambers.
RULES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "owners": owners,
    "charter": charters(),
    "present_majority": _kind("present_majority"),
    "all_members_majority": _kind("all_members_majority"),
    "consensus": _kind("consensus"),
    "advisory": st.just({"kind": "advisory"}),
}


@st.composite
def rules(draw: Draw, method: str = "yes_no", kinds: tuple[str, ...] = tuple(RULES)) -> dict[str, Any]:
    """A rule that goes with the method, with chambers or without."""
    fitting = [kind for kind in kinds if method in ("yes_no", *MARKED) or kind != "owners"]
    fitting = [kind for kind in fitting if kind != "consensus" or method == "yes_no"]
    rule = draw(RULES[draw(st.sampled_from(fitting))])
    ways: list[Any] = [None]
    if method in ("yes_no", *MARKED):
        ways.append("each")
    if method == "yes_no" and rule["kind"] not in ("owners", "advisory"):
        ways.append({name: draw(st.integers(1, 3)) for name in CHAMBERS})
    way = draw(st.sampled_from(ways))
    return rule if way is None else {**rule, "chambers": way}


def choices(method: str, options: str, seats: int, limit: int | None) -> st.SearchStrategy[Any]:
    """What may stand on a ballot of this method; now and then more than it may hold."""
    one = st.sampled_from(options)
    many = st.lists(one, unique=True, max_size=len(options))
    match method:
        case "yes_no":
            return st.sampled_from(["for", "against", "abstain"])
        case "single":
            return one | st.just("abstain")
        case "approval" | "limited":
            return many | st.just("abstain")
        case "cumulative" | "score":
            return st.dictionaries(one, st.integers(0, 4))
        case _:
            return st.just("abstain") | st.permutations(options).flatmap(
                lambda order: st.lists(st.booleans(), min_size=len(order), max_size=len(order)).map(
                    lambda ties: _grouped(order, ties)
                )
            )


def _grouped(order: Any, ties: list[bool]) -> list[Any]:
    """The order with some neighbours made equals, and the tail left out where a draw says so."""
    groups: list[list[str]] = []
    for option, is_tied in zip(order, ties, strict=True):
        if groups and is_tied:
            groups[-1].append(option)
        else:
            groups.append([option])
    kept = groups[: max(1, len(groups) - sum(ties) % 2)]
    return [group[0] if len(group) == 1 else group for group in kept]


@st.composite
def rolls(draw: Draw, rule: dict[str, Any], voters: int) -> list[dict[str, Any]]:
    """Rows of parts: owners with areas and parking spaces, others with weights now and then."""
    is_owners = rule["kind"] == "owners"
    is_weighted = not is_owners and draw(st.booleans())
    rows = []
    for number in range(voters):
        for _part in range(draw(st.integers(1, 2)) if is_owners else 1):
            row: dict[str, Any] = {"voter": f"v{number}"}
            if is_owners:
                row["area"] = f"{draw(st.integers(1, 30_000)) / 100:.2f}"
                row |= draw(_maybe("parking", st.booleans()))
            if is_weighted:
                row["weight"] = draw(st.integers(1, 5) | st.sampled_from(["1.5", "3/2", "1/3"]))
            if rule.get("chambers"):
                row["chamber"] = draw(st.sampled_from(CHAMBERS))
            rows.append(row)
    if isinstance(rule.get("chambers"), dict):
        rows += [{"voter": f"of {name}", "chamber": name} for name in CHAMBERS]  # Each that has a weight is there.
    if is_owners and all(row.get("parking") for row in rows):
        rows[0].pop("parking")
    return rows


@st.composite
def documents(draw: Draw, methods: tuple[str, ...] = ("yes_no", *MARKED, *POINTED, *RANKED)) -> dict[str, Any]:
    """A vote file with a roll and ballots."""
    method = draw(st.sampled_from(methods))
    rule = draw(rules(method))
    options = OPTIONS[: draw(st.integers(2, 4))]
    seats = 1 if method in ("yes_no", "irv") else draw(st.integers(1, len(options)))
    limit = draw(st.none() | st.integers(1, 6)) if method in ("limited", *POINTED) else None
    roll = draw(rolls(rule, draw(st.integers(1, 8))))
    said = choices(method, options, seats, limit)
    ballots = []
    for voter in sorted({row["voter"] for row in roll}):
        if draw(st.booleans()):
            is_invalid = draw(st.integers(0, 9)) == 0
            ballots.append({"voter": voter, **({"invalid": "unsigned"} if is_invalid else {"choice": draw(said)})})
    found = {"rule": rule, "method": method, "roll": roll, "ballots": ballots}
    if method != "yes_no":
        found |= {"options": list(options), "seats": seats}
        found |= {"barred": [options[-1]]} if draw(st.integers(0, 4)) == 0 else {}
    if limit is not None:
        found["limit"] = limit
    if method == "yes_no" and rule["kind"] != "advisory" and draw(st.booleans()):
        found["deemed"] = True
    return found | draw(_maybe("parking_rule", st.sampled_from(["exclude", "include"])))
