"""What surrounds a vote: the legal check before it, objections to roll and result, halting what it decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access, safe_next
from deliberation.people.guard import current_actor
from deliberation.votes import service
from deliberation.votes.forms import AnswerForm, CheckForm, HaltForm, ObjectionForm
from deliberation.votes.rules import VoteState
from deliberation.votes.views.blueprint import blueprint


def _done(shown_id: int, act: Callable[..., Any], said: str, /, **fields: Any) -> Any:
    with transaction():
        act(current_actor(), now=clock.now(), **fields)
    flash(said, "ok")
    return redirect(url_for("votes.show", vote_id=shown_id))


@blueprint.post("/<int:vote_id>/ask-legal-check")
@access("vote.prepare")
def ask_legal_check(vote_id: int) -> Any:
    return _done(vote_id, service.ask_legal_check, _("送去审查了。"), vote_id=vote_id)


@blueprint.post("/<int:vote_id>/take-back")
@access("vote.prepare")
def take_back(vote_id: int) -> Any:
    return _done(vote_id, service.take_back_from_legal_check, _("撤回来了，可以接着改。"), vote_id=vote_id)


@blueprint.post("/<int:vote_id>/legal-check")
@access("vote.legal_check")
def legal_check(vote_id: int) -> Any:
    form = CheckForm()
    form.check()
    act, said = service.return_from_legal_check, _("退回去改了。")
    if form.passes.data:
        act, said = service.pass_legal_check, _("审查通过，可以发布了。")
    return _done(vote_id, act, said, vote_id=vote_id, note=form.note.data or "")


@blueprint.post("/<int:vote_id>/objections")
@access("vote.object")
def object_to(vote_id: int) -> Any:
    form = ObjectionForm()
    form.check()
    with transaction():
        service.raise_objection(current_actor(), vote_id=vote_id, text=form.text.data, now=clock.now())
    flash(_("异议收到了，会书面答复您。"), "ok")
    return redirect(safe_next(url_for("votes.show", vote_id=vote_id, _anchor="objections")))


@blueprint.post("/<int:vote_id>/objections/<int:objection_id>")
@access("vote.answer_objection")
def answer_objection(vote_id: int, objection_id: int) -> Any:
    form = AnswerForm()
    form.check()
    fields = {"objection_id": objection_id, "answer": form.answer.data, "is_upheld": bool(form.is_upheld.data)}
    with transaction():
        service.answer_objection(current_actor(), now=clock.now(), **fields)
    flash(_("已经答复，提异议的人收到了通知。"), "ok")
    return redirect(safe_next(url_for("votes.show", vote_id=vote_id, _anchor="objections")))


@blueprint.post("/<int:vote_id>/suspend")
@access("vote.halt")
def suspend(vote_id: int) -> Any:
    return _halt(vote_id, VoteState.suspended, _("已经暂停执行。"))


@blueprint.post("/<int:vote_id>/annul")
@access("vote.halt")
def annul(vote_id: int) -> Any:
    return _halt(vote_id, VoteState.annulled, _("已经撤销。"))


def _halt(vote_id: int, wanted: VoteState, said: str) -> Any:
    form = HaltForm()
    form.check()
    fields = {"reason": form.reason.data, "reference": form.reference.data or ""}
    return _done(vote_id, service.halt_vote, said, vote_id=vote_id, wanted=wanted, **fields)


@blueprint.post("/<int:vote_id>/resume")
@access("vote.halt")
def resume(vote_id: int) -> Any:
    form = HaltForm()
    form.check()
    return _done(vote_id, service.resume_vote, _("恢复执行了。"), vote_id=vote_id, reason=form.reason.data)
