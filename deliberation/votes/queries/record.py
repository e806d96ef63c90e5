"""What goes into the record of a vote: only what everybody may know of it (R-50, R-55)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from deliberation.audit import merkle
from deliberation.audit import queries as audit
from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db
from deliberation.votes.counting import Method, RuleKind, choice_json
from deliberation.votes.models import Ballot, SecretReceipt, Vote
from deliberation.votes.queries.room import rule_json
from deliberation.votes.queries.tallies import ballot_groups

TOLD = (
    "vote.published",
    "roll.frozen",
    "vote.opened",
    "vote.extended",
    "vote.counted",
    "vote.announced",
    "vote.effective",
)
AT_ONCE = 200


def is_placed(vote: Vote) -> bool:
    """Whether every leaf of the vote has its place in the log by now; the sequencer takes a moment."""
    return all(leaf.position is not None for leaf in _leaves(vote))


def _leaves(vote: Vote) -> list[AuditLeaf]:
    return [*_told(vote), *(leaf for leaf, _is_current in _ballots(vote))]


def _told(vote: Vote) -> list[AuditLeaf]:
    """The acts on this vote; their leaves name it."""
    rows = select(AuditLeaf).where(AuditLeaf.tag.in_(TOLD), AuditLeaf.recorded_at >= vote.published_at)
    return [
        leaf for leaf in db.session.scalars(rows.order_by(AuditLeaf.id)) if json.loads(leaf.data)["vote"] == vote.id
    ]


def _ballots(vote: Vote) -> list[tuple[AuditLeaf, bool]]:
    """Each ballot's leaf, and whether it was counted; in the order of the leaves' hashes, which tells nothing."""
    if vote.is_secret:
        rows = select(AuditLeaf).join(SecretReceipt, SecretReceipt.leaf_hash == AuditLeaf.leaf_hash)
        found = [(leaf, True) for leaf in db.session.scalars(rows.where(SecretReceipt.vote_id == vote.id))]
    else:
        named = select(AuditLeaf, Ballot.superseded_at).join(Ballot, Ballot.leaf_hash == AuditLeaf.leaf_hash)
        pairs = db.session.execute(named.where(Ballot.vote_id == vote.id))
        found = [(leaf, superseded_at is None) for leaf, superseded_at in pairs]
    return sorted(found, key=lambda each: each[0].leaf_hash)


def leaves(vote: Vote, head: audit.Head) -> list[dict[str, Any]]:
    """Every leaf with its place and proof under one head; what a ballot's leaf says stays closed."""
    lines: list[tuple[AuditLeaf, bool, str | None]] = [(leaf, True, leaf.data.decode()) for leaf in _told(vote)]
    lines += [(leaf, is_current, None) for leaf, is_current in _ballots(vote)]
    proofs = _proofs([leaf.position or 0 for leaf, _current, _data in lines], head)
    return [
        {
            "tag": leaf.tag,
            "leaf_hash": leaf.leaf_hash.hex(),
            "index": leaf.position,
            "proof": proof,
            **({"data": data} if data is not None else {"is_current": is_current}),
        }
        for (leaf, is_current, data), proof in zip(lines, proofs, strict=True)
    ]


def _proofs(positions: Sequence[int], head: audit.Head) -> Iterator[list[str]]:
    """Inclusion proofs, the stored nodes read some hundred addresses at a time."""
    for start in range(0, len(positions), AT_ONCE):
        some = positions[start : start + AT_ONCE]
        wanted = {address for position in some for address in merkle.inclusion_nodes(position, head.size)}
        stored: dict[tuple[int, int], bytes] = {}
        listed = sorted(wanted)
        for first in range(0, len(listed), AT_ONCE):
            stored |= audit.nodes(listed[first : first + AT_ONCE])

        def get(level: int, index: int, kept: dict[tuple[int, int], bytes] = stored) -> bytes:
            return kept[level, index]

        for position in some:
            yield [each.hex() for each in merkle.inclusion_path(position, head.size, get)]


def facts(vote: Vote) -> dict[str, Any]:
    """The vote as it was published, and how it can be counted again."""
    return {
        "id": vote.id,
        "title": vote.title,
        "rule": rule_json(vote.rule),
        "method": str(vote.method),
        "options": vote.options,
        "is_secret": vote.is_secret,
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": (vote.first_closes_at or vote.closes_at).isoformat(),
        "text_hash": vote.text_hash,
        "roll_hash": vote.roll_hash,
        "voters": vote.seats_total,
        "area": vote.area_total,
        "is_recountable": is_recountable(vote),
    }


def is_recountable(vote: Vote) -> bool:
    """Whether sums that everybody may see are enough to count again: not where votes weigh or chambers are asked."""
    is_even = vote.weight_total in (0, vote.seats_total) and vote.chamber_rule is None and not vote.deemed_clause
    return is_even and (vote.rule_kind is not RuleKind.owners or vote.method is Method.yes_no)


def vote_file(vote: Vote) -> dict[str, Any]:
    """The vote as a vote file (docs/vote-file.md): sums for owners, otherwise ballots without their voters."""
    head: dict[str, Any] = {"format": "deliberation-vote/1", "rule": _rule(vote), "method": str(vote.method)}
    if vote.method is not Method.yes_no:
        head |= {"options": vote.option_codes, "seats": vote.seats_to_fill}
        head |= {"barred": list(vote.barred)} if vote.barred else {}
        head |= {"limit": vote.choice_limit} if vote.choice_limit is not None else {}
        head |= {"seed": vote.roll_hash}
    groups = ballot_groups(vote)
    if vote.rule_kind is RuleKind.owners:
        return {**head, "totals": _totals(vote, groups)}
    roll = [{"voter": str(number)} for number in range(1, vote.seats_total + 1)]
    ballots = [{"count": group.total.heads, "choice": choice_json(group.choice)} for group in groups]
    return {**head, "roll": roll, "ballots": sorted(ballots, key=lambda each: json.dumps(each, sort_keys=True))}


def _totals(vote: Vote, groups: Sequence[Any]) -> dict[str, Any]:
    favour = [group.total for group in groups if group.choice == "for"]
    return {
        "N": vote.seats_total,
        "A": _metres(vote.area_total),
        "pn": sum(group.total.heads for group in groups),
        "pa": _metres(sum(group.total.area for group in groups)),
        "an": sum(each.heads for each in favour),
        "aa": _metres(sum(each.area for each in favour)),
    }


def _metres(area: int) -> str:
    return f"{area // 100}.{area % 100:02}"


def _rule(vote: Vote) -> dict[str, Any]:
    rule = vote.rule
    if rule.kind is RuleKind.owners:
        return {"kind": "owners", "class": str(rule.owners_class)}
    if rule.kind is RuleKind.present_majority:
        quorum = rule.quorum_count if rule.quorum_count is not None else (str(rule.quorum) if rule.quorum else None)
        return {"kind": str(rule.kind)} | ({"quorum": quorum} if quorum is not None else {})
    if rule.kind is not RuleKind.charter:
        return {"kind": str(rule.kind)}
    shares = {"quorum": rule.quorum, "threshold": rule.threshold}
    given = {name: str(share) for name, share in shares.items() if share is not None}
    return {"kind": "charter", **given, "of": rule.basis, "strict": rule.strict}
