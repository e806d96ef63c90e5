"""Ballots on paper: printed with a code, read by two tellers who must agree (R-16)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.matters import queries as matters
from deliberation.people import access
from deliberation.people.access import Actor
from deliberation.places import queries as places
from deliberation.votes import rules
from deliberation.votes.models import PaperBallot, PaperEntry, RollEntry, Vote
from deliberation.votes.queries.paper import readings_of, sheet_at
from deliberation.votes.rules import InvalidReason, Reading
from deliberation.votes.service.common import canonical, held_with, load, refuse
from deliberation.votes.service.settling import settle_sheet

TOKEN_BYTES = 12


def print_sheets(actor: Actor, *, vote_id: int, now: datetime) -> int:
    """Make a sheet for every voter who has none; return how many are new."""
    vote = load(vote_id)
    access.require(actor, "paper.print", places.place(vote.place_id).scope)
    refuse(rules.refusal_to_print(allows_paper=vote.allows_paper, state=vote.state))
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
    refuse(rules.refusal_to_spoil(is_settled=sheet.settled_at is not None, is_read=bool(readings_of(sheet.id))))
    sheet.spoiled_at = now
    audit.record("paper.spoiled", {"vote": vote.id, "sheet": sheet.id}, now=now)
    return sheet


def _open(actor: Actor, action: str, token: str) -> tuple[PaperBallot, Vote, RollEntry]:
    """The sheet with this code, its vote and its voter, held until the transaction ends."""
    found = sheet_at(token)
    vote, entry = held_with(found)
    access.require(actor, action, places.place(vote.place_id).scope)
    return found, vote, entry


def enter_reading(
    actor: Actor,
    *,
    token: str,
    choice: Any,
    invalid_reason: InvalidReason | None,
    helper: str = "",
    witness: str = "",
    now: datetime,
) -> PaperBallot:
    """What one teller reads. When another has read the same, the sheet is settled; until then neither sees the other's.

    Reading again replaces one's own reading. ``helper`` and ``witness`` are who filled it in for somebody and who
    watched; the sheet names both or neither.
    """
    sheet, vote, entry = _open(actor, "paper.enter", token)
    said = None if choice in (None, "", []) else canonical(vote, choice)
    reading = Reading(actor.user_id or 0, said, invalid_reason, helper, witness)
    refuse(
        rules.refusal_to_read(
            allows_paper=vote.allows_paper,
            state=vote.state,
            has_interest=actor.user_id in matters.interested_user_ids(vote.matter_id),
            is_settled=sheet.settled_at is not None,
            reading=reading,
        )
    )
    _replace_own(sheet, reading, now=now)
    same = rules.agreed(readings_of(sheet.id))
    if same is not None:
        sheet.settled_at, sheet.settled_choice = now, same.choice
        settle_sheet(vote, entry, sheet, same, now=now)
    return sheet


def _replace_own(sheet: PaperBallot, reading: Reading, *, now: datetime) -> None:
    own = select(PaperEntry).where(
        PaperEntry.paper_id == sheet.id, PaperEntry.teller_id == reading.teller_id, PaperEntry.superseded_at.is_(None)
    )
    earlier = db.session.scalar(own)
    if earlier is not None:
        earlier.superseded_at = now
        db.session.flush()
    entry = PaperEntry(
        vote_id=sheet.vote_id, paper_id=sheet.id, teller_id=reading.teller_id, choice=reading.choice,
        invalid_reason=reading.invalid_reason, helper=reading.helper, witness=reading.witness, entered_at=now,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    audit.record("paper.read", {"vote": sheet.vote_id, "sheet": sheet.id, "teller": reading.teller_id}, now=now)
