"""What becomes of a sheet on which two tellers agree, and of one that says something else than the web (R-16, R-18)."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries as matters
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import queries, rules
from deliberation.votes.models import BallotConflict, InvalidBallot, PaperBallot, RollEntry, Vote
from deliberation.votes.queries.paper import readings_of
from deliberation.votes.rules import Channel, ConflictDecision, InvalidReason, Reading
from deliberation.votes.service.clashes import open_clash, record_decision
from deliberation.votes.service.common import held_with, refuse
from deliberation.votes.service.recording import NewBallot, record_ballot


def settle_sheet(vote: Vote, entry: RollEntry, sheet: PaperBallot, reading: Reading, *, now: datetime) -> None:
    """Two tellers have just agreed on a sheet: it is the voter's ballot, the same one again, or a clash."""
    current = queries.current_ballot(entry.id)
    if reading.choice is None:
        _rule_invalid(entry, sheet.id, reading.invalid_reason or InvalidReason.damaged, now=now)
    elif current is None:
        _count_sheet(vote, entry, sheet, reading, cast_by_id=reading.teller_id, now=now)
    elif rules.is_clash(sheet=reading.choice, other=current.choice):
        open_clash(vote, entry, sheet, None, now=now)


def _count_sheet(
    vote: Vote, entry: RollEntry, sheet: PaperBallot, reading: Reading, *, cast_by_id: int, again: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """What two tellers read becomes the voter's current ballot; ``again`` tells a later ballot from the same sheet."""
    ballot = NewBallot(
        vote_id=vote.id,
        roll_entry_id=entry.id,
        choice=reading.choice or "",
        client_ballot_id=f"paper-{sheet.token}{again}",
        channel=Channel.assisted if reading.is_assisted else Channel.paper,
        cast_by_id=cast_by_id,
        cast_at=now,
        paper_id=sheet.id,
        helper=reading.helper,
        witness=reading.witness,
    )
    record_ballot(vote, ballot)


def _rule_invalid(entry: RollEntry, paper_id: int, reason: InvalidReason, *, now: datetime) -> None:
    """Listed with the result as not taking part, unless the voter has a ballot that does (R-16)."""
    rows = select(InvalidBallot).where(InvalidBallot.roll_entry_id == entry.id)
    row = db.session.scalar(rows) or InvalidBallot(vote_id=entry.vote_id, roll_entry_id=entry.id)
    row.paper_id, row.reason, row.ruled_at = paper_id, reason, now
    db.session.add(row)
    audit.record("ballot.invalid", {"vote": entry.vote_id, "roll_entry": entry.id, "reason": str(reason)}, now=now)


def decide_conflict(
    actor: Actor, *, conflict_id: int, decision: ConflictDecision, evidence: str, now: datetime
) -> BallotConflict:
    """One teller proposes which ballot stands, and why; it is so when another says the same."""
    clash, vote, entry = _held(conflict_id)
    access.require(actor, "paper.enter", places.place(vote.place_id).scope)
    is_second = clash.proposal is decision
    refuse(
        rules.refusal_to_decide(
            state=vote.state,
            proposed_by_id=clash.proposed_by_id if is_second else None,
            teller_id=actor.user_id or 0,
            evidence=evidence,
            has_interest=actor.user_id in matters.interested_user_ids(vote.matter_id),
            is_decided=clash.decision is not None,
        )
    )
    if not is_second:
        clash.proposal, clash.evidence, clash.proposed_by_id = decision, evidence, actor.user_id
        return clash
    clash.decision, clash.decided_by_id, clash.decided_at = decision, actor.user_id, now
    _apply(vote, entry, clash, now=now)
    record_decision(vote, clash, now=now)
    return clash


def _held(conflict_id: int) -> tuple[BallotConflict, Vote, RollEntry]:
    """The clash with its vote and voter, all held until the transaction ends."""
    clash = db.session.get(BallotConflict, conflict_id)
    if clash is None:
        raise NotFound()
    return clash, *held_with(clash)


def _apply(vote: Vote, entry: RollEntry, clash: BallotConflict, *, now: datetime) -> None:
    sheet = db.session.get_one(PaperBallot, clash.paper_id)
    reading = rules.agreed(readings_of(sheet.id))
    if clash.decision is ConflictDecision.paper and reading is not None:
        again = f"-{secrets.token_hex(4)}"  # The sheet may have been counted before the voter cast otherwise.
        _count_sheet(vote, entry, sheet, reading, cast_by_id=clash.decided_by_id or 0, again=again, now=now)
    elif clash.decision is ConflictDecision.neither:
        current = queries.current_ballot(entry.id)
        if current is not None:
            current.superseded_at = now
        _rule_invalid(entry, sheet.id, InvalidReason.conflict, now=now)
