"""A case as a project: its two leads, milestones and measures, written down by the handler on a page of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.cases import queries, rules, service
from deliberation.cases.forms import projects as forms
from deliberation.cases.rules import Side
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import acted
from deliberation.kernel import clock
from deliberation.kernel.forms import Form, with_form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

KINDS = {"lead": forms.LeadForm, "milestone": forms.MilestoneForm, "measure": forms.MeasureForm}


def _page(case_id: int, form: Form | None = None, *, status: int = 200) -> Any:
    """The page; a ``form`` that was sent stands in its own place, with all that was typed."""
    case = queries.case(case_id)
    require(current_actor(), "case.handle", places.place(case.place_id).scope)
    project, today = queries.project(case_id), clock.shanghai_date(clock.now())
    own = [forms.ReachForm(prefix=f"reach{each.id}", reached_on=today) for each in project.milestones]
    own += [forms.ReadingForm(prefix=f"reading{each.measure.id}", read_on=today) for each in project.measures]
    made = {each._prefix.rstrip("-"): each for each in [*own, *(kind(prefix=name) for name, kind in KINDS.items())]}
    sheets = {name: form if form is not None and form._prefix == each._prefix else each for name, each in made.items()}
    page = with_form(
        form, "cases/project.html", nav="desk", case=case, matter=matters.matter(case.matter_id), sheets=sheets,
        project=project, side_words=rules.SIDE_WORDS,
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
    return _written(case_id, form, lambda: _add(kind, case_id, _given(form)))


def _given(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _written(case_id: int, form: Form, act: Callable[[], Any]) -> Any:
    """Do ``act``, one service call, with a form of the project's page, and come back to it."""

    def after(_made: Any) -> Any:
        flash(_("记下了，会公开在这件事的页面上。"), "ok")
        return redirect(url_for("cases.project", case_id=case_id))

    return acted(form, act, again=lambda status: _page(case_id, form, status=status), after=after)


def _add(kind: str, case_id: int, given: dict[str, Any]) -> None:
    actor, now = current_actor(), clock.now()
    if kind == "lead":
        service.name_lead(actor, case_id, **{**given, "side": Side(given["side"])}, now=now)
    elif kind == "milestone":
        service.add_milestone(actor, case_id, **given, now=now)
    else:
        service.add_measure(actor, case_id, **given, now=now)


@blueprint.post("/milestones/<int:milestone_id>/reach")
@access("case.handle")
def reach_milestone(milestone_id: int) -> Any:
    form = forms.ReachForm(prefix=f"reach{milestone_id}")

    def act() -> Any:
        return service.reach_milestone(current_actor(), milestone_id, now=clock.now(), **_given(form))

    return _written(queries.milestone(milestone_id).case_id, form, act)


@blueprint.post("/measures/<int:measure_id>/reading")
@access("case.handle")
def record_reading(measure_id: int) -> Any:
    form = forms.ReadingForm(prefix=f"reading{measure_id}")

    def act() -> Any:
        return service.record_reading(current_actor(), measure_id, now=clock.now(), **_given(form))

    return _written(queries.measure(measure_id).case_id, form, act)
