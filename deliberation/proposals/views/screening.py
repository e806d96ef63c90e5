"""The liaison's queue, and one page a proposal with four ways of handling it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import Form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.proposals import forms, queries, service
from deliberation.proposals.views.common import blueprint, chosen
from deliberation.proposals.wording import KINDS, REDIRECTS

SHEETS: dict[str, type[Form]] = {
    "return": forms.ReturnForm,
    "redirect": forms.RedirectForm,
    "merge": forms.MergeForm,
    "identity": forms.IdentityForm,
}


@blueprint.get("/screening")
@access("proposal.screen")
def screening() -> Any:
    """What waits for an answer, due first; several can be joined to one from here."""
    return queue_page(forms.MergeForm(formdata=None))


def queue_page(form: forms.MergeForm, *, ticked: frozenset[int] = frozenset(), status: int = 200) -> Any:
    actor = current_actor()
    lines = queries.queue(actor)
    targets = queries.merge_targets(actor)
    page = render_template(
        "proposals/screening.html", nav="desk", lines=lines, targets=targets, form=form, chosen=ticked, kinds=KINDS
    )
    return page, status


def sheet(name: str) -> Form:
    """One of the page's forms, with field names of its own."""
    return SHEETS[name](prefix=name)


def screen_page(proposal_id: int, *, submitted: Form | None = None, shown: User | None = None) -> Any:
    """The proposal, what is like it, and the forms; ``submitted`` comes back with all that was typed."""
    actor = current_actor()
    proposal = queries.proposal(proposal_id)
    place = places.place(proposal.place_id)
    require(actor, "proposal.screen", place.scope)
    matter = matters.matter(proposal.matter_id)
    said = f"{proposal.title} {proposal.text}"
    sheets = {
        name: submitted if isinstance(submitted, kind) else kind(prefix=name, formdata=None)
        for name, kind in SHEETS.items()
    }
    page = render_template(
        "proposals/screen.html",
        nav="desk",
        part=queries.on_matter(matter, actor, now=clock.now()),
        matter=matter,
        current_place=place,
        alike=queries.alike(place.id, said, now=clock.now(), besides=proposal.id, limit=5),
        pending=queries.pending_merge_of(proposal.id),
        targets=queries.merge_targets(actor),
        sheets=sheets,
        shown=shown,
        kinds=KINDS,
        redirects=REDIRECTS,
        open_sheet=submitted,
    )
    return page, 422 if submitted is not None and submitted.errors else 200


@blueprint.get("/<int:proposal_id>/screen")
@access("proposal.screen")
def screen(proposal_id: int) -> Any:
    return screen_page(proposal_id)


def _next(sentence: str) -> Any:
    """On to what waits next."""
    flash(sentence, "ok")
    return redirect(url_for("proposals.screening"))


@blueprint.post("/<int:proposal_id>/accept")
@access("proposal.screen")
def accept(proposal_id: int) -> Any:
    with transaction():
        proposal = service.accept(current_actor(), proposal_id=proposal_id, now=clock.now())
    return _next(_("已受理「%(title)s」，提出人已收到通知。接下来把它排进议程。", title=proposal.title))


@blueprint.post("/screening/accept")
@access("proposal.screen")
def accept_many() -> Any:
    """Take in the ticked ones together; when one of them cannot be, none is."""
    ticked = sorted(chosen("ids"))
    if not ticked:
        form = forms.MergeForm(formdata=None)
        form.form_errors = [_("还没勾选要受理的提案。")]
        return queue_page(form, status=422)
    with transaction():
        for proposal_id in ticked:
            service.accept(current_actor(), proposal_id=proposal_id, now=clock.now())
    return _next(
        ngettext(
            "%(num)s 件已受理，提出人都收到了通知。接下来把它们排进议程。",
            "%(num)s 件已受理，提出人都收到了通知。接下来把它们排进议程。",
            len(ticked),
        )
    )


@blueprint.post("/<int:proposal_id>/return")
@access("proposal.screen")
def return_for_changes(proposal_id: int) -> Any:
    form: Any = sheet("return")
    if not form.validate():
        return screen_page(proposal_id, submitted=form)
    with transaction():
        proposal = service.return_for_changes(
            current_actor(), proposal_id=proposal_id, reason=form.reason.data, now=clock.now()
        )
    return _next(_("已退回「%(title)s」，理由已原样告诉提出人。", title=proposal.title))


@blueprint.post("/<int:proposal_id>/redirect", endpoint="redirect")
@access("proposal.screen")
def redirect_elsewhere(proposal_id: int) -> Any:
    form: Any = sheet("redirect")
    if not form.validate():
        return screen_page(proposal_id, submitted=form)
    channel, reason = form.chosen(), form.reason.data
    with transaction():
        proposal = service.redirect(
            current_actor(), proposal_id=proposal_id, channel=channel, reason=reason, now=clock.now()
        )
    return _next(_("已转办「%(title)s」，去哪里办已告诉提出人。", title=proposal.title))


@blueprint.post("/<int:proposal_id>/merge")
@access("proposal.screen")
def merge(proposal_id: int) -> Any:
    form: Any = sheet("merge")
    into = queries.proposal_by_number(form.into.data or "") if form.validate() else None
    if into is None:
        note_unknown_number(form)
        return screen_page(proposal_id, submitted=form)
    with transaction():
        service.request_merge(
            current_actor(), proposal_id=proposal_id, into_id=into.id, reason=form.reason.data, now=clock.now()
        )
    return _next(_("已请另一位联络员复核并案。复核以前，提案还是原样。"))


def note_unknown_number(form: Any) -> None:
    """Say that there is no matter of that number, unless the field already says what is wrong."""
    if form.into.data and not form.into.errors and not queries.proposal_by_number(form.into.data):
        form.into.errors = [_("没有这个编号的提案，请从列表里选，或照样抄一遍编号。")]


@blueprint.post("/<int:proposal_id>/author")
@access("person.see_identity")
def see_author(proposal_id: int) -> Any:
    """Show the liaison who proposed it; the look is recorded."""
    form: Any = sheet("identity")
    if not form.validate():
        return screen_page(proposal_id, submitted=form)
    with transaction():
        author = service.see_author(current_actor(), proposal_id=proposal_id, reason=form.reason.data, now=clock.now())
    return screen_page(proposal_id, submitted=form, shown=author)
