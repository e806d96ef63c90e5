"""The monthly review: the list of its packs, a pack's page with its lessons, and the same on paper."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.feedback import forms, queries, rules, service
from deliberation.feedback.queries import ReviewPage
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import say_on, with_form
from deliberation.kernel.web import access
from deliberation.kernel.word import parsed
from deliberation.minutes.document import as_pdf
from deliberation.people.guard import current_actor
from deliberation.proposals.wording import KINDS

WORDS = {str(kind): words for kind, words in KINDS.items()}


@blueprint.get("/feedback/reviews")
@access("pages.read")
def reviews() -> Any:
    return render_template("feedback/reviews.html", nav="matters", packs=queries.reviews(current_actor()))


def _page(pack_id: int, form: forms.LessonForm | None = None) -> str:
    page = queries.review_page(pack_id, current_actor())
    sheets = {case_id: _sheet(page, case_id) for case_id in page.pack.failed_case_ids} if page.may_write else {}
    if form is not None:
        sheets[form.case_id.data] = form
    return with_form(
        form, "feedback/review.html", nav="matters", page=page, current_place=page.place, sheets=sheets, kinds=WORDS
    )


def _sheet(page: ReviewPage, case_id: int) -> forms.LessonForm:
    """The form of one failed case, with what has been written; its names are its own among the others."""
    return forms.LessonForm(obj=page.lessons.get(case_id), case_id=case_id, prefix=f"lesson{case_id}")


@blueprint.get("/feedback/reviews/<int:pack_id>")
@access("pages.read")
def review(pack_id: int) -> Any:
    return _page(pack_id)


@blueprint.post("/feedback/reviews/<int:pack_id>/cases/<int:case_id>")
@access("review.write")
def write_lesson(pack_id: int, case_id: int) -> Any:
    form = forms.LessonForm(case_id=case_id, prefix=f"lesson{case_id}")
    form.case_id.data = case_id
    if not form.validate():
        return _page(pack_id, form), 422
    given = {"text": form.text.data, "owner_name": form.owner_name.data, "due_on": form.due_on.data}
    try:
        with transaction():
            service.write_lesson(current_actor(), pack_id, case_id=case_id, now=clock.now(), **given)
    except Refusal as refusal:
        say_on(form, refusal, {rules.LessonTooShort.code: "text"})
        return _page(pack_id, form), refusal.status
    flash(_("教训记下了。"), "ok")
    return redirect(url_for("feedback.review", pack_id=pack_id, _anchor=f"case-{case_id}"))


@blueprint.post("/feedback/reviews/<int:pack_id>/publish")
@access("review.write")
def publish_review(pack_id: int) -> Any:
    with transaction():
        service.publish_review(current_actor(), pack_id, now=clock.now())
    flash(_("公布了，谁都能看。"), "ok")
    return redirect(url_for("feedback.review", pack_id=pack_id))


@blueprint.get("/feedback/reviews/<int:pack_id>/review.pdf")
@access("pages.read")
def review_file(pack_id: int) -> Response:
    """The very article of the page on A4, to lay on the table."""
    page = queries.review_page(pack_id, current_actor())
    article = render_template("feedback/_review_article.html", page=page, kinds=WORDS, on_paper=True)
    headers = {"Content-Disposition": f"attachment; filename=review-{page.pack.month:%Y-%m}.pdf"}
    return Response(as_pdf(parsed(article)), mimetype="application/pdf", headers=headers)
