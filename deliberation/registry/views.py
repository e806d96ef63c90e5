"""The owners' register of a place: its sums, a file to read, what is wrong in it, and taking it over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.sheet_lines import FileMissing, NoRows
from deliberation.kernel.sheets import XLSX
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.registry import files, queries, rules, service

blueprint = Blueprint("registry", __name__, url_prefix="/register")


@blueprint.get("/template.<any(csv,xlsx):kind>")
@access("register.keep")
def template(kind: str) -> Any:
    """An empty file; the sheet has an example beside it."""
    data, mimetype = (files.template_csv(), "text/csv") if kind == "csv" else (files.template_xlsx(), XLSX)
    headers = {"Content-Disposition": f'attachment; filename="register.{kind}"'}
    return Response(data, mimetype=mimetype, headers=headers)


@blueprint.get("/<code>")
@access("register.keep")
def show(code: str) -> Any:
    return _page(code, None)


def _page(code: str, reading: rules.Reading | None, status: int = 200, refusal: Refusal | None = None) -> Any:
    place = queries.place_to_keep(current_actor(), code)
    shows_draft = reading is None and refusal is None
    draft = queries.draft(place.id, current_actor().user_id) if shows_draft else None
    if draft is not None:
        reading = rules.Reading(rows=draft.rows)
    sums = queries.sums(place.id)
    is_right = reading is not None and not reading.errors
    shown = render_template(
        "registry/show.html", place=place, current_place=place, sums=sums, reading=reading, draft=draft, nav="matters",
        changes=queries.changes(place.id, reading.rows) if reading is not None and is_right and sums.parts else None,
        others=queries.accounts_of_others(reading.rows) if reading is not None and is_right else [],
        fault=say(refusal) if refusal is not None else "",
    )  # fmt: skip
    return shown, status


@blueprint.post("/<code>")
@access("register.keep")
def read(code: str) -> Any:
    """Read a file. With anything wrong in it nothing is kept, and each fault is shown with its line."""
    place = queries.place_to_keep(current_actor(), code)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(code, None, 422, FileMissing())
    data = sent.read()
    try:
        reading = rules.read_rows(files.read_table(data), buildings=places.names_of_buildings(place.id))
    except Refusal as refusal:
        return _page(code, None, refusal.status, refusal)
    with transaction():
        service.keep_draft(
            current_actor(), place_id=place.id, file_name=sent.filename, data=data, reading=reading, now=clock.now()
        )
    if not reading.rows:
        return _page(code, None, 422, NoRows())
    return _page(code, reading, 422) if reading.errors else redirect(url_for("registry.show", code=code))


@blueprint.post("/<code>/take-over")
@access("register.keep")
def take_over(code: str) -> Any:
    place = queries.place_to_keep(current_actor(), code)
    with transaction():
        parts = service.take_over(current_actor(), place_id=place.id, now=clock.now())
    flash(_("名册换好了，一共 %(parts)s 个部位。", parts=parts), "ok")
    return redirect(url_for("registry.show", code=code))
