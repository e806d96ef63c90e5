"""The legal check before a vote, objections to its roll and its result, and halting what it decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.matters import service as matter_service
from deliberation.matters.models import Matter
from deliberation.meetings.service.passage import office_name
from deliberation.notifications.service import tell
from deliberation.people import access
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role
from deliberation.places import queries as places
from deliberation.votes import live, queries, rules
from deliberation.votes.models import Objection, Vote
from deliberation.votes.rules import VoteState
from deliberation.votes.service.common import (
    WORKING_DAYS_TO_DECIDE,
    entry,
    hand_to_conductor,
    load,
    refuse,
    tell_voters,
    working_days_after,
)


def raise_objection(actor: Actor, *, vote_id: int, text: str, now: datetime) -> Objection:
    """To the roll while the vote is published, to the result within its window; by whoever is concerned by it."""
    access.require(actor, "vote.object")
    vote = load(vote_id)
    kind = rules.kind_of_objection(vote.state, until=vote.objections_until)
    refuse(
        rules.refusal_to_object(
            kind=kind,
            is_on_roll=queries.has_voice(vote.id, actor.user_id),
            until=vote.objections_until,
            now=now,
            text=text,
        )
    )
    objection = Objection(vote_id=vote.id, kind=kind, raised_by_id=actor.user_id, raised_at=now, text=text)
    db.session.add(objection)
    db.session.flush()
    _record("objection.raised", objection, now=now)
    matter = matter_service.load_for_change(vote.matter_id)
    entry(matter, "objection.raised", actor=None, data={"vote": vote.id, "kind": str(kind)}, now=now)
    due = queries.answer_due(vote, objection.kind, now, people.working_calendar())
    hand_to_conductor(matter, vote, task="answer_objection", due_at=due, now=now)
    return objection


def answer_objection(actor: Actor, *, objection_id: int, answer: str, is_upheld: bool, now: datetime) -> Objection:
    """Answered in writing, upheld or not; who objected is told."""
    objection = db.session.get(Objection, objection_id, with_for_update=True)
    if objection is None:
        raise NotFound()
    vote = load(objection.vote_id)
    access.require(actor, "vote.answer_objection", places.place(vote.place_id).scope)
    refuse(rules.refusal_to_answer(is_answered=objection.answered_at is not None, answer=answer))
    objection.answer, objection.is_upheld = answer, is_upheld
    objection.answered_by_id, objection.answered_at = actor.user_id, now
    _record("objection.answered", objection, now=now)
    matter = matter_service.load_for_change(vote.matter_id)
    data = {"vote": vote.id, "kind": str(objection.kind), "is_upheld": is_upheld}
    entry(matter, "objection.answered", actor=actor, data=data, now=now)
    _hand_on(matter, vote, objection, now=now)
    told = {**data, "title": vote.title, "text": objection.text, "answer": answer, "path": f"/votes/{vote.id}"}
    key = f"objection.answered:{objection.id}"
    tell({objection.raised_by_id: "objector"}, "objection.answered", key=key, now=now, matter_id=matter.id, data=told)
    return objection


def _hand_on(matter: Matter, vote: Vote, objection: Objection, *, now: datetime) -> None:
    """Before the opening the matter goes back to who opens the vote, or to who corrects the roll (R-13); after a
    result that did not pass, to who says what comes next."""
    if queries.has_unanswered(vote.id, objection.kind):
        return
    if objection.kind is rules.ObjectionKind.result:
        if vote.state is VoteState.announced:
            due = working_days_after(now, WORKING_DAYS_TO_DECIDE)
            hand_to_conductor(matter, vote, task="decide_next", due_at=due, now=now)
        return
    task = "correct_roll" if queries.has_open_objection(vote.id, objection.kind) else "open_vote"
    hand_to_conductor(matter, vote, task=task, due_at=vote.opens_at, now=now)


def _record(tag: str, objection: Objection, *, now: datetime) -> None:
    leaf = {"vote": objection.vote_id, "objection": objection.id, "kind": str(objection.kind)}
    audit.record(tag, {**leaf, "is_upheld": objection.is_upheld}, now=now)


def ask_legal_check(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Hand the draft to the residents' committee, which sees to it that nothing in it breaks the law (domain.md C5)."""
    vote = load(vote_id)
    scope = places.place(vote.place_id).scope
    access.require(actor, "vote.prepare", scope)
    refuse(rules.refusal_to_move(vote.state, VoteState.legal_check))
    checkers = people.holders_of_role(Role.residents_committee, scope)
    refuse(None if checkers else rules.NobodyChecks())
    vote.state = VoteState.legal_check
    holder = checkers[0]
    matter_service.hand_to(
        matter_service.load_for_change(vote.matter_id),
        name=office_name(holder),
        task="check_vote",
        due_at=vote.opens_at,
        now=now,
        holder_id=holder.id,
    )
    return vote


