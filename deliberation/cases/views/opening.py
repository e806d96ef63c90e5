"""Giving a matter to somebody."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from deliberation.cases import forms, queries, rules, service
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import done
from deliberation.cases.wording import limit_choice
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import Form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.meetings import queries as meetings
from deliberation.people import access as people_access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.route("/from-meeting/<int:step_id>", methods=["GET", "POST"])
@access("case.dispatch")
def take_up(step_id: int) -> Any:
    """What a meeting agreed on, given to somebody: nothing of it is typed again."""
    step = meetings.agreed_step(step_id)
    meeting = meetings.meeting(step.meeting_id)
    scope = places.place(meeting.place_id).scope
    people_access.require(current_actor(), "case.dispatch", scope)
    handlers = queries.handlers_in(scope)
    form = forms.TakeUpForm(handler_id=queries.usual_handler(step, handlers))
    form.handler_id.choices = [(user.id, queries.office_name(user)) for user in handlers]
    if not form.validate_on_submit():
        page = render_template("cases/take_up.html", nav="desk", form=form, **queries.taking_up(step, meeting))
        return page, 422 if form.errors else 200
    with transaction():
        case = service.take_up(current_actor(), step_id=step_id, handler_id=form.handler_id.data, now=clock.now())
    return done(case.id, _("已派单，已通知办理的人。"))


@blueprint.get("/dispatch")
@access("case.dispatch")
def dispatch_form() -> Any:
    return _dispatch_page(_dispatch_sheet(request.args.get("matter", "")), request.args.get("matter", ""))


@blueprint.post("/dispatch")
@access("case.dispatch")
def dispatch() -> Any:
    number = request.args.get("matter", "")
    form = _dispatch_sheet(number)
    if not form.validate():
        return _dispatch_page(form, number), 422
    given = {name: form[name].data for name in ("handler_id", "task", "limit", "level")}
    with transaction():
        matter = matters.matter_by_number(number)
        case = service.dispatch(current_actor(), matter_id=matter.id, lead_unit_id=None, now=clock.now(), **given)
    return done(case.id, _("已派单，已通知办理的人。"))


def _dispatch_sheet(number: str) -> Form:
    """The form with the people of the matter's place to choose from."""
    scope = places.place(matters.matter_by_number(number).place_id).scope
    people_access.require(current_actor(), "case.dispatch", scope)
    form = forms.DispatchForm()
    form.handler_id.choices = [(user.id, queries.office_name(user)) for user in queries.handlers_in(scope)]
    limits = queries.limits_in(scope)
    form.limit.choices = [(name, limit_choice(name, limits[name])) for name in rules.REPLY_LIMITS]
    return form


def _dispatch_page(form: Form, number: str) -> str:
    matter = matters.matter_by_number(number)
    return render_template("cases/dispatch.html", nav="desk", matter=matter, form=form)
