"""Merging several from the queue, and the second liaison's page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.proposals import forms, queries, service
from deliberation.proposals.views.common import blueprint, chosen
from deliberation.proposals.views.screening import note_unknown_number, queue_page


@blueprint.post("/merges")
@access("proposal.screen")
def request_merges() -> Any:
    """Ask to join the ticked proposals to one; the one itself may be ticked among them."""
    form, ticked = forms.MergeForm(), chosen("ids")
    into = queries.proposal_by_number(form.into.data or "") if form.validate() else None
    joining = ticked - {into.id} if into else frozenset()
    if into is None or not joining:
        note_unknown_number(form)
        form.form_errors = [] if ticked else [_("还没勾选要并的提案。")]
        return queue_page(form, ticked=ticked, status=422)
    with transaction():
        service.request_merges(
            current_actor(), proposal_ids=joining, into_id=into.id, reason=form.reason.data, now=clock.now()
        )
    flash(_("已请另一位联络员复核并案。复核以前，提案还是原样。"), "ok")
    return redirect(url_for("proposals.screening"))


@blueprint.get("/merges")
@access("proposal.confirm_merge")
def merges() -> Any:
    return _merges_page(forms.DeclineForm(formdata=None))


def _merges_page(form: forms.DeclineForm, *, ticked: frozenset[int] = frozenset(), status: int = 200) -> Any:
    actor = current_actor()
    groups = queries.merge_groups(actor)
    page = render_template("proposals/merges.html", nav="desk", groups=groups, form=form, chosen=ticked)
    return page, status


@blueprint.post("/merges/confirm")
@access("proposal.confirm_merge")
def confirm_merges() -> Any:
    ticked = chosen("requests")
    with transaction():
        service.confirm_merges(current_actor(), request_ids=ticked, now=clock.now())
    flash(
        ngettext(
            "%(num)s 件已并案，提出人都还在，都已通知。", "%(num)s 件已并案，提出人都还在，都已通知。", len(ticked)
        ),
        "ok",
    )
    return redirect(url_for("proposals.merges"))


@blueprint.post("/merges/decline")
@access("proposal.confirm_merge")
def decline_merges() -> Any:
    form, ticked = forms.DeclineForm(), chosen("requests")
    if not form.validate():
        return _merges_page(form, ticked=ticked, status=422)
    with transaction():
        service.decline_merges(current_actor(), request_ids=ticked, reason=form.reason.data, now=clock.now())
    flash(_("没有并案，这几件回到待筛选。"), "ok")
    return redirect(url_for("proposals.merges"))
