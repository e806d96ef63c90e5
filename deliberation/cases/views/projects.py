"""A case as a project: its two leads, milestones and measures, written down by the handler on a page of their own."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import queries, rules, service
from deliberation.cases.forms import projects as forms
from deliberation.cases.rules import Side
from deliberation.cases.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import Form
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

KINDS = {"lead": forms.LeadForm, "milestone": forms.MilestoneForm, "measure": forms.MeasureForm}


def _page(case_id: int, kind: str = "", form: Form | None = None, *, sentence: str = "", status: int = 200) -> Any:
    case = queries.case(case_id)
    require(current_actor(), "case.handle", places.place(case.place_id).scope)
    sheets = {name: form if name == kind and form else made(prefix=name) for name, made in KINDS.items()}
    page = render_template(
        "cases/project.html", nav="desk", case=case, matter=matters.matter(case.matter_id), sheets=sheets,
        project=queries.project(case_id), side_words=rules.SIDE_WORDS, sentence=sentence,
        reach=forms.ReachForm(), reading=forms.ReadingForm(),
    )  # fmt: skip
    return page, status


@blueprint.get("/<int:case_id>/project")
@access("case.handle")
def project(case_id: int) -> Any:
    return _page(case_id)


@blueprint.post("/<int:case_id>/project/<any(lead,milestone,measure):kind>")
@access("case.handle")
def add_to_project(case_id: int, kind: str) -> Any:
    form = KINDS[kind](prefix=kind)
    if not form.validate():
        return _page(case_id, kind, form, status=422)
    given = {name: value for name, value in form.data.items() if name != "csrf_token"}
    try:
        with transaction():
            _add(kind, case_id, given)
    except Refusal as refusal:
        return _page(case_id, kind, form, sentence=say(refusal), status=refusal.status)
    return _done(case_id)


def _add(kind: str, case_id: int, given: dict[str, Any]) -> None:
    actor, now = current_actor(), clock.now()
    if kind == "lead":
        service.name_lead(actor, case_id, **{**given, "side": Side(given["side"])}, now=now)
    elif kind == "milestone":
        service.add_milestone(actor, case_id, **given, now=now)
    else:
        service.add_measure(actor, case_id, **given, now=now)


def _done(case_id: int) -> Any:
    flash(_("记下了，会公开在这件事的页面上。"), "ok")
    return redirect(url_for("cases.project", case_id=case_id))


@blueprint.post("/milestones/<int:milestone_id>/reach")
@access("case.handle")
def reach_milestone(milestone_id: int) -> Any:
    form = forms.ReachForm()
    day = form.reached_on.data if form.validate() else clock.shanghai_date(clock.now())
    with transaction():
        reached = service.reach_milestone(current_actor(), milestone_id, reached_on=day, now=clock.now())
    return _done(reached.case_id)


@blueprint.post("/measures/<int:measure_id>/reading")
@access("case.handle")
def record_reading(measure_id: int) -> Any:
    form, case_id = forms.ReadingForm(), queries.measure(measure_id).case_id
    if not form.validate():
        return _page(case_id, sentence=_("读数和日子都要填。"), status=422)
    try:
        with transaction():
            given = {"value": form.value.data, "read_on": form.read_on.data}
            service.record_reading(current_actor(), measure_id, **given, now=clock.now())
    except rules.NotANumber as refusal:
        return _page(case_id, sentence=say(refusal), status=refusal.status)
    return _done(case_id)
