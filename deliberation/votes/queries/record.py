"""What goes into the record of a vote: only what everybody may know of it (R-50, R-52, R-55)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, not_, select

from deliberation.audit import merkle
from deliberation.audit import queries as audit
from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db
from deliberation.votes.counting import Returns
from deliberation.votes.counting.file import poll_json, returns_json
from deliberation.votes.counting.sums import TRANSFERRED
from deliberation.votes.models import Ballot, RollEntry, SecretReceipt, Vote
from deliberation.votes.queries import tallies
from deliberation.votes.record.files import ACTS, COUNTED, SET_ASIDE, TOLD, dump, in_order, seal_of
from deliberation.votes.rules import LEAST_IN_BAND, RecordNotYet

AT_ONCE = 200


def published(vote: Vote) -> dict[str, Any]:
    """What was decided before anybody voted, as the leaf ``vote.published`` and the record's ``vote.json`` say it."""
    return {
        "vote": vote.id,
        "matter": vote.matter_id,
        "version": vote.version,
        "replaces": vote.replaces_id,
        "run_off_of": vote.run_off_of_id,
        "title": vote.title,
        "text_hash": vote.text_hash,
        "poll": poll_json(tallies.poll_of(vote), is_deemed=tallies.is_deemed(vote)),
        "options": vote.options,
        "is_secret": vote.is_secret,
        "item_class": vote.item_class,
        "clauses": {
            "charter": vote.charter_clause, "charter_version": vote.charter_version,
            "electronic": vote.electronic_clause, "deemed": vote.deemed_clause,
        },
        "counts_parking": tallies.counts_parking(vote),
        "chambers_by": vote.chambers_by,
        "roll": {"source": str(vote.roll_source), "scope": vote.roll_scope},
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": (vote.first_closes_at or vote.closes_at).isoformat(),
        "extension_days": vote.extension_days,
    }  # fmt: skip


def frozen(vote: Vote) -> dict[str, Any]:
    """The roll in sum, as the leaf ``roll.frozen`` and the record's ``vote.json`` say it; area in 0.01 ㎡."""
    sums = {"seats": vote.seats_total, "area": vote.area_total, "weight": vote.weight_total}
    return {"vote": vote.id, "roll_hash": vote.roll_hash, **sums}


def count_file(vote: Vote, returns: Returns) -> bytes:
    """The vote as a vote file in sums (docs/vote-file.md), enough to count it again.

    Empty where rankings stand beside weights that fewer than five voters have, since each would be somebody's, and
    where so few of a band have cast secretly that their choices could be worked out from heads beside weights.
    """
    if (returns.poll.method in TRANSFERRED and _has_rare_weight(vote)) or tallies.hides_bands(vote):
        return dump({})
    return dump(returns_json(returns, invalid=tallies.invalid_by_reason(vote)))


def _has_rare_weight(vote: Vote) -> bool:
    if vote.weight_total == vote.seats_total:
        return False
    bands = select(func.count()).where(RollEntry.vote_id == vote.id, RollEntry.weight > 0).group_by(RollEntry.weight)
    return min(db.session.scalars(bands), default=0) < LEAST_IN_BAND


def counted_leaf(vote: Vote, returns: Returns) -> dict[str, Any]:
    """What the log says of a count: the result, what it was counted from, and which ballots there were.

    The seals fix the leaves of every act and every ballot, so that none can be left out of a record, or added to it,
    without anybody noticing.
    """
    ballots = {
        status: seal_of(db.session.scalars(_leaf_hashes(vote, is_counted=status == COUNTED)))
        for status in (COUNTED, SET_ASIDE)
    }
    acts = seal_of(bytes.fromhex(leaf["leaf_hash"]) for leaf in _told(vote) if leaf["tag"] in ACTS)
    count_hash = hashlib.sha256(count_file(vote, returns)).hexdigest()
    return {
        "vote": vote.id, "roll_hash": vote.roll_hash, "acts": acts, "ballots": ballots, "count_hash": count_hash,
        "result": vote.result,
    }  # fmt: skip


def _leaf_hashes(vote: Vote, *, is_counted: bool) -> Select[Any]:
    if vote.is_secret:  # Only the last ballot of each voter was ever in the log.
        return select(SecretReceipt.leaf_hash).where(SecretReceipt.vote_id == vote.id, literal(is_counted))
    return select(Ballot.leaf_hash).where(Ballot.vote_id == vote.id, _is(vote, is_counted=is_counted))


def _is(vote: Vote, *, is_counted: bool) -> ColumnElement[bool]:
    stands = tallies.stands(vote)
    return stands if is_counted else not_(stands)


def leaves(vote: Vote, head: audit.Head) -> dict[str, Any]:
    """``leaves.json``: the vote's leaves with their places, and the nodes that lead from all of them to one head.

    What a ballot's leaf says stays closed; ballots stand in the order of their hashes, which tells nothing. Raises
    ``RecordNotYet`` while one has no place in the log: the sequencer takes a moment.
    """
    found = in_order([*_told(vote), *_ballots(vote)])
    places = [leaf["index"] for leaf in found]
    if any(place is None or place >= head.size for place in places):
        raise RecordNotYet()
    addresses = merkle.shared_nodes(places, head.size)
    stored = _stored(addresses)
    nodes = [[level, index, stored[level, index].hex()] for level, index in addresses]
    return {"leaves": found, "nodes": nodes}


def _told(vote: Vote) -> list[dict[str, Any]]:
    """The acts on this vote; their leaves name it."""
    wanted = select(AuditLeaf.tag, AuditLeaf.leaf_hash, AuditLeaf.position, AuditLeaf.data)
    rows = wanted.where(AuditLeaf.tag.in_(TOLD), AuditLeaf.recorded_at >= vote.published_at).order_by(AuditLeaf.id)
    return [
        {"tag": tag, "leaf_hash": digest.hex(), "index": place, "data": data.decode()}
        for tag, digest, place, data in db.session.execute(rows)
        if json.loads(data)["vote"] == vote.id
    ]


def _ballots(vote: Vote) -> list[dict[str, Any]]:
    rows = select(AuditLeaf.tag, AuditLeaf.leaf_hash, AuditLeaf.position)
    if vote.is_secret:
        of_vote = rows.join(SecretReceipt, SecretReceipt.leaf_hash == AuditLeaf.leaf_hash)
        wanted = {COUNTED: of_vote.where(SecretReceipt.vote_id == vote.id)}
    else:
        of_vote = rows.join(Ballot, Ballot.leaf_hash == AuditLeaf.leaf_hash).where(Ballot.vote_id == vote.id)
        wanted = {status: of_vote.where(_is(vote, is_counted=status == COUNTED)) for status in (COUNTED, SET_ASIDE)}
    return [
        {"tag": tag, "leaf_hash": digest.hex(), "index": place, "status": status}
        for status, statement in wanted.items()
        for tag, digest, place in db.session.execute(statement)
    ]


def _stored(addresses: Sequence[merkle.NodeAddress]) -> dict[tuple[int, int], bytes]:
    """The log's stored nodes at these addresses, some hundred at a time."""
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(addresses), AT_ONCE):
        found |= audit.nodes(addresses[start : start + AT_ONCE])
    return found
