"""The three notices: what stands in the way, posting the next one with its photo, the sheet to print."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.cases import queries, rules, service
from deliberation.cases.forms import projects as forms
from deliberation.cases.notice_paper import notice_pdf
from deliberation.cases.rules import ObjectState
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
from deliberation.photos import queries as photo_queries
from deliberation.photos import service as photos
from deliberation.photos import serving
from deliberation.places import queries as places


def _page(case_id: int, *, object_id: int = 0, form: Form | None = None, sentence: str = "", status: int = 200) -> Any:
    case = queries.case(case_id)
    require(current_actor(), "case.handle", places.place(case.place_id).scope)
    today = clock.shanghai_date(clock.now())
    standing = queries.standing_objects(case_id)
    sheets = {
        each.object.id: form if form is not None and each.object.id == object_id
        else forms.StagedNoticeForm(prefix=f"o{each.object.id}", due_on=today + rules.STEP)
        for each in standing
    }  # fmt: skip
    page = render_template(
        "cases/notices.html", nav="desk", case=case, matter=matters.matter(case.matter_id), standing=standing,
        sheets=sheets, words=rules.STAGE_WORDS, last=rules.LAST_STAGE, sentence=sentence, settle=forms.SettleForm(),
        add=form if form is not None and not object_id else forms.NoticeObjectForm(prefix="add"),
    )  # fmt: skip
    return page, status


@blueprint.get("/<int:case_id>/notices")
@access("case.handle")
def notices(case_id: int) -> Any:
    return _page(case_id)


@blueprint.post("/<int:case_id>/notices")
@access("case.handle")
def add_notice_object(case_id: int) -> Any:
    form = forms.NoticeObjectForm(prefix="add")
    if not form.validate():
        return _page(case_id, form=form, status=422)
    with transaction():
        given = {"label": form.label.data, "spot": form.spot.data}
        service.add_object(current_actor(), case_id, **given, now=clock.now())
    return _done(case_id, _("登记好了，可以贴第一次告知。"))


@blueprint.post("/notice-objects/<int:object_id>/post/<int:stage>")
@access("case.handle")
def post_notice(object_id: int, stage: int) -> Any:
    """The photo is stored with the notice, both or neither; the time is the server's."""
    form, case_id, now = forms.StagedNoticeForm(prefix=f"o{object_id}"), queries.notice_object(object_id).case_id, None
    if not form.validate():
        return _page(case_id, object_id=object_id, form=form, status=422)
    now = clock.now()
    try:
        with transaction():
            given = {name: form[name].data for name in ("basis", "remedy", "due_on")}
            photo_id = _store(form, now)
            service.post_notice(current_actor(), object_id, stage=stage, photo_id=photo_id, now=now, **given)
    except Refusal as refusal:
        return _page(case_id, object_id=object_id, form=form, sentence=say(refusal), status=refusal.status)
    return _done(case_id, _("记下了。提出的人会收到消息。"))


def _store(form: Any, now: Any) -> int | None:
    """The car's plate is on it, so the picture is private; on the public page stand place, stage and day."""
    if not form.photo.data:
        return None
    folder, me = current_app.extensions["settings"].uploads, current_actor().user_id or 0
    stored = photos.store(
        form.photo.data, caption=form.remedy.data[:80], uploaded_by_id=me, now=now, folder=folder, is_private=True
    )
    return stored.id


@blueprint.post("/notice-objects/<int:object_id>/settle")
@access("case.handle")
def settle_object(object_id: int) -> Any:
    form, case_id = forms.SettleForm(), queries.notice_object(object_id).case_id
    if not form.validate():
        return _page(case_id, sentence=_("请选怎么了结的。"), status=422)
    try:
        with transaction():
            outcome = ObjectState(form.outcome.data)
            actor, now = current_actor(), clock.now()
            service.settle_object(actor, object_id, outcome=outcome, note=form.note.data, now=now)
    except Refusal as refusal:
        return _page(case_id, sentence=say(refusal), status=refusal.status)
    return _done(case_id, _("记下了。提出的人会收到消息。"))


def _done(case_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("cases.notices", case_id=case_id))


@blueprint.get("/notices/<int:notice_id>.pdf")
@access("case.handle")
def notice_sheet(notice_id: int) -> Any:
    """One A4 page to post, with a QR that leads to the public page of the matter."""
    notice, stands, case = queries.staged_notice(notice_id)
    place = places.place(case.place_id)
    require(current_actor(), "case.handle", place.scope)
    matter = matters.matter(case.matter_id)
    address = url_for("portal.matter", number=matter.number, _external=True)
    headers = {"Content-Disposition": f'inline; filename="notice-{notice.id}.pdf"', "Cache-Control": "no-store"}
    pdf = notice_pdf(notice, stands, matter, place, address)
    return Response(pdf, mimetype="application/pdf", headers=headers)


@blueprint.get("/notices/<int:notice_id>/photo")
@access("case.handle")
def notice_photo(notice_id: int) -> Any:
    notice, _stands, case = queries.staged_notice(notice_id)
    require(current_actor(), "case.handle", places.place(case.place_id).scope)
    return serving.private_picture(photo_queries.photos_by_id([notice.photo_id])[notice.photo_id])
