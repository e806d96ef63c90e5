"""Who votes: one's own standing, the public roll, the objections to it, and named ballots for those who may look."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access, number_argument
from deliberation.people.guard import current_actor
from deliberation.votes import queries, service
from deliberation.votes.forms import InspectForm
from deliberation.votes.queries import inspecting
from deliberation.votes.queries.roll_page import roll_page
from deliberation.votes.service.common import refuse
from deliberation.votes.views.blueprint import blueprint


@blueprint.get("/<int:vote_id>/eligibility")
@access("pages.read")
def eligibility(vote_id: int) -> Any:
    """May I vote, and with what weight; if not, why, and what to do about it."""
    found = queries.eligibility(vote_id, current_actor())
    return render_template("votes/eligibility.html", page=found, current_place=found.scene.place, nav="matters")


@blueprint.get("/<int:vote_id>/roll")
@access("pages.read")
def roll(vote_id: int) -> Any:
    """The frozen roll, masked, a page at a time behind the number ``after``."""
    is_waiting = request.args.get("show") == "waiting"
    page = roll_page(vote_id, current_actor(), after=number_argument("after"), is_waiting=is_waiting)
    return render_template(
        "votes/roll.html", page=page, is_waiting=is_waiting, after=number_argument("after"),
        current_place=page.scene.place, nav="matters",
    )  # fmt: skip


@blueprint.get("/<int:vote_id>/ballots")
@access("ballot.inspect")
def ask_ballots(vote_id: int) -> Any:
    """The form that asks why; nothing is shown before the look is in the log."""
    return _ballots(vote_id, InspectForm(formdata=None))


def _ballots(vote_id: int, form: InspectForm, status: int = 200, **shown: Any) -> Any:
    scene = queries.scene(vote_id)
    refuse(inspecting.refusal_to_inspect(current_actor(), scene.vote))
    return render_template(
        "votes/ballots.html", scene=scene, form=form, current_place=scene.place, nav="matters", **shown
    ), status


@blueprint.post("/<int:vote_id>/ballots")
@access("ballot.inspect")
def inspect_ballots(vote_id: int) -> Any:
    """One page of the ballots on this answer only; each page is a look of its own."""
    form = InspectForm()
    if not form.validate():
        return _ballots(vote_id, form, 422)
    with transaction():
        lines = service.inspect_ballots(
            current_actor(), vote_id=vote_id, reason=form.reason.data, after=form.after.data, now=clock.now()
        )
    return _ballots(vote_id, form, lines=lines)


@blueprint.get("/objections")
@access("vote.answer_objection")
def disputed() -> Any:
    """What an office still has to answer, and what was upheld and waits for a new version."""
    return render_template("votes/disputed.html", votes=queries.disputed(current_actor()), nav="desk")
