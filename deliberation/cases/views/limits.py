"""The administrator's table of deadlines."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, queries, rules, service, wording
from deliberation.cases.queries import LimitLine
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import ENTRIES
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.forms import Form, say_on, with_form
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.get("/limits")
@access("limit.administer")
def limits() -> Any:
    return render_template("cases/limits.html", page=queries.limits_page(), words=rules.LIMIT_WORDS, wording=wording)


@blueprint.route("/limits/<name>", methods=["GET", "POST"])
@access("limit.administer")
def limit(name: str) -> Any:
    """One limit: what holds, where it is otherwise, and the form that changes it."""
    line = _line(name)
    form = _sheet(line)
    if form.validate_on_submit():
        given = {field: form.data[field] for field in ("value", "unit", "basis", "reason")}
        place_id = form.place_id.data or None
        try:
            with transaction():
                service.set_limit(current_actor(), name=name, place_id=place_id, now=clock.now(), **given)
        except Refusal as refusal:
            say_on(form, refusal, ENTRIES)
        else:
            flash(_("改好了。从现在起照新的算，已经定下的日子不变。"), "ok")
            return redirect(url_for("cases.limits"))
    return _limit_page(line, form)


@blueprint.post("/limits/<int:limit_id>/drop")
@access("limit.administer")
def drop_limit(limit_id: int) -> Any:
    form, line = _drop_sheet(limit_id), _line(queries.limit_row(limit_id).name)
    if not form.validate():
        return _limit_page(line, _sheet(line), dropping=form)
    try:
        with transaction():
            service.drop_limit(current_actor(), limit_id, reason=form.reason.data, now=clock.now())
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _limit_page(line, _sheet(line), dropping=form)
    flash(_("取消了，这里重新照上一级的算。"), "ok")
    return redirect(url_for("cases.limit", name=line.name))


def _sheet(line: LimitLine) -> forms.LimitForm:
    """The form with what holds now."""
    words = wording.basis(line.name, line.limit.basis)
    form = forms.LimitForm(value=line.limit.value, unit=line.limit.unit, basis=words)
    form.place_id.choices = [(0, _("所有地方")), *_places_administered()]
    return form


def _drop_sheet(limit_id: int) -> Form:
    """Its fields have names of their own: several stand on one page."""
    return forms.DropLimitForm(prefix=f"drop{limit_id}")


def _line(name: str) -> LimitLine:
    found = [line for line in queries.limits_page().lines if line.name == name]
    if not found:
        raise NotFound()
    return found[0]


def _places_administered() -> list[tuple[int, str]]:
    actor = current_actor()
    return [(place.id, place.full_name) for place in places.all_places() if actor.may("limit.administer", place.scope)]


def _limit_page(line: LimitLine, form: Form, *, dropping: Form | None = None) -> Any:
    drops = {row.id: _drop_sheet(row.id) for row, _place, _limit in line.overrides}
    drops |= {key: dropping for key, empty in drops.items() if dropping and dropping._prefix == empty._prefix}
    shown = {"line": line, "form": form, "drops": drops, "words": rules.LIMIT_WORDS, "wording": wording}
    return with_form(dropping, "cases/limit.html", **shown), 422 if form.errors or dropping else 200
