"""Voting at the help desk: find the voter, fill in what they say with a witness beside, print the receipt."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument
from deliberation.meetings.pages import public_address
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.votes import queries, rules, service
from deliberation.votes.forms import AssistForm
from deliberation.votes.queries import assisting, proxies, sheets
from deliberation.votes.views import printing
from deliberation.votes.views.blueprint import blueprint


def _desk(vote_id: int) -> queries.Scene:
    scene = queries.scene(vote_id)
    require(current_actor(), "ballot.assist", scene.place.scope)
    return scene


@blueprint.get("/<int:vote_id>/assist")
@access("ballot.assist")
def assist(vote_id: int) -> Any:
    """First the number on the roll; then that voter's ballot."""
    form = AssistForm(formdata=None)
    form.number.data, form.client_ballot_id.data = number_argument("number"), str(uuid4())
    return _page(_desk(vote_id), form)


def _page(scene: queries.Scene, form: AssistForm, *, status: int = 200, sentence: str = "") -> Any:
    vote, number, actor = scene.vote, form.number.data, current_actor()
    entry = proxies.voter_with_number(vote.id, number) if number else None
    if number and entry is None and not sentence:
        sentence, status = say(rules.NoSuchNumber(number=number)), 404
    parts = sheets.parts_between(vote.id, entry.number, entry.number).get(entry.id, []) if entry else []
    refusal = assisting.refusal_now(actor, scene, entry, now=clock.now())
    shown = render_template(
        "votes/assist.html", scene=scene, form=form, entry=entry, parts=printing.parts_lines(parts),
        helper=actor.name, refusal=refusal, sentence=sentence, say=say, current_place=scene.place, nav="desk",
        heard=assisting.heard(entry) if entry else None, recent=assisting.recent(vote.id),
    )  # fmt: skip
    return shown, status


@blueprint.post("/<int:vote_id>/assist")
@access("ballot.assist")
def assist_ballot(vote_id: int) -> Any:
    form, scene = AssistForm(), _desk(vote_id)
    if not form.validate():
        if form.client_ballot_id.errors:
            form.client_ballot_id.data = str(uuid4())
        return _page(scene, form, status=422)
    try:
        with transaction():
            ballot = service.assist_ballot(
                current_actor(), vote_id=vote_id, number=form.number.data or 0, choice=form.said,
                reason=form.reason.data, witness=form.witness.data, client_ballot_id=form.client_ballot_id.data,
                now=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _page(scene, form, status=refusal.status, sentence=say(refusal))
    flash(_("记下了。请把回执打印给本人，或者请本人抄下查票码。"), "ok")
    return redirect(url_for("votes.assisted", vote_id=vote_id, ballot_id=ballot.id))


@blueprint.get("/<int:vote_id>/assist/<int:ballot_id>")
@access("ballot.assist")
def assisted(vote_id: int, ballot_id: int) -> Any:
    """The receipt to print: that the ballot is in, who helped and who watched, never what was chosen."""
    scene = _desk(vote_id)
    found = assisting.assisted(vote_id, ballot_id)
    address = public_address(url_for("votes.receipt", vote_id=vote_id, given=found.ballot.leaf_hash.hex()))
    return render_template(
        "votes/assisted.html", scene=scene, found=found, address=address, qr=printing.qr_markup(address),
        current_place=scene.place, nav="desk",
    )  # fmt: skip
