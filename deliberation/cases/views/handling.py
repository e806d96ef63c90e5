"""The case's page for its handler and for the offices that watch over it, and the forms on it."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _

from deliberation.cases import forms, queries, service
from deliberation.cases.rules import FILTER_WORDS, CaseFilter, ReplyKind
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import carried_out, done, page, sheet
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import Form
from deliberation.kernel.web import access, number_argument
from deliberation.people.guard import current_actor
from deliberation.photos import service as photos
from deliberation.settings import Settings


@blueprint.get("")
@access("case.read")
def index() -> Any:
    """Cases by how they stand, whose they are and where; all of it stands in the address."""
    given, actor = request.args, current_actor()
    chosen = CaseFilter(given["state"]) if given.get("state") in list(CaseFilter) else CaseFilter.open
    is_watching = any(grant.role in queries.WATCHING for grant in actor.grants)
    is_mine = not is_watching or given.get("mine") == "1"
    place_id = number_argument("place")
    page = queries.list_for(
        actor, chosen=chosen, is_mine=is_mine, now=clock.now(), place_id=place_id, after=given.get("after", "")[:60]
    )
    kept = {"state": str(chosen), "mine": "1" if is_mine and is_watching else None, "place": place_id}
    return render_template(
        "cases/index.html", nav="desk", page=page, chosen=chosen, filters=FILTER_WORDS, kept=kept,
        is_mine=is_mine, is_watching=is_watching,
    )  # fmt: skip


@blueprint.get("/<int:case_id>")
@access("case.read")
def show(case_id: int) -> Any:
    return page(case_id)


@blueprint.post("/<int:case_id>/contact")
@access("case.handle")
def contact(case_id: int) -> Any:
    form = sheet(forms.ContactForm)
    return carried_out(
        case_id,
        form,
        lambda: service.record_contact(current_actor(), case_id, note=form.note.data, now=clock.now()),
        _("已记下：联系过了。"),
    )


@blueprint.post("/<int:case_id>/progress")
@access("case.handle")
def progress(case_id: int) -> Any:
    form = sheet(forms.ProgressForm)

    def act() -> Any:
        given = {name: form[name].data for name in ("text", "stage", "measure")}
        return service.add_progress(current_actor(), case_id, photo_id=_store_photo(form), now=clock.now(), **given)

    return carried_out(case_id, form, act, _("已记下，写进了这件事的进展。"))


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
    form = sheet(forms.ReplyForm)

    def act() -> Any:
        kind, given = ReplyKind(form.kind.data), {"text": form.text.data, "promised_on": form.promised_on.data}
        slip_reason = form.slip_reason.data or ""
        return service.reply(current_actor(), case_id, kind=kind, slip_reason=slip_reason, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("已答复。联络站 3 天内告知每一位参与的人。"))


@blueprint.post("/<int:case_id>/approval")
@access("case.record_approval")
def approval(case_id: int) -> Any:
    form = sheet(forms.ApprovalForm)

    def act() -> Any:
        given = {"reference": form.reference.data, "published_on": form.published_on.data}
        return service.record_approval(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("已记下批准。决议生效，已通知办理的人。"))


@blueprint.post("/<int:case_id>/extend")
@access("case.extend")
def extend(case_id: int) -> Any:
    form = sheet(forms.ExtendForm)

    def act() -> Any:
        given = {"working_days": form.working_days.data, "reason": form.reason.data}
        return service.extend(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("已延期，理由和原定的日子都会公开。"))


@blueprint.post("/assignments/<int:assignment_id>/extension")
@access("case.ask_extension")
def ask_extension(assignment_id: int) -> Any:
    form = sheet(forms.AskExtensionForm)

    def act() -> Any:
        given = {"working_days": form.working_days.data, "reason": form.reason.data}
        return service.ask_extension(current_actor(), assignment_id, now=clock.now(), **given)

    case_id = queries.assignment(assignment_id).case_id
    return carried_out(case_id, form, act, _("已向督办申请延期。定下来以前，期限照算。"))


@blueprint.post("/extensions/<int:request_id>/decide")
@access("case.extend")
def decide_extension(request_id: int) -> Any:
    form = sheet(forms.DecideExtensionForm)

    def act() -> Any:
        given = {"is_granted": form.is_granted.data == "1", "answer": form.reason.data or ""}
        return service.decide_extension(current_actor(), request_id, now=clock.now(), **given)

    case_id = queries.extension_request(request_id).case_id
    return carried_out(case_id, form, act, _("定下了，已告诉申请的人。看得到这件事的人都看得到结果。"))


@blueprint.post("/<int:case_id>/close")
@access("case.close")
def close(case_id: int) -> Any:
    with transaction():
        service.close_case(current_actor(), case_id, now=clock.now())
    return done(case_id, _("已办结。"))
