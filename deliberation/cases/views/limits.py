"""The administrator's table of deadlines."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, queries, rules, service, wording
from deliberation.cases.queries import LimitLine
from deliberation.cases.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.forms import Form
from deliberation.kernel.i18n import say
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
    form = forms.LimitForm(value=line.limit.value, unit=line.limit.unit, basis=wording.basis(name, line.limit.basis))
    form.place_id.choices = [(0, _("所有地方")), *_places_administered()]
    if form.validate_on_submit():
        given = {field: form.data[field] for field in ("value", "unit", "basis", "reason")}
        place_id = form.place_id.data or None
        try:
            with transaction():
                service.set_limit(current_actor(), name=name, place_id=place_id, now=clock.now(), **given)
        except (rules.LimitOutOfRange, rules.LimitUnchanged) as refusal:
            form.value.errors = [say(refusal)]
        else:
            flash(_("改好了。从现在起照新的算，已经定下的日子不变。"), "ok")
            return redirect(url_for("cases.limits"))
    return _limit_page(line, form)


@blueprint.post("/limits/<int:limit_id>/drop")
@access("limit.administer")
def drop_limit(limit_id: int) -> Any:
    reason = _drop_sheet(limit_id).reason.data or ""
    with transaction():
        row = service.drop_limit(current_actor(), limit_id, reason=reason, now=clock.now())
    flash(_("取消了，这里重新照上一级的算。"), "ok")
    return redirect(url_for("cases.limit", name=row.name))


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


def _limit_page(line: LimitLine, form: Form) -> Any:
    page = render_template(
        "cases/limit.html",
        line=line,
        form=form,
        drops={row.id: _drop_sheet(row.id) for row, _place, _limit in line.overrides},
        words=rules.LIMIT_WORDS,
        wording=wording,
    )
    return page, 422 if form.errors else 200
