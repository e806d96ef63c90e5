"""The author's own acts: handing in, handing in again after a return, withdrawing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason, Step
from deliberation.people.access import Actor, require
from deliberation.people.models import User
from deliberation.photos import service as photos
from deliberation.photos.models import Photo
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals import queries, rules
from deliberation.proposals.models import Proposal, ProposalPhoto
from deliberation.proposals.rules import ProposalKind, ProposalState
from deliberation.proposals.service.common import (
    Held,
    author_name,
    check,
    hand_to_liaison,
    hold,
    move,
    own_id,
    screening_due_at,
    tell,
    tell_those_concerned,
)


@dataclass(frozen=True)
class Words:
    """What an author says. ``photo_ids`` are the author's own pictures, new ones or already with the proposal."""

    title: str
    text: str
    kind: ProposalKind
    spot: str = ""
    hides_name: bool = False
    photo_ids: tuple[int, ...] = ()


def submit(
    actor: Actor,
    *,
    place_id: int,
    title: str,
    text: str,
    kind: ProposalKind,
    now: datetime,
    spot: str = "",
    hides_name: bool = False,
    photo_ids: Iterable[int] = (),
    submission_key: str | None = None,
) -> Proposal:
    """Hand in a proposal: open its matter, give it to the liaison with three working days, tell the author.

    Handing in again with the same ``submission_key`` returns the proposal of the first time and changes nothing. So
    does another form with the same words for the same place shortly after: a browser that goes back a page keeps the
    words and gets a new key. Without a key there is no form, and each call is a proposal of its own.
    """
    place = places.place(place_id)
    require(actor, "proposal.submit", place.scope)
    author_id = own_id(actor)
    words = Words(title, text, kind, spot, hides_name, tuple(photo_ids))
    _lock_author(author_id)
    key = f"{author_id}:{submission_key}" if submission_key else None
    known = _handed_in_before(author_id, place, words, key=key, now=now) if key else None
    return known or _open(actor, place, words, key=key, now=now)


def _open(actor: Actor, place: Place, words: Words, *, key: str | None, now: datetime) -> Proposal:
    author_id = own_id(actor)
    pictures = queries.free_photos(author_id, words.photo_ids)
    waiting = _waiting(author_id)
    check(rules.refusal_to_submit(waiting=waiting, title=words.title, text=words.text, photos=len(pictures)))
    matter = matters.open_matter(place=place, title=words.title, now=now)
    proposal = Proposal(
        submission_key=key,
        matter_id=matter.id,
        place_id=place.id,
        author_id=author_id,
        state=ProposalState.submitted,
        submitted_at=now,
        screening_due_at=screening_due_at(now),
    )
    _write_down(proposal, words)
    db.session.add(proposal)
    db.session.flush()  # The photos' rows hold its id.
    _attach(proposal, pictures)
    matters.add_participants(matter.id, [author_id], reason=ParticipationReason.proposer, now=now)
    _enter_queue(actor, Held(proposal, matter, place), "proposal.submitted", now=now)
    return proposal


def _handed_in_before(author_id: int, place: Place, words: Words, *, key: str, now: datetime) -> Proposal | None:
    same_form = db.session.scalar(select(Proposal).where(Proposal.submission_key == key))
    same_words = select(Proposal).where(
        Proposal.author_id == author_id,
        Proposal.place_id == place.id,
        Proposal.title == words.title,
        Proposal.text == words.text,
        Proposal.submitted_at > now - rules.SAME_WORDS_WITHIN,
        Proposal.state != ProposalState.withdrawn,
    )
    return same_form or db.session.scalar(same_words.order_by(Proposal.id).limit(1))


def _lock_author(author_id: int) -> None:
    """Two submissions of one person wait for each other, so that one form sent twice at once is one proposal."""
    row = select(User.id).where(User.id == author_id).with_for_update(key_share=True)
    db.session.execute(row)


def _waiting(author_id: int) -> int:
    rows = select(func.count()).where(Proposal.author_id == author_id, Proposal.state == ProposalState.submitted)
    return db.session.scalar(rows) or 0


def _write_down(proposal: Proposal, words: Words) -> None:
    proposal.title, proposal.text, proposal.kind = words.title, words.text, words.kind
    proposal.spot, proposal.hides_name = words.spot[: rules.MOST_SPOT], words.hides_name


def _attach(proposal: Proposal, pictures: Sequence[Photo]) -> None:
    photos.keep(pictures)
    db.session.add_all(ProposalPhoto(proposal_id=proposal.id, photo_id=photo.id) for photo in pictures)


