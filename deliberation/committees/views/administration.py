"""Those who answer for a place: its bodies and the charters these adopt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.committees import forms, queries, rules, service
from deliberation.committees.models import Committee
from deliberation.committees.rules import TEMPLATES, Charter, CommitteeKind
from deliberation.committees.views.blueprint import blueprint
from deliberation.committees.wording import RULE_HINTS
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.forms import Form
from deliberation.kernel.i18n import say, translated
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor

T = TypeVar("T")


def done(form: Form, act: Callable[[], T]) -> T | None:
    """What ``act`` returns, in one transaction; ``None`` when it is refused, which is said beside the entry."""
    try:
        with transaction():
            return act()
    except rules.Unfit as refusal:
        form[refusal.field].errors = [say(refusal)]
        return None


def to_committee(committee_id: int) -> Any:
    return redirect(url_for("committees.admin_show", committee_id=committee_id))


@blueprint.get("/admin/committees")
@access("committees.administer")
def admin_index() -> Any:
    return render_template("committees/admin_index.html", bodies=queries.bodies(current_actor()))


@blueprint.get("/admin/committees/new")
@access("committees.administer")
def choose_kind() -> Any:
    """First what it is: each kind has a charter to begin with."""
    return render_template("committees/admin_kinds.html", templates=TEMPLATES)


@blueprint.route("/admin/committees/new/<kind>", methods=["GET", "POST"])
@access("committees.administer")
def admin_new(kind: str) -> Any:
    chosen = _kind(kind)
    form = forms.NewCommitteeForm(data=forms.shown(TEMPLATES[chosen].charter))
    form.offer_rules(chosen)
    form.place_id.choices = [(place.id, place.name) for place in queries.places_administered(current_actor())]
    if form.validate_on_submit() and "look" not in request.form:
        given = {name: form.data[name] for name in ("place_id", "name", "venue")}
        body = done(
            form,
            lambda: service.set_up_committee(
                current_actor(), kind=chosen, **given, charter=form.charter(), now=clock.now()
            ),
        )
        if body is not None:
            flash(_("「%(name)s」设好了，接着把席位加上。", name=body.name), "ok")
            return to_committee(body.id)
    return _charter_page(form, chosen, None)


@blueprint.route("/admin/committees/<int:committee_id>/charter", methods=["GET", "POST"])
@access("committees.administer")
def change(committee_id: int) -> Any:
    body = queries.administered(current_actor(), committee_id)
    form = forms.CommitteeForm(data={"name": body.name, "venue": body.venue, **forms.shown(queries.charter_of(body))})
    form.offer_rules(body.kind)
    if form.validate_on_submit() and "look" not in request.form:
        given = {"committee_id": committee_id, "name": form.name.data, "venue": form.venue.data}
        changed = done(
            form,
            lambda: service.change_committee(current_actor(), **given, charter=form.charter(), now=clock.now()),
        )
        if changed is not None:
            flash(_("改好了。已经通知的会和准备好的表决，还按原来的章程。"), "ok")
            return to_committee(committee_id)
    return _charter_page(form, body.kind, body)


@blueprint.post("/admin/committees/charter-in-words/<kind>")
@access("committees.administer")
def charter_in_words(kind: str) -> Any:
    """What the form means so far, for the page to show while it is being filled in; nothing is stored."""
    form = forms.CommitteeForm()
    form.offer_rules(_kind(kind))
    form.validate()
    charter, refused = _adopted(form, _kind(kind))
    return jsonify(ok=True, html=render_template("committees/_meaning.html", charter=charter, refused=refused))


def _kind(name: str) -> CommitteeKind:
    try:
        return CommitteeKind(name)
    except ValueError:
        raise NotFound from None


def _adopted(form: forms.CommitteeForm, kind: CommitteeKind) -> tuple[Charter | None, str]:
    """The charter the form holds, or ``None`` while it cannot be one; then the sentence says why."""
    if any(form[name].errors for name in (*forms.CHARTER, "notice_days", "notice_unit")):
        return None, ""
    try:
        return rules.adopted(form.charter(), kind=kind), ""
    except rules.Unfit as refusal:
        return None, say(refusal)


def _charter_page(form: forms.CommitteeForm, kind: CommitteeKind, body: Committee | None) -> Any:
    charter, refused = _adopted(form, kind)
    page = render_template(
        "committees/admin_charter.html",
        form=form,
        committee=body,
        kind=kind,
        template=TEMPLATES[kind],
        hints={kind: translated(hint) for kind, hint in RULE_HINTS.items()},
        charter=charter,
        refused=refused,
        totals=queries.seat_totals(body, charter) if body is not None and charter is not None else None,
    )
    return page, 422 if form.errors else 200