def take_back_from_legal_check(actor: Actor, *, vote_id: int, now: datetime) -> Vote:
    """Whoever prepares the vote takes the draft back before it has been checked, to mend it."""
    vote = load(vote_id)
    access.require(actor, "vote.prepare", places.place(vote.place_id).scope)
    refuse(None if vote.state is VoteState.legal_check else rules.VoteStateChanged())
    return _back_to_draft(vote, now=now)


def _back_to_draft(vote: Vote, *, now: datetime) -> Vote:
    vote.state = VoteState.draft
    matter = matter_service.load_for_change(vote.matter_id)
    hand_to_conductor(matter, vote, task="prepare_vote", due_at=vote.opens_at, now=now)
    return vote


def pass_legal_check(actor: Actor, *, vote_id: int, note: str, now: datetime) -> Vote:
    vote = _checking(actor, vote_id)
    vote.legal_checked_by_id, vote.legal_checked_at, vote.legal_note = actor.user_id, now, note
    audit.record("vote.legally_checked", {"vote": vote.id, "text_hash": rules.text_hash(vote.text)}, now=now)
    return _back_to_draft(vote, now=now)


def return_from_legal_check(actor: Actor, *, vote_id: int, note: str, now: datetime) -> Vote:
    """Back to whoever prepares it, with what has to be mended."""
    vote = _checking(actor, vote_id)
    refuse(None if note.strip() else rules.NoteMissing())
    vote.legal_checked_at, vote.legal_note = None, note
    return _back_to_draft(vote, now=now)


def _checking(actor: Actor, vote_id: int) -> Vote:
    vote = load(vote_id)
    access.require(actor, "vote.legal_check", places.place(vote.place_id).scope)
    refuse(None if vote.state is VoteState.legal_check else rules.VoteStateChanged())
    return vote


def halt_vote(actor: Actor, *, vote_id: int, wanted: VoteState, reason: str, reference: str, now: datetime) -> Vote:
    """Suspend or annul a resolution on the document of a court or the subdistrict (domain.md C3)."""
    vote = _halting(actor, vote_id, wanted)
    refuse(rules.refusal_to_halt(reason=reason, reference=reference))
    vote.halted_at, vote.halted_reason, vote.halted_reference = now, reason, reference
    return _halted(actor, vote, f"vote.{wanted}", now=now)


def resume_vote(actor: Actor, *, vote_id: int, reason: str, now: datetime) -> Vote:
    """A suspended resolution goes on where it stood: its objections' window ends as it was announced."""
    vote = _halting(actor, vote_id, VoteState.objection_window)
    refuse(None if reason.strip() else rules.NoteMissing())
    vote.halted_at = None
    return _halted(actor, vote, "vote.resumed", now=now)


def _halting(actor: Actor, vote_id: int, wanted: VoteState) -> Vote:
    vote = load(vote_id)
    access.require(actor, "vote.halt", places.place(vote.place_id).scope)
    refuse(rules.refusal_to_move(vote.state, wanted))
    vote.state = wanted
    return vote


def _halted(actor: Actor, vote: Vote, code: str, *, now: datetime) -> Vote:
    audit.record(code, {"vote": vote.id, "reference": vote.halted_reference}, now=now)
    live.announce_change(vote)
    matter = matter_service.load_for_change(vote.matter_id)
    data: dict[str, Any] = {"vote": vote.id, "reason": vote.halted_reason, "reference": vote.halted_reference}
    entry(matter, code, actor=actor, data=data, now=now)
    tell_voters(vote, code, data, key=f"{vote.id}:{now.isoformat()}", now=now)
    return vote
