"""The tellers' table: what they have to read, one sheet, what clashes, and the end of the reading."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput, Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.votes import queries, rules, service
from deliberation.votes.forms import ConflictForm, ReadingForm, written_choice
from deliberation.votes.queries import paper
from deliberation.votes.rules import ConflictDecision, InvalidReason
from deliberation.votes.views.acting import done
from deliberation.votes.views.blueprint import blueprint


@blueprint.get("/<int:vote_id>/tellers")
@access("paper.enter")
def tellers(vote_id: int) -> Any:
    """What this teller has to read, to settle and to check; a ``number`` on the roll leads to that sheet."""
    scene, actor = queries.scene(vote_id), current_actor()
    require(actor, "paper.enter", scene.place.scope)
    number = number_argument("number")
    found = paper.sheet_with_number(vote_id, number) if number is not None else None
    if found is not None:
        return redirect(url_for("votes.sheet", token=found.paper.token))
    shown = render_template(
        "votes/tellers.html", scene=scene, work=paper.tellers_work(vote_id, actor.user_id), number=number,
        is_missing="number" in request.args, finish=queries.refusal_to_finish_count(actor, scene.vote), say=say,
        has_interest=actor.user_id in matters.interested_user_ids(scene.matter.id), user_id=actor.user_id,
        current_place=scene.place, nav="desk",
    )  # fmt: skip
    return shown, 404 if "number" in request.args else 200


@blueprint.get("/paper/<token>")
@access("paper.enter")
def sheet(token: str) -> Any:
    return _sheet_page(token, ReadingForm(formdata=None))


def _sheet_page(token: str, form: ReadingForm, *, sentence: str = "", status: int = 200) -> Any:
    found, actor = paper.sheet(token), current_actor()
    scene = queries.scene(found.paper.vote_id)
    require(actor, "paper.enter", scene.place.scope)
    readings = paper.readings_of(found.paper.id)
    shown = render_template(
        "votes/sheet.html", scene=scene, sheet=found, form=form, sentence=sentence,
        is_read=any(each.teller_id == actor.user_id for each in readings),
        differs=not found.paper.settled_at and len(readings) > 1,
        may_read=scene.vote.state in rules.READ_IN,
        has_interest=actor.user_id in matters.interested_user_ids(scene.matter.id),
        current_place=scene.place, nav="desk",
    )  # fmt: skip
    return shown, status


@blueprint.post("/paper/<token>")
@access("paper.enter")
def read_sheet(token: str) -> Any:
    """What this teller reads; when it cannot be taken, the page again with all that was entered."""
    form, found = ReadingForm(), paper.sheet(token)
    if not form.validate():
        return _sheet_page(token, form, sentence=say(BadInput()), status=422)
    try:
        with transaction():
            service.enter_reading(
                current_actor(),
                token=token,
                choice=form.choice.data or written_choice(request.form),
                invalid_reason=InvalidReason(form.invalid_reason.data) if form.invalid_reason.data else None,
                helper=form.helper.data or "",
                witness=form.witness.data or "",
                now=clock.now(),
            )
    except Refusal as refusal:
        return _sheet_page(token, form, sentence=say(refusal), status=refusal.status)
    flash(_("名册第 %(number)s 号录好了。", number=found.entry.number), "ok")
    return redirect(url_for("votes.tellers", vote_id=found.paper.vote_id))


@blueprint.post("/<int:vote_id>/conflicts/<int:conflict_id>")
@access("paper.enter")
def decide_conflict(vote_id: int, conflict_id: int) -> Any:
    form = ConflictForm()
    form.check()
    fields = {"decision": ConflictDecision(form.decision.data), "evidence": form.evidence.data or ""}
    target = url_for("votes.tellers", vote_id=vote_id)
    return done(target, service.decide_conflict, _("记下了。"), conflict_id=conflict_id, **fields)


@blueprint.post("/<int:vote_id>/finish-count")
@access("vote.close")
def finish_count(vote_id: int) -> Any:
    return done(url_for("votes.show", vote_id=vote_id), service.finish_count, _("票数已计好。"), vote_id=vote_id)
