"""Contractors and their points, for everybody to read; deductions, appeals and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import queries, service
from deliberation.cases.forms import projects as forms
from deliberation.cases.models import PointEntry
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import ENTRIES
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.forms import Form, say_on, with_form
from deliberation.kernel.web import access, number_argument
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.photos import queries as photo_queries
from deliberation.photos import service as photos
from deliberation.photos import serving
from deliberation.places import queries as places


def _year() -> int:
    return number_argument("year") or clock.shanghai_date(clock.now()).year


@blueprint.get("/contractors")
@access("pages.read")
def contractors() -> Any:
    year = _year()
    return render_template("cases/contractors.html", nav="matters", year=year, balances=queries.balances(year))


@blueprint.get("/contractors/<int:contractor_id>")
@access("pages.read")
def contractor(contractor_id: int) -> Any:
    return _ledger(contractor_id, _year())


def _ledger(contractor_id: int, year: int, sent: Form | None = None) -> str:
    """A firm's year, with a form for each deduction and each appeal; ``sent`` stands in its own place."""
    actor = current_actor()
    page = queries.ledger_page(contractor_id, year, reader_id=actor.user_id)
    appeals = {entry.id: _own(forms.AppealForm, entry.id, sent) for entry in page.entries}
    decides = {raised.id: _own(forms.DecideForm, raised.id, sent) for raised in page.appeals.values()}
    return with_form(
        sent, "cases/contractor.html", nav="matters", page=page, appeals=appeals, decides=decides,
        may_decide=actor.may("points.decide"), me=actor.user_id,
    )  # fmt: skip


def _own(kind: type[Form], key: int, sent: Form | None = None) -> Form:
    """Its fields have names of their own: several stand on one page."""
    made = kind(prefix=f"{kind.__name__.removesuffix('Form').lower()}{key}")
    return sent if sent is not None and sent._prefix == made._prefix else made


@blueprint.route("/<int:case_id>/points", methods=["GET", "POST"])
@access("points.record")
def deduct(case_id: int) -> Any:
    """Take points off for what was found in a case; the evidence is stored with the line, both or neither."""
    case, status = queries.case(case_id), 200
    require(current_actor(), "points.record", places.place(case.place_id).scope)
    form = forms.DeductForm()
    form.contractor_id.choices = queries.firm_choices()
    if form.validate_on_submit():
        try:
            with transaction():
                entry = _deduct(case_id, form)
        except Refusal as refusal:
            say_on(form, refusal, ENTRIES)
            status = refusal.status
        else:
            flash(_("记下了。这家单位 15 天内可以申诉。"), "ok")
            return redirect(url_for("cases.contractor", contractor_id=entry.contractor_id))
    shown = {"form": form, "case": case, "matter": matters.matter(case.matter_id)}
    return render_template("cases/points.html", nav="desk", **shown), 422 if form.errors and status == 200 else status


def _deduct(case_id: int, form: Any) -> Any:
    actor, now, photo_id = current_actor(), clock.now(), None
    if form.photo.data:
        folder = current_app.extensions["settings"].uploads
        photo_id = photos.store(
            form.photo.data, caption=form.reason.data[:80], uploaded_by_id=actor.user_id or 0, now=now, folder=folder,
            is_private=True,
        ).id  # fmt: skip
    given = {name: form[name].data for name in ("contractor_id", "points", "reason")}
    return service.deduct(actor, case_id=case_id, photo_id=photo_id, now=now, **given)


@blueprint.post("/points/<int:entry_id>/appeal")
@access("points.appeal")
def appeal(entry_id: int) -> Any:
    form, entry = _own(forms.AppealForm, entry_id), queries.point_entry(entry_id)
    return _settled(
        form,
        entry,
        lambda: service.appeal(current_actor(), entry_id=entry_id, text=form.text.data, now=clock.now()),
        _("申诉收到了，由没有记这一笔的人来定，结果会公开。"),
    )


def _settled(form: Form, entry: PointEntry, act: Callable[[], Any], sentence: str) -> Any:
    """Do ``act`` with a form of the ledger; what is wrong, or refused, is said on it."""
    if not form.validate():
        return _ledger(entry.contractor_id, entry.year, form), 422
    try:
        with transaction():
            act()
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _ledger(entry.contractor_id, entry.year, form), refusal.status
    flash(sentence, "ok")
    return redirect(url_for("cases.contractor", contractor_id=entry.contractor_id))


@blueprint.post("/appeals/<int:appeal_id>/decide")
@access("points.decide")
def decide(appeal_id: int) -> Any:
    form, entry = _own(forms.DecideForm, appeal_id), queries.entry_of_appeal(appeal_id)

    def act() -> Any:
        given = {"is_upheld": form.is_upheld.data == "1", "answer": form.answer.data}
        return service.decide(current_actor(), appeal_id=appeal_id, **given, now=clock.now())

    return _settled(form, entry, act, _("定下来了，结果和理由已经公开。"))


@blueprint.get("/points/<int:entry_id>/photo")
@access("points.appeal")
def point_photo(entry_id: int) -> Any:
    """The evidence, for the firm and for the offices of the place."""
    entry, actor = queries.point_entry(entry_id), current_actor()
    scope = queries.scope_of_entry(entry)
    is_office = actor.may("points.record", scope) or actor.may("points.decide", scope)
    if entry.photo_id is None or not (is_office or queries.is_of_firm(actor.user_id, entry.contractor_id)):
        raise NotFound()
    return serving.private_picture(photo_queries.photos_by_id([entry.photo_id])[entry.photo_id])
