"""The case's page for its handler and for the offices that watch over it, and the forms on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, queries, rules, service
from deliberation.cases.rules import ReplyKind
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import Form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.meetings import queries as meetings
from deliberation.people import access as people_access
from deliberation.people.guard import current_actor
from deliberation.photos import service as photos
from deliberation.places import queries as places
from deliberation.settings import Settings

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


def _sheet(form_class: type[Form]) -> Form:
    """A form with field names of its own: several stand on the case's page."""
    return form_class(prefix=form_class.__name__.removesuffix("Form").lower())


def _page(case_id: int, submitted: Form | None = None) -> Any:
    """The case's page; ``submitted`` takes the place of the empty form of its kind, with all that was typed."""
    actor = current_actor()
    page = queries.page(case_id, actor)
    people_access.require(actor, "desk.open", page.place.scope)
    kinds = (forms.ContactForm, forms.ProgressForm, forms.ReplyForm, forms.ApprovalForm, forms.ExtendForm)
    sheets = {kind.__name__: submitted if isinstance(submitted, kind) else _sheet(kind) for kind in kinds}
    body = render_template(
        "cases/show.html", nav="desk", page=page, sheets=sheets, kind_words=rules.KIND_WORDS, limits=rules.LIMITS
    )
    return (body, 422) if submitted else body


def _done(case_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("cases.show", case_id=case_id))


@blueprint.get("")
@access("desk.open")
def index() -> Any:
    is_closed = request.args.get("closed") == "1"
    lines = queries.list_for(current_actor(), is_closed=is_closed)
    return render_template("cases/index.html", nav="desk", lines=lines, is_closed=is_closed)


@blueprint.get("/<int:case_id>")
@access("desk.open")
def show(case_id: int) -> Any:
    return _page(case_id)


@blueprint.post("/<int:case_id>/contact")
@access("case.handle")
def contact(case_id: int) -> Any:
    form = _sheet(forms.ContactForm)
    if not form.validate():
        return _page(case_id, form)
    with transaction():
        service.record_contact(current_actor(), case_id, note=form.note.data, now=clock.now())
    return _done(case_id, _("已记下：联系过了。"))


@blueprint.post("/<int:case_id>/progress")
@access("case.handle")
def progress(case_id: int) -> Any:
    form = _sheet(forms.ProgressForm)
    if not form.validate():
        return _page(case_id, form)
    with transaction():
        service.add_progress(
            current_actor(),
            case_id,
            text=form.text.data,
            stage=form.stage.data,
            measure=form.measure.data,
            photo_id=_store_photo(form),
            now=clock.now(),
        )
    return _done(case_id, _("已记下，写进了这件事的进展。"))


def _store_photo(form: Form) -> int | None:
    if not form.photo.data:
        return None
    settings: Settings = current_app.extensions["settings"]
    photo = photos.store(
        form.photo.data,
        caption=form.text.data[:80],
        uploaded_by_id=current_actor().user_id or 0,
        now=clock.now(),
        folder=settings.uploads,
    )
    return photo.id


@blueprint.post("/<int:case_id>/reply")
@access("case.reply")
def reply(case_id: int) -> Any:
    form = _sheet(forms.ReplyForm)
    if not form.validate():
        return _page(case_id, form)
    kind, text, promised_on = ReplyKind(form.kind.data), form.text.data, form.promised_on.data
    with transaction():
        service.reply(current_actor(), case_id, kind=kind, text=text, promised_on=promised_on, now=clock.now())
    return _done(case_id, _("已答复。联络站 3 天内告知每一位参与的人。"))


@blueprint.post("/<int:case_id>/approval")
@access("case.record_approval")
def approval(case_id: int) -> Any:
    form = _sheet(forms.ApprovalForm)
    if not form.validate():
        return _page(case_id, form)
    given = {"reference": form.reference.data, "published_on": form.published_on.data}
    with transaction():
        service.record_approval(current_actor(), case_id, now=clock.now(), **given)
    return _done(case_id, _("已记下批准。决议生效，已通知办理的人。"))


@blueprint.post("/<int:case_id>/extend")
@access("case.extend")
def extend(case_id: int) -> Any:
    form = _sheet(forms.ExtendForm)
    if not form.validate():
        return _page(case_id, form)
    given = {"working_days": form.working_days.data, "reason": form.reason.data}
    with transaction():
        service.extend(current_actor(), case_id, now=clock.now(), **given)
    return _done(case_id, _("已延期，理由和原定的日子都会公开。"))


@blueprint.post("/<int:case_id>/close")
@access("case.close")
def close(case_id: int) -> Any:
    with transaction():
        service.close_case(current_actor(), case_id, now=clock.now())
    return _done(case_id, _("已办结。"))


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
    return _done(case.id, _("已派单，已通知办理的人。"))


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
    given = {name: form[name].data for name in ("handler_id", "task", "working_days")}
    with transaction():
        matter = matters.matter_by_number(number)
        case = service.dispatch(current_actor(), matter_id=matter.id, lead_unit_id=None, now=clock.now(), **given)
    return _done(case.id, _("已派单，已通知办理的人。"))


def _dispatch_sheet(number: str) -> Form:
    """The form with the people of the matter's place to choose from."""
    scope = places.place(matters.matter_by_number(number).place_id).scope
    people_access.require(current_actor(), "case.dispatch", scope)
    form = forms.DispatchForm()
    form.handler_id.choices = [(user.id, queries.office_name(user)) for user in queries.handlers_in(scope)]
    return form


def _dispatch_page(form: Form, number: str) -> str:
    matter = matters.matter_by_number(number)
    return render_template("cases/dispatch.html", nav="desk", matter=matter, form=form)
