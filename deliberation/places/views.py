"""Administrators: the places, and what stands on their pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotAllowed
from deliberation.kernel.web import access
from deliberation.places import queries, service
from deliberation.places.forms import NewPlaceForm, PlaceForm
from deliberation.places.models import Place
from deliberation.places.rules import in_the_dark, show_colour
from deliberation.places.wording import PLACE_KINDS

blueprint = Blueprint("places", __name__, url_prefix="/admin/places")
blueprint.add_app_template_filter(in_the_dark, "in_the_dark")
blueprint.add_app_template_global(show_colour, "show_colour")


def _may_administer(place: Place | None) -> bool:
    """Asked of the person the gate has recognised: this room stands below the one that knows people."""
    return bool(g.actor.may("places.administer", place.scope if place else ()))


def _require(place: Place | None) -> None:
    if not _may_administer(place):
        raise NotAllowed()


@blueprint.get("")
@access("places.administer")
def admin_index() -> Any:
    places = queries.all_places()
    mine = {place.id for place in places if _may_administer(place)}
    return render_template("places/admin_index.html", places=places, mine=mine, kinds=PLACE_KINDS)


@blueprint.route("/new", methods=["GET", "POST"])
@access("places.administer")
def new() -> Any:
    form = NewPlaceForm()
    form.parent_id.choices = _parents()
    if not form.wants_preview() and form.validate_on_submit():
        parent = queries.place(form.parent_id.data) if form.parent_id.data else None
        _require(parent)
        details = {name: form.data[name] for name in service.DETAILS}
        with transaction():
            place = service.create_place(
                code=form.code.data, plate=form.plate.data, kind=form.kind.data, parent=parent, **details
            )
        flash(_("「%(name)s」加好了。", name=place.name), "ok")
        return redirect(url_for("places.admin_index"))
    return render_template("places/form.html", form=form, place=None), 422 if form.errors else 200


def _parents() -> list[tuple[int, str]]:
    below = [(place.id, place.full_name) for place in queries.all_places() if _may_administer(place)]
    return [*below, *([(0, _("不属于哪里，是最上一级"))] if _may_administer(None) else [])]


@blueprint.route("/<code>", methods=["GET", "POST"])
@access("places.administer")
def edit(code: str) -> Any:
    place = queries.place_by_code(code)
    _require(place)
    form = PlaceForm(obj=place)
    if not form.wants_preview() and form.validate_on_submit():
        with transaction():
            service.describe_place(place.id, {name: form.data[name] for name in service.DETAILS})
        flash(_("改好了。"), "ok")
        return redirect(url_for("places.admin_index"))
    return render_template("places/form.html", form=form, place=place), 422 if form.errors else 200


@blueprint.post("/colour")
@access("places.administer")
def colour() -> Any:
    """How the colour that is being typed would look, for the page to show meanwhile; nothing is stored."""
    return jsonify(ok=True, html=render_template("places/_colour.html", form=PlaceForm()))
