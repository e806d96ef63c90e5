"""What changes the course of a vote: its one extension, a new version of its text, a run-off; and the two texts side
by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.i18n import moment_text
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.votes import queries, service
from deliberation.votes.models import Vote
from deliberation.votes.views.blueprint import blueprint


def _acted(act: Callable[..., Vote], vote_id: int) -> Vote:
    with transaction():
        return act(current_actor(), vote_id=vote_id, now=clock.now())


@blueprint.post("/<int:vote_id>/extend")
@access("vote.extend")
def extend(vote_id: int) -> Any:
    vote = _acted(service.extend_vote, vote_id)
    flash(_("延长到 %(when)s，名册里的每一位都通知了。", when=moment_text(vote.closes_at)), "ok")
    return redirect(url_for("votes.show", vote_id=vote_id))


@blueprint.post("/<int:vote_id>/new-version")
@access("vote.prepare")
def new_version(vote_id: int) -> Any:
    draft = _acted(service.prepare_new_version, vote_id)
    flash(_("原来的一份撤回了。这里是照着它写的新草稿，改好以后重新发布。"), "ok")
    return redirect(url_for("votes.change", vote_id=draft.id))


@blueprint.post("/<int:vote_id>/run-off")
@access("vote.prepare")
def run_off(vote_id: int) -> Any:
    draft = _acted(service.prepare_run_off, vote_id)
    flash(_("决选的草稿准备好了。请从头读一遍，再发布。"), "ok")
    return redirect(url_for("votes.show", vote_id=draft.id))


@blueprint.get("/<int:vote_id>/changes")
@access("pages.read")
def changes(vote_id: int) -> Any:
    """A new version beside the one it replaces, what is different marked."""
    page = queries.versions(vote_id, current_actor())
    return render_template("votes/changes.html", page=page, current_place=page.scene.place, nav="matters")
