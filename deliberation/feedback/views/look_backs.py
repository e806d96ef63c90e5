"""Answering a look-back: signed in, or by the link in the message."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from deliberation.feedback import forms, queries, rules, service, tokens
from deliberation.feedback.models import LookBack
from deliberation.feedback.rules import Answer
from deliberation.feedback.views.blueprint import blueprint
from deliberation.feedback.views.pictures import store_private
from deliberation.kernel import clock
from deliberation.kernel.database import read_as, transaction
from deliberation.kernel.errors import Refusal, SignInNeeded
from deliberation.kernel.forms import say_on, with_form
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people import queries as people
from deliberation.people.guard import current_actor
from deliberation.photos.rules import NotAPicture, PictureTooLarge
from deliberation.places import queries as places

ENTRIES = {
    rules.AnswerReasonMissing.code: "reason",
    NotAPicture.code: "photo",
    PictureTooLarge.code: "photo",
}


def _question(look_back: LookBack, *, action: str, user_id: int, form: forms.AnswerForm | None = None) -> Any:
    """The question with its four buttons, or with the one that was chosen in the message already.

    Reading it changes nothing, whatever the address says: mail scanners open every link before its reader does.
    """
    matter = matters.matter(look_back.matter_id)
    chosen = form.answer.data if form is not None else request.args.get("answer")
    return with_form(
        form,
        "feedback/look_back.html",
        nav="",
        look_back=look_back,
        matter=matter,
        current_place=places.place(matter.place_id),
        given=queries.answer_of(look_back.id, user_id),
        is_open=queries.is_open(look_back),
        is_in_hand_again=queries.is_in_hand_again(look_back),
        by_link=action.startswith("/look-backs/"),
        action=action,
        chosen=chosen if chosen in list(Answer) else None,
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
                rating=form.rated(),
                photo_id=store_private(form.photo.data, caption=reason[:80], uploaded_by_id=user_id),
            )
    except rules.NotAsked:
        raise  # Who was not asked does not get the question's page either.
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        found = queries.look_back(look_back.id)
        return _question(found, action=action, user_id=user_id, form=form), refusal.status
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


def _by_link(token: str) -> tokens.Ticket:
    """What the link stands for; from here on its person is who reads, although nobody has signed in."""
    ticket = tokens.read(token, now=clock.now())
    read_as(people.actor(ticket.user_id))
    return ticket


@blueprint.get("/look-backs/<token>")
@access("look_back.answer_by_link")
def look_back_by_link(token: str) -> Any:
    ticket = _by_link(token)
    found = queries.look_back(ticket.look_back_id)
    action = url_for("feedback.answer_by_link", token=token)
    return _question(found, action=action, user_id=ticket.user_id)


@blueprint.post("/look-backs/<token>")
@access("look_back.answer_by_link")
def answer_by_link(token: str) -> Any:
    ticket = _by_link(token)
    action = url_for("feedback.answer_by_link", token=token)
    return _answer(queries.look_back(ticket.look_back_id), user_id=ticket.user_id, by_link=True, action=action)
