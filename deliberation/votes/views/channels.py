"""Voting by other ways than the page: sheets of paper and their tellers, and agents with an authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access
from deliberation.meetings.pages import public_address
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.votes import queries, service
from deliberation.votes.forms import ConflictForm, ProxyForm, ReadingForm, written_choice
from deliberation.votes.queries import paper
from deliberation.votes.rules import ConflictDecision, InvalidReason
from deliberation.votes.views.blueprint import blueprint


def _done(target: str, act: Callable[..., Any], said: str, /, **fields: Any) -> Any:
    with transaction():
        act(current_actor(), now=clock.now(), **fields)
    flash(said, "ok")
    return redirect(target)


@blueprint.post("/<int:vote_id>/paper")
@access("paper.print")
def print_sheets(vote_id: int) -> Any:
    target = url_for("votes.sheets", vote_id=vote_id)
    return _done(target, service.print_sheets, _("每一户一张，可以打印了。"), vote_id=vote_id)


@blueprint.get("/<int:vote_id>/paper")
@access("paper.print")
def sheets(vote_id: int) -> Any:
    """Every sheet, one a page, to be printed or kept as PDF by the browser."""
    scene = queries.scene(vote_id)
    require(current_actor(), "paper.print", scene.place.scope)
    return render_template("votes/sheets.html", scene=scene, sheets=paper.sheets(vote_id), qr=_code_of)


def _code_of(token: str) -> Markup:
    """The code that leads a teller to the sheet."""
    picture = segno.make(public_address(f"/votes/paper/{token}"), error="m", micro=False)
    return Markup(picture.svg_inline(scale=3, border=2))  # noqa: S704 - our own drawing, no text of anybody in it


@blueprint.get("/<int:vote_id>/tellers")
@access("paper.enter")
def tellers(vote_id: int) -> Any:
    """What tellers still have to read or to decide."""
    scene = queries.scene(vote_id)
    require(current_actor(), "paper.enter", scene.place.scope)
    return render_template(
        "votes/tellers.html", scene=scene, work=paper.tellers_work(vote_id), current_place=scene.place, nav="desk"
    )


@blueprint.get("/paper/<token>")
@access("paper.enter")
def sheet(token: str) -> Any:
    found = paper.sheet(token)
    scene = queries.scene(found.paper.vote_id)
    require(current_actor(), "paper.enter", scene.place.scope)
    own = [each for each in paper.readings_of(found.paper.id) if each.teller_id == current_actor().user_id]
    return render_template(
        "votes/sheet.html", scene=scene, sheet=found, own=own[0] if own else None, form=ReadingForm(formdata=None),
        current_place=scene.place, nav="desk",
    )  # fmt: skip


@blueprint.post("/paper/<token>")
@access("paper.enter")
def read_sheet(token: str) -> Any:
    form = ReadingForm()
    form.check()
    vote_id = paper.sheet(token).paper.vote_id
    fields = {
        "token": token,
        "choice": form.choice.data or written_choice(request.form),
        "invalid_reason": InvalidReason(form.invalid_reason.data) if form.invalid_reason.data else None,
        "helper": form.helper.data or "",
        "witness": form.witness.data or "",
    }
    return _done(url_for("votes.tellers", vote_id=vote_id), service.enter_reading, _("录好了。"), **fields)


@blueprint.post("/paper/<token>/spoil")
@access("paper.print")
def spoil_sheet(token: str) -> Any:
    vote_id = paper.sheet(token).paper.vote_id
    return _done(url_for("votes.sheets", vote_id=vote_id), service.spoil_sheet, _("这一张作废了。"), token=token)


@blueprint.post("/<int:vote_id>/conflicts/<int:conflict_id>")
@access("paper.enter")
def decide_conflict(vote_id: int, conflict_id: int) -> Any:
    form = ConflictForm()
    form.check()
    fields = {"decision": ConflictDecision(form.decision.data), "evidence": form.evidence.data or ""}
    target = url_for("votes.tellers", vote_id=vote_id)
    return _done(target, service.decide_conflict, _("记下了。"), conflict_id=conflict_id, **fields)


@blueprint.post("/<int:vote_id>/finish-count")
@access("vote.close")
def finish_count(vote_id: int) -> Any:
    return _done(url_for("votes.show", vote_id=vote_id), service.finish_count, _("票数已计好。"), vote_id=vote_id)


@blueprint.post("/<int:vote_id>/proxies")
@access("proxy.give")
def give_proxy(vote_id: int) -> Any:
    form = ProxyForm()
    form.check()
    fields = {
        "vote_id": vote_id,
        "roll_entry_id": form.roll_entry_id.data,
        "agent_address": form.agent_address.data,
        "opinion": form.choice.data or written_choice(request.form),
        "valid_until": form.valid_until.data,
    }
    return _done(url_for("votes.show", vote_id=vote_id), service.give_proxy, _("委托好了，对方收到了通知。"), **fields)


@blueprint.post("/<int:vote_id>/proxies/<int:authority_id>/revoke")
@access("proxy.give")
def revoke_proxy(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.show", vote_id=vote_id)
    return _done(target, service.revoke_proxy, _("委托撤回了。"), authority_id=authority_id)


@blueprint.post("/<int:vote_id>/proxies/<int:authority_id>/cast")
@access("ballot.cast")
def cast_by_proxy(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.show", vote_id=vote_id)
    return _done(target, service.cast_by_proxy, _("照委托投好了，本人收到了通知。"), authority_id=authority_id)
