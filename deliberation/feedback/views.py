"""A notice's page, and answering a look-back: signed in, or by the link in the message."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.feedback import composing, forms, queries, rules, service, tokens, wording
from deliberation.feedback.models import LookBack
from deliberation.feedback.rules import Answer
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound, SignInNeeded
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, wants_json
from deliberation.matters import queries as matters
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

blueprint = Blueprint("feedback", __name__)
blueprint.add_app_template_filter(wording.worded, "notice_part")
blueprint.add_app_template_filter(wording.figures, "notice_figures")
blueprint.add_app_template_global(tokens.look_back_path, "look_back_path")


# Notices


def _notice_page(notice_id: int, form: forms.NoticeForm | None = None) -> Any:
    """The notice; a draft is seen only by who may send it."""
    actor, now = current_actor(), clock.now()
    shown = composing.notice_page(notice_id, actor, now=now)
    if shown.notice.issued_at is None and not shown.may_send:
        raise NotFound()
    texts = {name: wording.worded(shown.fields.get(name)) for name in ("reason", "summary")}
    return render_template(
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
    with transaction():
        service.change_texts(current_actor(), notice_id, now=clock.now(), **texts)
    flash(_("改好了，还没发出。"), "ok")
    return redirect(url_for("feedback.notice", notice_id=notice_id))


@blueprint.post("/feedback/notices/<int:notice_id>/issue")
@access("feedback.send")
def issue(notice_id: int) -> Any:
    with transaction():
        sent = service.issue_notice(current_actor(), notice_id, now=clock.now())
    flash(_("已发出，告知了 %(count)s 人。", count=sent.recipients), "ok")
    return redirect(url_for("feedback.notice", notice_id=notice_id))


# Look-backs


def _question(look_back: LookBack, *, action: str, user_id: int, form: forms.AnswerForm | None = None) -> Any:
    """The question with its four buttons; reading it changes nothing."""
    matter = matters.matter(look_back.matter_id)
    return render_template(
        "feedback/look_back.html",
        nav="",
        look_back=look_back,
        matter=matter,
        current_place=places.place(matter.place_id),
        given=queries.answer_of(look_back.id, user_id),
        is_open=queries.is_open(look_back),
        by_link=action.startswith("/look-backs/"),
        action=action,
        form=form or forms.AnswerForm(),
    )


def _answer(look_back: LookBack, *, user_id: int, by_link: bool, action: str) -> Any:
    """Record an answer; one that lacks its reason gets the page back with all that was typed."""
    form = forms.AnswerForm()
    if not form.validate():
        return _question(look_back, action=action, user_id=user_id, form=form), 422
    answer, reason = Answer(form.answer.data), form.reason.data
    try:
        with transaction():
            service.answer_look_back(
                look_back_id=look_back.id,
                user_id=user_id,
                answer=answer,
                reason=reason,
                by_link=by_link,
                now=clock.now(),
            )
    except rules.AnswerReasonMissing as refusal:
        if wants_json():
            raise
        form.reason.errors = [say(refusal)]
        return _question(queries.look_back(look_back.id), action=action, user_id=user_id, form=form), 422
    flash(_("您的回话记下了，马上重新办理。") if rules.reopens(answer) else _("您的回话记下了，谢谢您去看。"), "ok")
    return redirect(url_for("portal.matter", number=matters.matter(look_back.matter_id).number))


def _me() -> int:
    user_id = current_actor().user_id
    if user_id is None:
        raise SignInNeeded()
    return user_id


@blueprint.get("/feedback/look-backs/<int:look_back_id>")
@access("look_back.answer")
def look_back(look_back_id: int) -> Any:
    found = queries.look_back(look_back_id)
    if not queries.was_asked(look_back_id, _me()):
        raise rules.NotAsked()
    action = url_for("feedback.answer", look_back_id=look_back_id)
    return _question(found, action=action, user_id=_me())


@blueprint.post("/feedback/look-backs/<int:look_back_id>")
@access("look_back.answer")
def answer(look_back_id: int) -> Any:
    action = url_for("feedback.answer", look_back_id=look_back_id)
    return _answer(queries.look_back(look_back_id), user_id=_me(), by_link=False, action=action)


@blueprint.get("/look-backs/<token>")
@access("look_back.answer_by_link")
def look_back_by_link(token: str) -> Any:
    ticket = tokens.read(token, now=clock.now())
    found = queries.look_back(ticket.look_back_id)
    action = url_for("feedback.answer_by_link", token=token)
    return _question(found, action=action, user_id=ticket.user_id)


@blueprint.post("/look-backs/<token>")
@access("look_back.answer_by_link")
def answer_by_link(token: str) -> Any:
    ticket = tokens.read(token, now=clock.now())
    action = url_for("feedback.answer_by_link", token=token)
    return _answer(queries.look_back(ticket.look_back_id), user_id=ticket.user_id, by_link=True, action=action)
