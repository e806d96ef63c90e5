"""Going to look: the liaison sends somebody, who says what they found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.cases.queries import office_name
from deliberation.feedback import forms, queries, rules, service
from deliberation.feedback.rules import Answer
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import Form, say_on, with_form
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.photos import service as photos
from deliberation.photos.rules import NotAPicture, PictureTooLarge
from deliberation.settings import Settings

# Which entry of a form a refusal is about, so that it is said there and nothing typed is lost.
ENTRIES = {
    rules.VisitTextMissing.code: "text",
    rules.VisitPhotoMissing.code: "photo",
    NotAPicture.code: "photo",
    PictureTooLarge.code: "photo",
    rules.VisitCountsWrong.code: "satisfied",
    rules.VisitDayOver.code: "due_on",
    rules.VisitorIsHandler.code: "visitor_id",
    rules.VisitorUnfit.code: "visitor_id",
}


def _page(visit_id: int, *, sending: Form | None = None, report: Form | None = None) -> Any:
    """The page; a form that was submitted comes back with all that was typed."""
    sent, page = sending or report, queries.visit_page(visit_id, current_actor())
    usual = max(shanghai_date(page.visit.due_at), shanghai_date(clock.now()) + timedelta(days=1))
    sending = sending or forms.VisitorForm(visitor_id=page.visit.visitor_id, due_on=usual)
    sending.visitor_id.choices = [(user.id, office_name(user)) for user in page.choices]
    return with_form(
        sent,
        "feedback/visit.html",
        nav="desk",
        page=page,
        current_place=page.place,
        sending=sending,
        report=report or forms.VisitForm(),
    )


@blueprint.get("/feedback/visits/<int:visit_id>")
@access("look_back.visit")
def visit(visit_id: int) -> Any:
    return _page(visit_id)


@blueprint.post("/feedback/visits/<int:visit_id>/send")
@access("look_back.send_visitor")
def send_visitor(visit_id: int) -> Any:
    form = forms.VisitorForm()
    page = queries.visit_page(visit_id, current_actor())
    form.visitor_id.choices = [(user.id, office_name(user)) for user in page.choices]
    if not form.validate():
        return _page(visit_id, sending=form), 422
    try:
        with transaction():
            service.send_visitor(
                current_actor(),
                visit_id,
                visitor_id=form.visitor_id.data,
                due_on=form.due_on.data,
                now=clock.now(),
            )
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _page(visit_id, sending=form), refusal.status
    flash(_("已经请他去看，也告诉他了。"), "ok")
    return redirect(url_for("feedback.visit", visit_id=visit_id))


@blueprint.post("/feedback/visits/<int:visit_id>")
@access("look_back.visit")
def report_visit(visit_id: int) -> Any:
    form = forms.VisitForm()
    if not form.validate():
        return _page(visit_id, report=form), 422
    try:
        with transaction():
            service.report_visit(
                current_actor(),
                visit_id,
                finding=Answer(form.finding.data),
                text=form.text.data,
                photo_id=_store(form),
                no_photo_reason=form.no_photo_reason.data,
                counts=form.counts(),
                now=clock.now(),
            )
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return _page(visit_id, report=form), refusal.status
    flash(_("记下了，谢谢您去看。"), "ok")
    return redirect(url_for("feedback.visit", visit_id=visit_id))


def _store(form: Form) -> int | None:
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
