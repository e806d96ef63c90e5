"""What the pages of a case share: its own page, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from flask import flash, redirect, url_for

from deliberation.cases import clocks, forms, queries, rules, wording
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import Form, say_on, with_form
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
    forms.AskExtensionForm,
    forms.DecideExtensionForm,
    forms.HandBackForm,
    forms.AskAnotherForm,
    forms.DecideLeadForm,
    forms.AskAssistanceForm,
    forms.FinishAssistanceForm,
    forms.LevelForm,
    forms.PauseForm,
    forms.SplitForm,
)


# Which entry of this room's forms a refusal is about, so that it is said there and nothing typed is lost.
ENTRIES: Mapping[str, str] = {
    "reason_missing": "reason",
    "points_reason_missing": "reason",
    "extension_too_long": "working_days",
    "pause_ends": "until",
    "level_unchanged": "level",
    "reply_text_missing": "text",
    "promise_date_missing": "promised_on",
    "promise_beyond_this_year": "promised_on",
    "slip_reason_missing": "slip_reason",
    "parts_open": "kind",
    "handler_unfit": "handler_id",
    "handler_has_interest": "handler_id",
    "deputy_cannot_handle": "handler_id",
    "returned_before": "handler_id",
    "already_asked": "handler_id",
    "not_a_deputy_here": "deputy_id",
    "own_matter": "deputy_id",
    "reference_missing": "reference",
    "date_in_the_future": "published_on",
    "limit_out_of_range": "value",
    "limit_unchanged": "value",
    "basis_missing": "basis",
    "too_many_points": "points",
    "evidence_missing": "photo",
    "notice_photo_missing": "photo",
    "not_a_picture": "photo",
    "picture_too_large": "photo",
    "notice_term_too_short": "due_on",
    "not_a_number": "value",
}


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


def page(case_id: int, submitted: Form | None = None, *, status: int = 422) -> Any:
    """The case's page; ``submitted`` takes the place of the empty form of its kind, with all that was typed."""
    actor = current_actor()
    shown = queries.page(case_id, actor, now=clock.now())
    people_access.require(actor, "case.read", shown.place.scope)
    sheets = {kind.__name__: submitted if isinstance(submitted, kind) else sheet(kind) for kind in KINDS}
    _offer_handlers(sheets, shown)
    offer_limits(sheets["SplitForm"], shown.place.scope)
    words = {"kind_words": rules.KIND_WORDS, "wording": wording, "most_days": _most_days(shown)}
    body = with_form(submitted, "cases/show.html", nav="desk", page=shown, sheets=sheets, **words)
    return (body, status) if submitted is not None else body


def _most_days(shown: queries.CasePage) -> int:
    """How many working days more the case may be given, where a form on the page asks for them."""
    is_asked = shown.may_extend or shown.asks_time is not None
    return clocks.most_extended(shown.case, shown.place.scope) if is_asked else 0


def carried_out(
    case_id: int, form: Form, act: Callable[[], Any], sentence: str, *, leads_to: Callable[[Any], int] | None = None
) -> Any:
    """Do ``act`` with a form of the case's page, and go back there (or to the case ``leads_to``)."""
    return acted(
        form,
        act,
        again=lambda status: page(case_id, form, status=status),
        after=lambda made: done(leads_to(made) if leads_to else case_id, sentence),
    )


def acted(form: Form, act: Callable[[], Any], *, again: Callable[[int], Any], after: Callable[[Any], Any]) -> Any:
    """Do ``act``, one service call, with a form that was sent; what is wrong with it, or refused, is said on it.

    ``again`` shows its page once more, with a status; ``after`` goes on from what was made.
    """
    if not form.validate():
        return again(422)
    try:
        with transaction():
            made = act()
    except Refusal as refusal:
        say_on(form, refusal, ENTRIES)
        return again(refusal.status)
    return after(made)


def done(case_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("cases.show", case_id=case_id))
