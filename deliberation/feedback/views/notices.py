"""A notice's page: a draft for who sends it, and then for everyone."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.feedback import composing, forms, rules, service, wording
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.forms import say_on, with_form
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor


def _notice_page(notice_id: int, form: forms.NoticeForm | None = None) -> Any:
    """The notice; a draft is seen only by who may send it."""
    actor, now = current_actor(), clock.now()
    shown = composing.notice_page(notice_id, actor, now=now)
    if shown.notice.issued_at is None and not shown.may_send:
        raise NotFound()
    texts = {name: wording.worded(shown.fields.get(name)) for name in ("reason", "summary")}
    return with_form(
        form,
        "feedback/notice.html",
        nav="matters",
        shown=shown,
        words=rules.FIELD_WORDS,
        missing=rules.missing_fields(shown.fields),
        form=form or forms.NoticeForm(data=texts),
    )


@blueprint.get("/feedback/notices/<int:notice_id>")
@access("pages.read")
def notice(notice_id: int) -> Any:
    return _notice_page(notice_id)


@blueprint.post("/feedback/notices/<int:notice_id>")
@access("feedback.send")
def change_notice(notice_id: int) -> Any:
    form = forms.NoticeForm()
    if not form.validate():
        return _notice_page(notice_id, form), 422
    texts = {"reason": form.reason.data, "summary": form.summary.data}
    try:
        with transaction():
            service.change_texts(current_actor(), notice_id, now=clock.now(), **texts)
    except Refusal as refusal:
        say_on(form, refusal, {"summary_too_long": "summary"})
        return _notice_page(notice_id, form), refusal.status
    flash(_("改好了，还没发出。"), "ok")
    return redirect(url_for("feedback.notice", notice_id=notice_id))


@blueprint.post("/feedback/notices/<int:notice_id>/issue")
@access("feedback.send")
def issue(notice_id: int) -> Any:
    with transaction():
        sent = service.issue_notice(current_actor(), notice_id, now=clock.now())
    flash(_("已发出，告知了 %(count)s 人。", count=sent.recipients), "ok")
    return redirect(url_for("feedback.notice", notice_id=notice_id))
