"""The three notices: what stands in the way, posting the next one with its photo, the sheet to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.cases import queries, rules, service
from deliberation.cases.forms import projects as forms
from deliberation.cases.notice_paper import notice_pdf
from deliberation.cases.rules import ObjectState
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import acted
from deliberation.kernel import clock
from deliberation.kernel.forms import Form, with_form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.photos import queries as photo_queries
from deliberation.photos import service as photos
from deliberation.photos import serving
from deliberation.places import queries as places


def _page(case_id: int, form: Form | None = None, *, status: int = 200) -> Any:
    """The page; a ``form`` that was sent stands in its own place, with all that was typed."""
    case = queries.case(case_id)
    require(current_actor(), "case.handle", places.place(case.place_id).scope)
    usual = clock.shanghai_date(clock.now()) + rules.STEP
    standing = queries.standing_objects(case_id)

    def own(empty: Form) -> Form:
        return form if form is not None and form._prefix == empty._prefix else empty

    ids = [each.object.id for each in standing]
    page = with_form(
        form, "cases/notices.html", nav="desk", case=case, matter=matters.matter(case.matter_id), standing=standing,
        sheets={key: own(forms.StagedNoticeForm(prefix=f"o{key}", due_on=usual)) for key in ids},
        settles={key: own(forms.SettleForm(prefix=f"settle{key}")) for key in ids},
        add=own(forms.NoticeObjectForm(prefix="add")), words=rules.STAGE_WORDS, last=rules.LAST_STAGE,
    )  # fmt: skip
    return page, status


def _done(case_id: int, form: Form, act: Callable[[], Any], sentence: str) -> Any:
    """Do ``act``, one service call, with a form of this page, and come back to it."""

    def after(_made: Any) -> Any:
        flash(sentence, "ok")
        return redirect(url_for("cases.notices", case_id=case_id))

    return acted(form, act, again=lambda status: _page(case_id, form, status=status), after=after)


@blueprint.get("/<int:case_id>/notices")
@access("case.handle")
def notices(case_id: int) -> Any:
    return _page(case_id)


@blueprint.post("/<int:case_id>/notices")
@access("case.handle")
def add_notice_object(case_id: int) -> Any:
    form = forms.NoticeObjectForm(prefix="add")

    def act() -> Any:
        given = {"label": form.label.data, "spot": form.spot.data}
        return service.add_object(current_actor(), case_id, **given, now=clock.now())

    return _done(case_id, form, act, _("登记好了，可以贴第一次告知。"))


@blueprint.post("/notice-objects/<int:object_id>/post/<int:stage>")
@access("case.handle")
def post_notice(object_id: int, stage: int) -> Any:
    """The photo is stored with the notice, both or neither; the time is the server's."""
    form, now = forms.StagedNoticeForm(prefix=f"o{object_id}"), clock.now()

    def act() -> Any:
        given = {name: form[name].data for name in ("basis", "remedy", "due_on")}
        photo_id = _store(form, now)
        return service.post_notice(current_actor(), object_id, stage=stage, photo_id=photo_id, now=now, **given)

    return _done(queries.notice_object(object_id).case_id, form, act, _("记下了。提出的人会收到消息。"))


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
    form = forms.SettleForm(prefix=f"settle{object_id}")

    def act() -> Any:
        outcome = ObjectState(form.outcome.data)
        return service.settle_object(current_actor(), object_id, outcome=outcome, note=form.note.data, now=clock.now())

    return _done(queries.notice_object(object_id).case_id, form, act, _("记下了。提出的人会收到消息。"))


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
