"""What the pages of a case share: its own page, and the way back to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for

from deliberation.cases import forms, queries, rules, wording
from deliberation.kernel.forms import Form
from deliberation.people import access as people_access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


def sheet(form_class: type[Form]) -> Form:
    """A form with field names of its own: several stand on the case's page."""
    return form_class(prefix=form_class.__name__.removesuffix("Form").lower())


KINDS = (
    forms.ContactForm,
    forms.ProgressForm,
    forms.ReplyForm,
    forms.ApprovalForm,
    forms.ExtendForm,
    forms.HandBackForm,
    forms.AskAnotherForm,
    forms.DecideLeadForm,
    forms.AskAssistanceForm,
    forms.FinishAssistanceForm,
    forms.LevelForm,
    forms.PauseForm,
    forms.SplitForm,
)


def _choose_from(form: Form, scope: Sequence[int], besides: Collection[int] = ()) -> None:
    fit = [user for user in queries.handlers_in(scope) if user.id not in besides]
    form.handler_id.choices = [(user.id, queries.office_name(user)) for user in fit]


def _offer_handlers(sheets: Mapping[str, Form], shown: queries.CasePage) -> None:
    """The people of the place, in the forms that choose one; only when such a form is shown."""
    asked = {forms.AskAnotherForm: {part.row.handler_id for part in shown.parts if part.row.is_lead}}
    asked[forms.AskAssistanceForm] = {shown.handler.id}
    offered = shown.may_dispatch or shown.may_decide_lead or shown.may_split
    for form in sheets.values():
        if "handler_id" in form and not form.handler_id.choices:
            if offered:
                _choose_from(form, shown.place.scope, asked.get(type(form), ()))
            else:
                form.handler_id.choices = []


def chosen_sheet(form_class: type[Form], case_id: int) -> Form:
    """A form in which somebody of the case's place is chosen."""
    form = sheet(form_class)
    scope = places.place(queries.case(case_id).place_id).scope
    _choose_from(form, scope)
    if "limit" in form:
        offer_limits(form, scope)
    return form


def offer_limits(form: Form, scope: Sequence[int]) -> None:
    """The limits by which a case is answered, each with its present length."""
    limits = queries.limits_in(scope)
    form.limit.choices = [(name, wording.limit_choice(name, limits[name])) for name in rules.REPLY_LIMITS]


def page(case_id: int, submitted: Form | None = None) -> Any:
    """The case's page; ``submitted`` takes the place of the empty form of its kind, with all that was typed."""
    actor = current_actor()
    shown = queries.page(case_id, actor)
    people_access.require(actor, "case.read", shown.place.scope)
    sheets = {kind.__name__: submitted if isinstance(submitted, kind) else sheet(kind) for kind in KINDS}
    _offer_handlers(sheets, shown)
    offer_limits(sheets["SplitForm"], shown.place.scope)
    words = {"kind_words": rules.KIND_WORDS, "wording": wording}
    body = render_template("cases/show.html", nav="desk", page=shown, sheets=sheets, **words)
    return (body, 422) if submitted else body


def done(case_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("cases.show", case_id=case_id))
