"""Who leads and who assists, the level, and the owners of last resort."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, queries, service
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import carried_out, chosen_sheet, done, sheet
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import say_on
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.post("/assignments/<int:assignment_id>/accept")
@access("case.handle")
def accept(assignment_id: int) -> Any:
    with transaction():
        case = service.accept(current_actor(), assignment_id, now=clock.now())
    return done(case.id, _("接下了。"))


@blueprint.post("/assignments/<int:assignment_id>/hand-back")
@access("case.return")
def hand_back(assignment_id: int) -> Any:
    form = sheet(forms.HandBackForm)
    return carried_out(
        queries.assignment(assignment_id).case_id,
        form,
        lambda: service.hand_back(current_actor(), assignment_id, reason=form.reason.data, now=clock.now()),
        _("退回了。定下由谁主办以前，由首接的人先办。"),
    )


@blueprint.post("/assignments/<int:assignment_id>/finish")
@access("case.handle")
def finish_assistance(assignment_id: int) -> Any:
    form = sheet(forms.FinishAssistanceForm)
    return carried_out(
        queries.assignment(assignment_id).case_id,
        form,
        lambda: service.finish_assistance(current_actor(), assignment_id, text=form.text.data, now=clock.now()),
        _("已记下，主办的人会收到。"),
    )


@blueprint.post("/<int:case_id>/ask-another")
@access("case.dispatch")
def ask_another(case_id: int) -> Any:
    form = chosen_sheet(forms.AskAnotherForm, case_id)
    return carried_out(
        case_id,
        form,
        lambda: service.ask_another(current_actor(), case_id, handler_id=form.handler_id.data, now=clock.now()),
        _("已改派，等他接下。"),
    )


@blueprint.post("/<int:case_id>/lead")
@access("case.decide_lead")
def decide_lead(case_id: int) -> Any:
    form = chosen_sheet(forms.DecideLeadForm, case_id)

    def act() -> Any:
        given = {"handler_id": form.handler_id.data, "reason": form.reason.data}
        return service.decide_lead(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("定下了主办，已通知有关的人。"))


@blueprint.post("/<int:case_id>/assistance")
@access("case.dispatch")
def ask_assistance(case_id: int) -> Any:
    form = chosen_sheet(forms.AskAssistanceForm, case_id)

    def act() -> Any:
        given = {"handler_id": form.handler_id.data, "task": form.task.data}
        return service.ask_assistance(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("已请他协办。"))


@blueprint.post("/<int:case_id>/level")
@access("case.set_level")
def set_level(case_id: int) -> Any:
    form = sheet(forms.LevelForm)

    def act() -> Any:
        given = {"level": form.level.data, "reason": form.reason.data}
        return service.set_level(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("改好了级别，已通知有关的人。"))


@blueprint.route("/chiefs", methods=["GET", "POST"])
@access("chief.administer")
def chiefs() -> Any:
    """By name whose each place is when nobody else takes a matter of it."""
    form = forms.ChiefForm()
    mine = [place for place in places.all_places() if current_actor().may("chief.administer", place.scope)]
    people = {user.id: user for place in mine for user in queries.handlers_in(place.scope)}
    form.place_id.choices = [(place.id, place.name) for place in mine]
    form.user_id.choices = [(0, _("没有，由上一级的兜底"))] + [(i, queries.office_name(u)) for i, u in people.items()]
    if form.validate_on_submit():
        given = {"place_id": form.place_id.data, "user_id": form.user_id.data or None}
        try:
            with transaction():
                service.name_chief(current_actor(), now=clock.now(), **given)
        except Refusal as refusal:
            say_on(form, refusal, {"handler_unfit": "user_id"})
        else:
            flash(_("定好了。"), "ok")
            return redirect(url_for("cases.chiefs"))
    shown = render_template("cases/chiefs.html", nav="desk", form=form, chiefs=queries.chiefs())
    return shown, 422 if form.errors else 200
