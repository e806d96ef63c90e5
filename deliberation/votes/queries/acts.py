"""The steps that whoever conducts a vote may take next, each with the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deliberation.kernel.errors import Refusal
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries import conduct
from deliberation.votes.queries.scenes import Scene
from deliberation.votes.rules import VoteState

Steps = list[tuple[str, Refusal | None]]


@dataclass(frozen=True)
class Act:
    """A step an office-holder takes next: "publish", "extend", "announce", "run_off" …; greyed with a reason."""

    name: str
    refusal: Refusal | None


def acts_of(found: Scene, actor: Actor, *, now: datetime) -> list[Act]:
    """The steps that come next, for people who hold an office in the place; others see no buttons."""
    vote, scope = found.vote, found.place.scope
    checks = (
        [Act("check", None)] if vote.state is VoteState.legal_check and actor.may("vote.legal_check", scope) else []
    )
    halts = [Act(name, None) for name in _halts(vote)] if actor.may("vote.halt", scope) else []
    if not any(actor.may(action, scope) for action in ("vote.prepare", "vote.announce")):
        return [*checks, *halts]
    return [*checks, *(Act(name, refusal) for name, refusal in _next_steps(vote, actor, now=now)), *halts]


def _halts(vote: Vote) -> list[str]:
    """Suspending, annulling and resuming, where the resolution's state lets it."""
    wanted = {"suspend": VoteState.suspended, "annul": VoteState.annulled}
    found = [name for name, state in wanted.items() if rules.refusal_to_move(vote.state, state) is None]
    return [*(["resume"] if vote.state is VoteState.suspended else []), *found]


def _next_steps(vote: Vote, actor: Actor, *, now: datetime) -> Steps:
    match vote.state:
        case VoteState.draft:
            return _of_draft(vote, actor, now=now)
        case VoteState.legal_check:
            return [("take_back", None), ("cancel", conduct.refusal_to_cancel(actor, vote))]
        case VoteState.published:
            return [("open", conduct.refusal_to_open(actor, vote)), *_of_published(vote, actor)]
        case VoteState.voting:
            return [*_of_open(vote, actor, now=now), ("close", conduct.refusal_to_close(actor, vote, now=now))]
        case VoteState.closed:
            return [("finish_count", conduct.refusal_to_finish_count(actor, vote))]
        case VoteState.counted:
            return [("announce", conduct.refusal_to_announce(actor, vote))]
        case VoteState.cancelled if conduct.refusal_to_replace(actor, vote) is None:
            return [("new_version", None)]
        case VoteState.announced if conduct.refusal_to_run_off(actor, vote) is None:
            return [("run_off", None)]
        case _:
            return []


def _of_draft(vote: Vote, actor: Actor, *, now: datetime) -> Steps:
    cancel = ("cancel", conduct.refusal_to_cancel(actor, vote))
    change: Steps = [("change", None)] if conduct.refusal_to_change(actor, vote) is None else []
    if vote.needs_legal_check and vote.legal_checked_at is None:
        return [("ask_check", None), *change, cancel]
    return [("publish", conduct.refusal_to_publish(actor, vote, now=now)), *change, cancel]


def _of_published(vote: Vote, actor: Actor) -> Steps:
    replace = conduct.refusal_to_replace(actor, vote)
    return [("new_version", replace), ("cancel", conduct.refusal_to_cancel(actor, vote))]


def _of_open(vote: Vote, actor: Actor, *, now: datetime) -> Steps:
    """Extending is there where the notice announced it, greyed while enough take part and once it has been done."""
    return [("extend", conduct.refusal_to_extend(actor, vote, now=now))] if vote.extension_days else []
