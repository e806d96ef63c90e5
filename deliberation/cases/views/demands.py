"""Taking demands down at the desk, one after the other, or from a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.cases import demand_sheets, queries, rules, service
from deliberation.cases.forms.demands import DemandForm
from deliberation.cases.models import Demand
from deliberation.cases.rules import DemandReading
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.wording import limit_choice
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotAllowed, Refusal
from deliberation.kernel.forms import clean_text, new_key
from deliberation.kernel.i18n import say
from deliberation.kernel.sheet_lines import FileMissing, NoRows
from deliberation.kernel.sheets import XLSX, read_table
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.places.models import Place


@blueprint.get("/take-in")
@access("demand.take_in")
def take_in_form() -> Any:
    return _take_in_page(_new_form())


@blueprint.post("/take-in")
@access("demand.take_in")
def take_in() -> Any:
    """Take one down and show the empty form again, for the next caller. What reads alike is shown once, before."""
    return _take_in(is_solved=False)


@blueprint.post("/take-in/solved")
@access("demand.solve")
def take_in_solved() -> Any:
    """The same for what was settled on the spot, in the one step."""
    return _take_in(is_solved=True)


def _take_in(*, is_solved: bool) -> Any:
    form = _new_form()
    if not form.validate():
        if form.submission_key.errors:
            form.submission_key.data = new_key()
        return _take_in_page(form, status=422)
    place, heard, now = places.place_by_code(form.place.data), form.heard(), clock.now()
    if not form.joins.data and not form.is_new.data:
        found = queries.alike(place.id, f"{heard.title} {heard.text}", now=now)
        if found:
            return _take_in_page(form, alike=found, status=422)
    try:
        with transaction():
            demand = _take(form, place, is_solved=is_solved)
    except Refusal as refusal:
        return _take_in_page(form, sentence=say(refusal), status=refusal.status)
    matter = matters.matter(demand.matter_id)
    flash(_said(demand, matter), "ok")
    kept = {"place": place.code, "source": form.source.data, "heard_on": form.heard_on.data, "done": matter.number}
    return redirect(url_for("cases.take_in_form", **kept))


def _take(form: DemandForm, place: Place, *, is_solved: bool) -> Demand:
    actor, now = current_actor(), clock.now()
    if form.joins.data:
        return service.join(actor, number=form.joins.data, heard=form.heard(), now=now)
    return service.take_in(
        actor, place_id=place.id, heard=form.heard(), course=form.chosen(is_solved=is_solved), now=now
    )


def _said(demand: Demand, matter: Matter) -> str:
    if not demand.is_first:
        return _("已记到 %(plate)s 名下，那一件有进展，提出的人一样会知道。", plate=matter.plate)
    if demand.solution:
        return _("已登记为 %(plate)s，当场办好，结果告知已经发出。", plate=matter.plate)
    return _("已登记为 %(plate)s。现在在 %(who)s 手里。", plate=matter.plate, who=matter.holder_name)


def _new_form() -> DemandForm:
    """The form of the place that was asked for, else of the first one; source and day stay from the last caller."""
    actor = current_actor()
    found = queries.places_to_take_in(actor)
    if not found:
        raise NotAllowed()
    place = next((each for each in found if each.code == request.values.get("place")), found[0])
    handlers = queries.handlers_in(place.scope) if actor.may("case.dispatch", place.scope) else ()
    limits = queries.limits_in(place.scope)
    choices = [(name, limit_choice(name, limits[name])) for name in rules.REPLY_LIMITS]
    form = DemandForm(places=found, handlers=handlers, limits=choices)
    if request.method == "GET":
        source = request.args.get("source", "")
        form.source.data = source if source in rules.TYPED_IN else str(rules.DemandSource.phone)
        form.place.data, form.submission_key.data = place.code, new_key()
        form.heard_on.data = _day(request.args.get("heard_on", ""))
    return form


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return clock.shanghai_date(clock.now())


def _take_in_page(form: DemandForm, *, status: int = 200, **more: Any) -> Any:
    found = queries.places_to_take_in(current_actor())
    place = next((each for each in found if each.code == form.place.data), found[0])
    if more.get("alike"):
        form.is_new.data = "1"
    page = render_template(
        "cases/take_in.html",
        nav="desk",
        form=form,
        firms=queries.firm_names(),
        places=found,
        place=place,
        may_solve=current_actor().may("demand.solve", place.scope),
        may_import=current_actor().may("demand.import", place.scope),
        done=request.args.get("done", "") if request.method == "GET" else "",
        **{"alike": [], "sentence": "", **more},
    )
    return page, status


@blueprint.post("/alike")
@access("demand.take_in")
def alike() -> Any:
    """Matters like what is being typed in, however they came in.

    By POST: what is typed may be private, and no address tells it.
    """
    place = places.place_by_code(request.form.get("place", ""))
    require(current_actor(), "demand.take_in", place.scope)
    text = clean_text(request.form.get("text", ""))[:2000]
    found = queries.alike(place.id, text, now=clock.now())
    return jsonify(ok=True, html=render_template("cases/_alike.html", alike=found))


@blueprint.post("/demands/<int:demand_id>/contact")
@access("demand.take_in")
def see_contact(demand_id: int) -> Any:
    """Whom to call back; each look is in the log."""
    with transaction():
        demand = service.see_contact(current_actor(), demand_id=demand_id, now=clock.now())
    matter = matters.matter(demand.matter_id)
    return render_template("cases/contact.html", nav="desk", demand=demand, matter=matter)


@blueprint.get("/private/<code>")
@access("pages.read")
def private_totals(code: str) -> Any:
    """What everybody may know of private matters."""
    place = places.place_by_code(code)
    return render_template(
        "cases/private_totals.html", nav="matters", place=place, current_place=place,
        table=queries.private_totals(place), needs=list(rules.NEED_WORDS.values()),
    )  # fmt: skip


# A file


@blueprint.get("/demands.<any(csv,xlsx):kind>")
@access("demand.import")
def demand_template(kind: str) -> Any:
    """An empty file; the sheet has an example beside it."""
    data, mimetype = (demand_sheets.csv(), "text/csv") if kind == "csv" else (demand_sheets.xlsx(), XLSX)
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="demands.{kind}"'})


@blueprint.get("/from-file/<code>")
@access("demand.import")
def demand_file(code: str) -> Any:
    return _file_page(_place_to_import(code))


def _place_to_import(code: str) -> Place:
    place = places.place_by_code(code)
    require(current_actor(), "demand.import", place.scope)
    return place


def _file_page(place: Place, *, reading: DemandReading | None = None, fault: str = "", status: int = 200) -> Any:
    kept = queries.file_read(place.id, current_actor().user_id) if reading is None and not fault else None
    rows = kept.rows if kept is not None else []
    page = render_template(
        "cases/demand_file.html", nav="desk", place=place, current_place=place, kept=kept, rows=rows, fault=fault,
        errors=reading.errors if reading is not None else [], words=demand_sheets.WORDED,
    )  # fmt: skip
    return page, status


@blueprint.post("/from-file/<code>")
@access("demand.import")
def read_demand_file(code: str) -> Any:
    """Read a file. With anything wrong in it nothing is kept, and each fault is shown with its line."""
    place, now = _place_to_import(code), clock.now()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _file_page(place, fault=say(FileMissing()), status=422)
    data = sent.read()
    try:
        table = read_table(data, most=rules.MOST_LINES, keeps_days=True)
        handlers, today = queries.handlers_by_word(place), clock.shanghai_date(now)
        reading = rules.read_demands(table, handlers=handlers, today=today)
    except Refusal as refusal:
        return _file_page(place, fault=say(refusal), status=refusal.status)
    with transaction():
        name = sent.filename
        service.keep_file(current_actor(), place_id=place.id, file_name=name, data=data, reading=reading, now=now)
    if reading.errors:
        return _file_page(place, reading=reading, status=422)
    if not reading.rows:
        return _file_page(place, fault=say(NoRows()), status=422)
    return redirect(url_for("cases.demand_file", code=code))


@blueprint.post("/from-file/<code>/take-over")
@access("demand.import")
def take_over_demand_file(code: str) -> Any:
    place = _place_to_import(code)
    with transaction():
        count = service.take_over_file(current_actor(), place_id=place.id, now=clock.now())
    flash(_("%(count)s 件都登记好了，写了办理人的已经派单。", count=count), "ok")
    return redirect(url_for("cases.index"))