def _enter_queue(actor: Actor, held: Held, code: str, *, now: datetime) -> None:
    """Whoever hands in, or hands in again: the clock starts, the liaison holds it, the author is told the date."""
    proposal, matter = held.proposal, held.matter
    matters.move(matter, step=Step.proposal, state="screening", now=now)
    hand_to_liaison(held, now=now)
    matters.add_entry(matter, code, now=now, actor=actor, actor_name=author_name(held))
    due_at = proposal.screening_due_at.isoformat()
    tell(
        {proposal.author_id: ParticipationReason.proposer},
        "proposal.received",
        key=f"{code}:{proposal.id}:{now.isoformat()}",
        now=now,
        matter_id=matter.id,
        data={"title": proposal.title, "due_at": due_at, "again": code == "proposal.resubmitted"},
    )
    audit.record(code, {"matter": matter.number, **_fingerprint(proposal), "due": due_at}, now=now)


def _fingerprint(proposal: Proposal) -> dict[str, object]:
    """The hash of the words, never the words; the author only when the public may know the author."""
    digest = hashlib.sha256(f"{proposal.title}\n{proposal.text}".encode()).hexdigest()
    return {"text_sha256": digest, "author": None if proposal.hides_name else proposal.author_id}


def resubmit(actor: Actor, *, proposal_id: int, words: Words, now: datetime) -> Proposal:
    """The author has followed the reason of the return: the liaison's three working days start anew.

    Handing in the same words once more changes nothing.
    """
    held = hold(actor, "proposal.submit", proposal_id)
    proposal = held.proposal
    is_author = proposal.author_id == own_id(actor)
    if is_author and proposal.state is ProposalState.submitted and _says_already(proposal, words):
        return proposal
    old = queries.photos_of(proposal.id)
    kept = [photo for photo in old if photo.id in words.photo_ids]
    new = queries.free_photos(proposal.author_id, words.photo_ids)
    check(
        rules.refusal_to_resubmit(
            state=proposal.state,
            is_author=is_author,
            title=words.title,
            text=words.text,
            photos=len(kept) + len(new),
        )
    )
    move(held, to=ProposalState.submitted)
    _write_down(proposal, words)
    held.matter.title = words.title
    _detach(proposal, [photo for photo in old if photo not in kept])
    _attach(proposal, new)
    proposal.submitted_at, proposal.screening_due_at = now, screening_due_at(now)
    proposal.screened_at = proposal.screened_by_id = None
    _enter_queue(actor, held, "proposal.resubmitted", now=now)
    return proposal


def _says_already(proposal: Proposal, words: Words) -> bool:
    return (proposal.title, proposal.text) == (words.title, words.text)


def _detach(proposal: Proposal, photos_out: list[Photo]) -> None:
    """What the author took out becomes a draft again, which the sweep of the photos removes."""
    for photo in photos_out:
        photo.is_draft = True
    gone = [photo.id for photo in photos_out]
    rows = delete(ProposalPhoto).where(ProposalPhoto.proposal_id == proposal.id, ProposalPhoto.photo_id.in_(gone))
    db.session.execute(rows)


def withdraw(actor: Actor, *, proposal_id: int, now: datetime) -> Proposal:
    """The author takes it back, before it is scheduled; it stays to be read, and supporters are told."""
    held = hold(actor, "proposal.withdraw", proposal_id)
    proposal = held.proposal
    is_author = proposal.author_id == own_id(actor)
    if is_author and proposal.state is ProposalState.withdrawn:
        return proposal
    check(
        rules.refusal_to_withdraw(
            state=proposal.state,
            is_author=is_author,
            joined=_joined(proposal.id),
            has_pending_merge=queries.pending_merge_of(proposal.id) is not None,
            has_moved_on=held.matter.step > Step.proposal,
        )
    )
    move(held, to=ProposalState.withdrawn)
    matters.add_entry(held.matter, "proposal.withdrawn", now=now, actor=actor, actor_name=author_name(held))
    matters.close(held.matter, state="withdrawn", now=now)
    key = f"proposal.withdrawn:{proposal.id}"
    tell_those_concerned(held, "proposal.withdrawn", key=key, now=now, data={"title": proposal.title})
    audit.record("proposal.withdrawn", {"matter": held.matter.number}, now=now)
    return proposal


def _joined(proposal_id: int) -> int:
    rows = select(func.count()).where(Proposal.merged_into_id == proposal_id)
    return db.session.scalar(rows) or 0
