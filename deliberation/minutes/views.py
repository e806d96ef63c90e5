"""The pages of minutes: what everybody reads, what the recorder writes, what the chair confirms; and as files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.audit.service import canonical_json
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.i18n import language_tag
from deliberation.kernel.web import access
from deliberation.kernel.word import DOCX, as_docx
from deliberation.meetings.rules import marked_change
from deliberation.minutes import document, forms, queries, rules, service
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

blueprint = Blueprint("minutes", __name__, url_prefix="/meetings/<int:meeting_id>/minutes")


@blueprint.context_processor
def _place_in_navigation() -> dict[str, Any]:
    return {"nav": "meetings", "marked_change": marked_change}


def _page(meeting_id: int, *, form: Any = None, status: int = 200) -> Any:
    page = queries.minutes_page(meeting_id, current_actor(), now=clock.now())
    sheets = {
        "recorder": _recorder_form(page),
        "return": forms.ReturnForm(prefix="return"),
        "correction": forms.CorrectionForm(prefix="correction"),
    }
    if form is not None:
        sheets[form._prefix.rstrip("-")] = form
    return render_template("minutes/show.html", page=page, sheets=sheets, current_place=page.place), status


def _recorder_form(page: queries.MinutesPage) -> forms.RecorderForm:
    form = forms.RecorderForm(prefix="recorder", user_id=page.minutes.recorder_id if page.minutes else None)
    form.user_id.choices = [(user.id, f"{user.name} · {user.duty}".rstrip(" ·")) for user in page.recorders]
    return form


def _back(meeting_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.get("")
@access("pages.read")
def show(meeting_id: int) -> Any:
    return _page(meeting_id)


@blueprint.post("/begin")
@access("minutes.write")
def begin(meeting_id: int) -> Any:
    with transaction():
        service.begin_later(current_actor(), meeting_id=meeting_id, now=clock.now())
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.route("/edit", methods=["GET", "POST"])
@access("minutes.write")
def edit(meeting_id: int) -> Any:
    """The recorder's page. What another editor has changed meanwhile is shown beside what was typed, never lost."""
    page = queries.edit_page(meeting_id)
    require(current_actor(), "minutes.write", places.place(page.minutes.place_id).scope)
    stored = dict(page.minutes.passages)
    now_stored = {key: rules.digest_of(stored.get(key, "")) for key in page.keys}
    form = forms.passages_form(page.keys, stored=stored, bases=now_stored)
    if not form.validate_on_submit():
        return _edit_page(page, form, clashes=[]), 422 if form.errors else 200
    with transaction():
        _minutes, clashes = service.write_passages(
            current_actor(), meeting_id=meeting_id, typed=form.typed(page.keys), bases=form.bases(page.keys),
            now=clock.now(),
        )  # fmt: skip
    if clashes:
        return _clash(meeting_id, form, clashes), 409
    flash(_("存好了。"), "ok")
    return redirect(url_for(".edit", meeting_id=meeting_id))


def _clash(meeting_id: int, form: forms.PassagesForm, clashes: list[str]) -> str:
    """Both texts of each passage that two people changed; saving again is then a decision for what stands here."""
    page = queries.edit_page(meeting_id)
    for key in page.keys:
        stored = page.minutes.passages.get(key, "")
        if key not in clashes:
            form[key].data = stored
        form[forms.BASE + key].data = rules.digest_of(stored)
    return _edit_page(page, form, clashes=clashes)


def _edit_page(page: queries.EditPage, form: forms.PassagesForm, *, clashes: list[str]) -> str:
    others = {key: page.minutes.passages.get(key, "") for key in clashes}
    return render_template("minutes/edit.html", page=page, form=form, others=others, base=forms.BASE)


@blueprint.post("/hand-in")
@access("minutes.write")
def hand_in(meeting_id: int) -> Any:
    with transaction():
        service.hand_in(current_actor(), meeting_id=meeting_id, now=clock.now())
    return _back(meeting_id, _("交给主持人了。主持人看过、确认了，就可以公布。"))


@blueprint.post("/recorder")
@access("minutes.name_recorder")
def name_recorder(meeting_id: int) -> Any:
    form = _recorder_form(queries.minutes_page(meeting_id, current_actor(), now=clock.now()))
    if not form.validate():
        return _page(meeting_id, form=form, status=422)
    with transaction():
        service.name_recorder(current_actor(), meeting_id=meeting_id, user_id=form.user_id.data, now=clock.now())
    return _back(meeting_id, _("记录员定好了。"))


@blueprint.post("/confirm")
@access("minutes.confirm")
def confirm(meeting_id: int) -> Any:
    with transaction():
        service.confirm(current_actor(), meeting_id=meeting_id, seen=request.form.get("seen", ""), now=clock.now())
    return _back(meeting_id, _("您确认了。现在可以公布。"))


@blueprint.post("/return")
@access("minutes.confirm")
def give_back(meeting_id: int) -> Any:
    form = forms.ReturnForm(prefix="return")
    if not form.validate():
        return _page(meeting_id, form=form, status=422)
    with transaction():
        service.give_back(current_actor(), meeting_id=meeting_id, reason=form.reason.data, now=clock.now())
    return _back(meeting_id, _("退给记录员了，要改什么也说了。"))


@blueprint.post("/publish")
@access("minutes.publish")
def publish(meeting_id: int) -> Any:
    with transaction():
        service.publish(current_actor(), meeting_id=meeting_id, now=clock.now())
    return _back(meeting_id, _("公布了。到会的人和有席位的人都会收到。"))


@blueprint.post("/correct")
@access("minutes.correct")
def correct(meeting_id: int) -> Any:
    form = forms.CorrectionForm(prefix="correction")
    if not form.validate():
        return _page(meeting_id, form=form, status=422)
    with transaction():
        service.correct(current_actor(), meeting_id=meeting_id, reason=form.reason.data, now=clock.now())
    flash(_("开始更正。改好、确认、公布以前，大家看到的还是原来那一版。"), "ok")
    return redirect(url_for(".edit", meeting_id=meeting_id))


# Published versions, which stay, and the files


@blueprint.get("/versions/<int:number>")
@access("pages.read")
def version(meeting_id: int, number: int) -> Any:
    page = queries.version_page(meeting_id, number)
    return render_template("minutes/version.html", page=page, current_place=page.place)


@blueprint.get("/versions/<int:number>.json")
@access("pages.read")
def version_json(meeting_id: int, number: int) -> Any:
    """The very bytes whose SHA-256 stands in the audit log."""
    text = queries.version_page(meeting_id, number).version.content
    return Response(canonical_json(text), mimetype="application/json")


@blueprint.get("/versions/<int:number>.docx")
@access("pages.read")
def version_docx(meeting_id: int, number: int) -> Any:
    found = queries.version_page(meeting_id, number)
    name = f"minutes-{meeting_id}-{number}.docx"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(as_docx(document.blocks_of(found), language_tag()), mimetype=DOCX, headers=headers)


@blueprint.get("/versions/<int:number>.pdf")
@access("pages.read")
def version_pdf(meeting_id: int, number: int) -> Any:
    found = queries.version_page(meeting_id, number)
    headers = {"Content-Disposition": f"attachment; filename=minutes-{meeting_id}-{number}.pdf"}
    return Response(document.as_pdf(document.blocks_of(found)), mimetype="application/pdf", headers=headers)
