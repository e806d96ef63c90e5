"""Ballots on paper: printed with a code, read by two tellers who must agree, set against the web (R-16, R-18)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import queries as matters
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import queries, rules
from deliberation.votes.counting import canonical_choice, parse_choice
from deliberation.votes.models import Ballot, BallotConflict, InvalidBallot, PaperBallot, PaperEntry, RollEntry, Vote
from deliberation.votes.queries.paper import readings_of, sheet_at
from deliberation.votes.rules import Channel, ConflictDecision, InvalidReason
from deliberation.votes.rules.paper import Reading
from deliberation.votes.service.casting import record_ballot
from deliberation.votes.service.common import load, refuse

TOKEN_BYTES = 12


def print_sheets(actor: Actor, *, vote_id: int, now: datetime) -> int:
    """Make a sheet for every voter who has none; return how many are new."""
    vote = load(vote_id)
    access.require(actor, "paper.print", places.place(vote.place_id).scope)
    refuse(None if vote.allows_paper and vote.published_at is not None else rules.NoPaper())
    has_sheet = select(PaperBallot.id).where(
        PaperBallot.roll_entry_id == RollEntry.id, PaperBallot.spoiled_at.is_(None)
    )
    waiting = select(RollEntry.id).where(RollEntry.vote_id == vote.id, RollEntry.weight > 0, ~has_sheet.exists())
    rows = [
        {
            "vote_id": vote.id, "roll_entry_id": entry_id, "token": secrets.token_urlsafe(TOKEN_BYTES),
            "printed_by_id": actor.user_id, "printed_at": now,
        }
        for entry_id in db.session.scalars(waiting)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(PaperBallot), rows)
        audit.record("paper.printed", {"vote": vote.id, "sheets": len(rows)}, now=now)
    return len(rows)


def spoil_sheet(actor: Actor, *, token: str, now: datetime) -> PaperBallot:
    """A sheet that was lost or written on: it counts no more, and the next printing makes a new one."""
    sheet, vote, _entry = _open(actor, "paper.print", token)
    refuse(rules.SheetSettled() if sheet.settled_at is not None else None)
    sheet.spoiled_at = now
    audit.record("paper.spoiled", {"vote": vote.id, "sheet": sheet.id}, now=now)
    return sheet


def _open(actor: Actor, action: str, token: str) -> tuple[PaperBallot, Vote, RollEntry]:
    """The sheet with this code, its vote and its voter, held until the transaction ends."""
    found = sheet_at(token)
    vote = load(found.vote_id)
    access.require(actor, action, places.place(vote.place_id).scope)
    entry = db.session.get_one(RollEntry, found.roll_entry_id, with_for_update={"of": RollEntry, "key_share": True})
    db.session.refresh(found)
    return found, vote, entry


def enter_reading(
    actor: Actor, *, token: str, choice: Any, invalid_reason: InvalidReason | None, witness: str = "", now: datetime
) -> PaperBallot:
    """What one teller reads. When another has read the same, the sheet is settled; until then neither sees the other's.

    Reading again replaces one's own reading. ``witness`` is who watched when somebody was helped to fill it in.
    """
    sheet, vote, entry = _open(actor, "paper.enter", token)
    reading = Reading(actor.user_id or 0, _canonical(vote, choice), invalid_reason)
    refuse(
        rules.refusal_to_read(
            allows_paper=vote.allows_paper,
            state=vote.state,
            has_interest=actor.user_id in matters.interested_user_ids(vote.matter_id),
            is_settled=sheet.settled_at is not None,
            reading=reading,
        )
    )
    _replace_own(sheet, reading, witness=witness, now=now)
    same = rules.agreed(readings_of(sheet.id))
    if same is not None:
        sheet.settled_at = now
        _settle(vote, entry, sheet, same, witness=witness, now=now)
    return sheet


def _canonical(vote: Vote, choice: Any) -> str | None:
    if choice in (None, "", []):
        return None
    codes = [option["code"] for option in vote.options]
    parsed = parse_choice(choice, method=vote.method, options=codes, seats=vote.seats_to_fill, limit=vote.choice_limit)
    return canonical_choice(parsed)


def _replace_own(sheet: PaperBallot, reading: Reading, *, witness: str, now: datetime) -> None:
    own = select(PaperEntry).where(
        PaperEntry.paper_id == sheet.id, PaperEntry.teller_id == reading.teller_id, PaperEntry.superseded_at.is_(None)
    )
    earlier = db.session.scalar(own)
    if earlier is not None:
        earlier.superseded_at = now
        db.session.flush()
    entry = PaperEntry(
        vote_id=sheet.vote_id, paper_id=sheet.id, teller_id=reading.teller_id, choice=reading.choice,
        invalid_reason=reading.invalid_reason, witness=witness, entered_at=now,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    audit.record("paper.read", {"vote": sheet.vote_id, "sheet": sheet.id, "teller": reading.teller_id}, now=now)


def _settle(vote: Vote, entry: RollEntry, sheet: PaperBallot, reading: Reading, *, witness: str, now: datetime) -> None:
    current = queries.current_ballot(entry.id)
    if reading.choice is None:
        if current is None and reading.invalid_reason is not None:
            _invalid(entry, sheet.id, reading.invalid_reason, now=now)
    elif rules.is_clash(web_choice=current.choice if current else None, paper_choice=reading.choice):
        clash = BallotConflict(
            vote_id=vote.id, roll_entry_id=entry.id, paper_id=sheet.id, paper_choice=reading.choice, found_at=now
        )
        db.session.add(clash)
        audit.record("ballot.conflict", {"vote": vote.id, "roll_entry": entry.id}, now=now)
    elif current is None:
        _count_sheet(vote, entry, sheet, reading.choice, witness=witness, teller_id=reading.teller_id, now=now)


def _invalid(entry: RollEntry, paper_id: int, reason: InvalidReason, *, now: datetime) -> None:
    row = InvalidBallot(vote_id=entry.vote_id, roll_entry_id=entry.id, paper_id=paper_id, reason=reason, ruled_at=now)
    db.session.add(row)
    audit.record("ballot.invalid", {"vote": entry.vote_id, "roll_entry": entry.id, "reason": str(reason)}, now=now)


def _count_sheet(
    vote: Vote, entry: RollEntry, sheet: PaperBallot, choice: str, *, witness: str, teller_id: int, now: datetime
) -> Ballot:
    return record_ballot(
        vote,
        entry,
        choice=choice,
        channel=Channel.assisted if witness else Channel.paper,
        cast_by_id=teller_id,
        client_ballot_id=f"paper-{sheet.token}",
        paper_id=sheet.id,
        witness=witness,
        now=now,
    )


def decide_conflict(
    actor: Actor, *, conflict_id: int, decision: ConflictDecision, evidence: str, now: datetime
) -> BallotConflict:
    """One teller proposes which ballot stands, and why; it is so when another says the same."""
    clash = db.session.get(BallotConflict, conflict_id, with_for_update=True)
    if clash is None:
        raise NotFound()
    vote = load(clash.vote_id)
    access.require(actor, "paper.enter", places.place(vote.place_id).scope)
    refuse(
        rules.refusal_to_decide(
            proposed_by_id=clash.proposed_by_id if clash.proposal is decision else None,
            teller_id=actor.user_id or 0,
            evidence=evidence,
            has_interest=actor.user_id in matters.interested_user_ids(vote.matter_id),
            is_decided=clash.decision is not None,
        )
    )
    if clash.proposal is not decision:
        clash.proposal, clash.evidence, clash.proposed_by_id = decision, evidence, actor.user_id
        return clash
    clash.decision, clash.decided_by_id, clash.decided_at = decision, actor.user_id, now
    _apply(vote, clash, now=now)
    leaf = {"vote": vote.id, "roll_entry": clash.roll_entry_id, "decision": str(decision)}
    audit.record("ballot.conflict_decided", leaf, now=now)
    return clash


def _apply(vote: Vote, clash: BallotConflict, *, now: datetime) -> None:
    entry = db.session.get_one(RollEntry, clash.roll_entry_id)
    sheet = db.session.get_one(PaperBallot, clash.paper_id)
    if clash.decision is ConflictDecision.paper:
        _count_sheet(vote, entry, sheet, clash.paper_choice, witness="", teller_id=clash.decided_by_id or 0, now=now)
    elif clash.decision is ConflictDecision.neither:
        current = queries.current_ballot(entry.id)
        if current is not None:
            current.superseded_at = now
        _invalid(entry, sheet.id, InvalidReason.conflict, now=now)
