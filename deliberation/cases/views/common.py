"""What the pages of a case share: its own page, and the way back to it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from deliberation.cases import forms, queries, rules, wording
from deliberation.kernel.forms import Form
from deliberation.people import access as people_access
from deliberation.people.guard import current_actor


def sheet(form_class: type[Form]) -> Form:
    """A form with field names of its own: several stand on the case's page."""
    return form_class(prefix=form_class.__name__.removesuffix("Form").lower())


def page(case_id: int, submitted: Form | None = None) -> Any:
    """The case's page; ``submitted`` takes the place of the empty form of its kind, with all that was typed."""
    actor = current_actor()
    shown = queries.page(case_id, actor)
    people_access.require(actor, "desk.open", shown.place.scope)
    kinds = (forms.ContactForm, forms.ProgressForm, forms.ReplyForm, forms.ApprovalForm, forms.ExtendForm)
    sheets = {kind.__name__: submitted if isinstance(submitted, kind) else sheet(kind) for kind in kinds}
    words = {"kind_words": rules.KIND_WORDS, "wording": wording}
    body = render_template("cases/show.html", nav="desk", page=shown, sheets=sheets, **words)
    return (body, 422) if submitted else body


def done(case_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("cases.show", case_id=case_id))
