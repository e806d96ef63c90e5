"""Ballots held against the sheets of the same voters, whichever came first: one ballot, or a clash (R-18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.notifications.service import tell
from deliberation.votes import rules
from deliberation.votes.models import BallotConflict, PaperBallot, RollEntry, Vote
from deliberation.votes.queries.casting import PolledVote
from deliberation.votes.rules import ConflictDecision


def set_against_sheets(vote: Vote | PolledVote, cast: Mapping[int, str], *, now: datetime) -> None:
    """Hold ballots that have just been recorded in another way against the sheets that were settled before them.

    ``cast`` is what each voter (roll entry id) now says. One statement for however many ballots.
    """
    if not vote.allows_paper or not cast:
        return
    rows = (
        select(PaperBallot, RollEntry, BallotConflict)
        .join(RollEntry, RollEntry.id == PaperBallot.roll_entry_id)
        .outerjoin(BallotConflict, BallotConflict.roll_entry_id == PaperBallot.roll_entry_id)
        .where(PaperBallot.roll_entry_id.in_(cast), PaperBallot.settled_choice.is_not(None))
    )
    for sheet, entry, clash in db.session.execute(rows).all():
        decision = clash.decision if clash is not None else None
        if rules.is_clash(sheet=sheet.settled_choice, other=cast[entry.id], decision=decision):
            open_clash(vote, entry, sheet, clash, now=now)
        elif clash is not None and decision is not ConflictDecision.web:
            _end_clash(vote, clash, now=now)


def open_clash(
    vote: Vote | PolledVote, entry: RollEntry, sheet: PaperBallot, clash: BallotConflict | None, *, now: datetime
) -> None:
    """The first time, or once more because the voter has cast again: what tellers said of the earlier pair is void."""
    is_new = clash is None or clash.decision is not None
    if clash is None:
        clash = BallotConflict(vote_id=vote.id, roll_entry_id=entry.id, paper_id=sheet.id)
        db.session.add(clash)
    clash.paper_choice, clash.found_at = sheet.settled_choice or "", now
    clash.proposal = clash.proposed_by_id = clash.decision = clash.decided_by_id = clash.decided_at = None
    clash.evidence = ""
    db.session.flush()
    audit.record("ballot.conflict", {"vote": vote.id, "roll_entry": entry.id}, now=now)
    if is_new and entry.user_id is not None:
        data = {"title": vote.title, "path": f"/votes/{vote.id}"}
        key, told = f"ballot.conflict:{clash.id}:{now.isoformat()}", {entry.user_id: "eligible_voter"}
        tell(told, "ballot.conflict", key=key, now=now, matter_id=vote.matter_id, data=data)


def _end_clash(vote: Vote | PolledVote, clash: BallotConflict, *, now: datetime) -> None:
    """The voter has cast again and says the same as the sheet: one ballot, nothing to settle."""
    if clash.decision is ConflictDecision.same:
        return
    clash.decision, clash.decided_by_id, clash.decided_at = ConflictDecision.same, None, now
    record_decision(vote, clash, now=now)


def record_decision(vote: Vote | PolledVote, clash: BallotConflict, *, now: datetime) -> None:
    leaf = {"vote": vote.id, "roll_entry": clash.roll_entry_id, "decision": str(clash.decision)}
    audit.record("ballot.conflict_decided", leaf, now=now)
