"""Those who answer for a place: its committees, their charters and who sits on which seat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.committees import forms, queries, rules, service
from deliberation.committees.models import Committee, CommitteeKind, SeatKind
from deliberation.committees.views.blueprint import blueprint
from deliberation.committees.wording import RULE_HINTS
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import Form, clean_line
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument
from deliberation.people import queries as people
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

T = TypeVar("T")
USUAL_SEATS = {
    CommitteeKind.building_committee: SeatKind.member,
    CommitteeKind.lane_association: SeatKind.unit,
    CommitteeKind.lunch_session: SeatKind.member,
    CommitteeKind.owners_assembly: SeatKind.member,
}


def _done(form: Form, act: Callable[[], T]) -> T | None:
    """What ``act`` returns, in one transaction; ``None`` when it is refused, which is said beside the entry."""
    try:
        with transaction():
            return act()
    except rules.Unfit as refusal:
        form[refusal.field].errors = [say(refusal)]
        return None


def _to_committee(committee_id: int) -> Any:
    return redirect(url_for("committees.admin_show", committee_id=committee_id))


@blueprint.get("/admin/committees")
@access("committees.administer")
def admin_index() -> Any:
    return render_template("committees/admin_index.html", bodies=queries.bodies(current_actor()))


@blueprint.route("/admin/committees/new", methods=["GET", "POST"])
@access("committees.administer")
def admin_new() -> Any:
    form = forms.NewCommitteeForm(data=vars(rules.Charter(rule_kind="charter")))
    form.place_id.choices = [(place.id, place.name) for place in queries.places_administered(current_actor())]
    if form.validate_on_submit():
        given = {name: form.data[name] for name in ("place_id", "kind", "name", "venue")}
        body = _done(
            form,
            lambda: service.set_up_committee(current_actor(), **given, charter=form.charter(), now=clock.now()),
        )
        if body is not None:
            flash(_("「%(name)s」设好了，接着把席位加上。", name=body.name), "ok")
            return _to_committee(body.id)
    return _charter_page(form, None)


@blueprint.route("/admin/committees/<int:committee_id>/charter", methods=["GET", "POST"])
@access("committees.administer")
def change(committee_id: int) -> Any:
    body = queries.administered(current_actor(), committee_id)
    form = forms.CommitteeForm(data={"name": body.name, "venue": body.venue, **vars(queries.charter_of(body))})
    if form.validate_on_submit():
        given = {"committee_id": committee_id, "name": form.name.data, "venue": form.venue.data}
        changed = _done(
            form,
            lambda: service.change_committee(current_actor(), **given, charter=form.charter(), now=clock.now()),
        )
        if changed is not None:
            flash(_("改好了。已经准备好的表决，还按原来的章程算。"), "ok")
            return _to_committee(committee_id)
    return _charter_page(form, body)


def _charter_page(form: forms.CommitteeForm, body: Committee | None) -> Any:
    page = render_template("committees/admin_charter.html", form=form, committee=body, hints=RULE_HINTS)
    return page, 422 if form.errors else 200


@blueprint.get("/admin/committees/<int:committee_id>")
@access("committees.administer")
def admin_show(committee_id: int) -> Any:
    body = queries.administered(current_actor(), committee_id)
    return _committee_page(body, forms.SeatForm(formdata=None, kind=USUAL_SEATS[body.kind]))


def _committee_page(body: Committee, form: forms.SeatForm) -> Any:
    words = clean_line(request.args.get("words"))[:40]
    page = queries.seat_page(body.id, words=words, before=number_argument("before"))
    return render_template(
        "committees/admin_show.html",
        committee=body,
        place=places.place(body.place_id),
        totals=queries.seat_totals(body),
        page=page,
        holders=people.users_by_id(seat.user_id for seat in page.items),
        words=words,
        form=form,
    ), 422 if form.errors else 200


@blueprint.post("/admin/committees/<int:committee_id>/seats")
@access("committees.administer")
def add_seat(committee_id: int) -> Any:
    body, form = queries.administered(current_actor(), committee_id), forms.SeatForm()
    if form.validate():
        given = {name: form.data[name] for name in ("label", "kind", "address")}
        seat = _done(
            form, lambda: service.open_seat(current_actor(), committee_id=committee_id, **given, now=clock.now())
        )
        if seat is not None:
            flash(_("「%(label)s」这一席加好了。", label=seat.label), "ok")
            return _to_committee(committee_id)
    return _committee_page(body, form)


@blueprint.route("/admin/committees/<int:committee_id>/seats/many", methods=["GET", "POST"])
@access("committees.administer")
def add_seats(committee_id: int) -> Any:
    """A pasted list is looked through as often as one likes, and stored only as a whole."""
    body = queries.administered(current_actor(), committee_id)
    form = forms.SeatsForm(kind=USUAL_SEATS[body.kind])
    if not form.validate_on_submit():
        return _seats_page(form, body, [])
    if "look" not in request.form:
        given = {"committee_id": committee_id, "kind": form.kind.data, "text": form.lines.data}
        seats = _done(form, lambda: service.open_seats(current_actor(), **given, now=clock.now()))
        if seats is not None:
            flash(ngettext("加好了 %(num)s 席。", "加好了 %(num)s 席。", len(seats)), "ok")
            return _to_committee(committee_id)
    return _seats_page(form, body, _looked_through(form, body))


def _looked_through(form: forms.SeatsForm, body: Committee) -> list[queries.CheckedLine]:
    return _done(form, lambda: queries.check_lines(body.id, form.lines.data)) or []


def _seats_page(form: forms.SeatsForm, body: Committee, lines: list[queries.CheckedLine]) -> Any:
    """``lines`` is what was found out about the list; none before it was looked through."""
    told = [(line, say(line.fault) if line.fault else "") for line in lines]
    wrong = sum(line.fault is not None for line in lines)
    page = render_template("committees/admin_seats.html", form=form, committee=body, lines=told, wrong=wrong)
    return page, 422 if form.errors or wrong else 200


@blueprint.route("/admin/seats/<int:seat_id>", methods=["GET", "POST"])
@access("committees.administer")
def admin_seat(seat_id: int) -> Any:
    """One seat: who sits on it, and the form that seats somebody else."""
    seat, body = queries.administered_seat(current_actor(), seat_id)
    form = forms.HolderForm()
    if form.validate_on_submit():
        given = {"seat_id": seat_id, "address": form.address.data}
        if _done(form, lambda: service.seat_person(current_actor(), **given, now=clock.now())):
            flash(_("「%(label)s」这一席有人坐了。", label=seat.label), "ok")
            return _to_committee(body.id)
    holder = people.user(seat.user_id) if seat.user_id else None
    page = render_template("committees/admin_seat.html", seat=seat, committee=body, holder=holder, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/admin/seats/<int:seat_id>/empty")
@access("committees.administer")
def empty_seat(seat_id: int) -> Any:
    with transaction():
        seat = service.empty_seat(current_actor(), seat_id=seat_id, now=clock.now())
    flash(_("「%(label)s」这一席空出来了，还算在总数里。", label=seat.label), "ok")
    return _to_committee(seat.committee_id)
