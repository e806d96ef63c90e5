"""Giving a matter to somebody."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, queries, rules, service, wording
from deliberation.cases.models import Suggestion
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import ENTRIES, done, offer_limits
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import Form, say_on, with_form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
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
    if form.validate_on_submit():
        try:
            with transaction():
                given = {"step_id": step_id, "handler_id": form.handler_id.data}
                case = service.take_up(current_actor(), now=clock.now(), **given)
            return done(case.id, _("已派单，已通知办理的人。"))
        except Refusal as refusal:
            say_on(form, refusal, ENTRIES)
    shown = {"form": form, **queries.taking_up(step, meeting)}
    page = with_form(form if form.errors else None, "cases/take_up.html", nav="desk", **shown)
    return page, 422 if form.errors else 200


@blueprint.get("/dispatch")
@access("case.dispatch")
def dispatch_form() -> Any:
    number = request.args.get("matter", "")
    return _dispatch_page(_dispatch_sheet(number), number)


@blueprint.post("/dispatch")
@access("case.dispatch")
def dispatch() -> Any:
    number = request.args.get("matter", "")
    form = _dispatch_sheet(number)
    if not form.validate():
        return _dispatch_page(form, number), 422
    given = {name: form[name].data for name in ("handler_id", "task", "limit", "level") if name in form}
    try:
        with transaction():
            matter = matters.matter_by_number(number)
            case = service.dispatch(current_actor(), matter_id=matter.id, lead_unit_id=None, now=clock.now(), **given)
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _dispatch_page(form, number), refusal.status
    return done(case.id, _("已派单，已通知办理的人。"))


def _dispatch_sheet(number: str) -> Form:
    """The form with the people of the matter's place to choose from."""
    scope = places.place(matters.matter_by_number(number).place_id).scope
    people_access.require(current_actor(), "case.dispatch", scope)
    form = forms.DispatchForm()
    form.handler_id.choices = [(user.id, queries.office_name(user)) for user in queries.handlers_in(scope)]
    if queries.suggestion_of(matters.matter_by_number(number).id) is not None:
        del form.limit  # The law's months, not ours to choose.
    else:
        offer_limits(form, scope)
    return form


def suggestion_sheet(number: str) -> Form:
    """The form with the deputies of the matter's place."""
    scope = places.place(matters.matter_by_number(number).place_id).scope
    form = forms.SuggestionForm(prefix="suggestion")
    form.deputy_id.choices = [(user.id, queries.office_name(user)) for user in queries.deputies_in(scope)]
    return form


@blueprint.post("/suggestions")
@access("suggestion.register")
def register_suggestion() -> Any:
    number = request.args.get("matter", "")
    form = suggestion_sheet(number)
    if not form.validate():
        return _dispatch_page(_dispatch_sheet(number), number, registering=form), 422
    given = {"deputy_id": form.deputy_id.data, "is_hard": form.is_hard.data}
    try:
        with transaction():
            matter = matters.matter_by_number(number)
            service.register_suggestion(current_actor(), matter_id=matter.id, now=clock.now(), **given)
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _dispatch_page(_dispatch_sheet(number), number, registering=form), refusal.status
    flash(_("登记好了。转办和答复的期限照法定的算。"), "ok")
    return redirect(url_for("cases.dispatch_form", matter=number))


def _dispatch_page(form: Form, number: str, *, registering: Form | None = None) -> str:
    matter = matters.matter_by_number(number)
    suggestion = queries.suggestion_of(matter.id)
    offered = (registering or suggestion_sheet(number)) if suggestion is None else None
    return with_form(
        registering or (form if form.errors else None),
        "cases/dispatch.html",
        nav="desk",
        matter=matter,
        form=form,
        suggestion=suggestion,
        suggestion_limit=_limit_of(suggestion, matter) if suggestion is not None else "",
        registering=offered,
    )


def _limit_of(suggestion: Suggestion, matter: Matter) -> str:
    name = rules.reply_limit_of(is_hard=suggestion.is_hard)
    return wording.limit_choice(name, queries.limits_in(places.place(matter.place_id).scope)[name])
