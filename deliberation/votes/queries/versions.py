"""A new version of a vote beside the one it replaces: what is different, with the texts marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.kernel.errors import NotFound
from deliberation.people.access import Actor
from deliberation.votes import rules
from deliberation.votes.models import Vote
from deliberation.votes.queries.ballots import vote
from deliberation.votes.queries.following import compared
from deliberation.votes.queries.scenes import Scene, scene

MARKED = ("text", "options")


@dataclass(frozen=True)
class Versions:
    """``text`` and ``options`` are the marked differences; ``changes`` is everything else that differs."""

    scene: Scene
    old: Vote
    text: Sequence[rules.Piece]
    options: Sequence[rules.Piece]
    changes: Sequence[rules.Change]


def versions(vote_id: int, actor: Actor) -> Versions:
    """For anybody once the new version is published, before that for those who prepare votes there."""
    found = scene(vote_id)
    new = found.vote
    is_shown = new.published_at is not None or actor.may("vote.prepare", found.place.scope)
    if new.replaces_id is None or not is_shown:
        raise NotFound()
    old = vote(new.replaces_id)
    return Versions(
        scene=found,
        old=old,
        text=rules.differences(old.text, new.text),
        options=rules.differences(_listed(old), _listed(new)),
        changes=[each for each in rules.changes(compared(old), compared(new)) if each.column not in MARKED],
    )


def _listed(of: Vote) -> str:
    """The options as lines, with the reason behind one that is barred."""
    lines = (" ".join((option["code"], option["label"], option.get("barred", ""))).strip() for option in of.options)
    return "\n".join(lines)
