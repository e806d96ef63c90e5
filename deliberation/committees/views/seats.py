"""The seats of a body: added one by one or as a list, renamed, filled, emptied, ended, and who sits in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.committees import forms, queries, service
from deliberation.committees.models import Committee, Seat
from deliberation.committees.rules import TEMPLATES
from deliberation.committees.views.administration import done, to_committee
from deliberation.committees.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import clean_line
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.people import queries as people
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.get("/admin/committees/<int:committee_id>")
@access("committees.administer")
def admin_show(committee_id: int) -> Any:
    body = queries.administered(current_actor(), committee_id)
    return _committee_page(body, forms.SeatForm(formdata=None, kind=TEMPLATES[body.kind].seat_kind))


def _committee_page(body: Committee, form: forms.SeatForm) -> Any:
    words = clean_line(request.args.get("words"))[:40]
    page = queries.seat_page(body.id, words=words, before=number_argument("before"))
    sitting_in = queries.stand_ins([seat.id for seat in page.items], from_day=day_in_shanghai(clock.now()))
    return render_template(
        "committees/admin_show.html",
        committee=body,
        charter=queries.charter_of(body),
        past=queries.past_charters(body.id),
        place=places.place(body.place_id),
        totals=queries.seat_totals(body),
        page=page,
        holders=people.users_by_id(seat.user_id for seat in page.items),
        stand_ins={stand_in.seat_id: user for stand_in, user in reversed(sitting_in)},
        words=words,
        form=form,
    ), 422 if form.errors else 200


@blueprint.get("/admin/committees/<int:committee_id>/charters/<int:version>")
@access("committees.administer")
def past_charter(committee_id: int, version: int) -> Any:
    """A charter as it stood before a newer one replaced it."""
    body = queries.administered(current_actor(), committee_id)
    charter = queries.charter_at(body, version)
    return render_template("committees/admin_past_charter.html", committee=body, charter=charter, version=version)


@blueprint.post("/admin/committees/<int:committee_id>/seats")
@access("committees.administer")
def add_seat(committee_id: int) -> Any:
    body, form = queries.administered(current_actor(), committee_id), forms.SeatForm()
    if form.validate():
        given = {name: form.data[name] for name in ("label", "kind", "is_voting", "address")}
        seat = done(
            form, lambda: service.open_seat(current_actor(), committee_id=committee_id, **given, now=clock.now())
        )
        if seat is not None:
            flash(_("「%(label)s」这一席加好了。", label=seat.label), "ok")
            return to_committee(committee_id)
    return _committee_page(body, form)


@blueprint.route("/admin/committees/<int:committee_id>/seats/many", methods=["GET", "POST"])
@access("committees.administer")
def add_seats(committee_id: int) -> Any:
    """A pasted list is looked through as often as one likes, and stored only as a whole."""
    body = queries.administered(current_actor(), committee_id)
    form = forms.SeatsForm(kind=TEMPLATES[body.kind].seat_kind)
    if not form.validate_on_submit():
        return _seats_page(form, body, [])
    if "look" not in request.form:
        given = {"committee_id": committee_id, "kind": form.kind.data, "is_voting": form.is_voting.data}
        seats = done(form, lambda: service.open_seats(current_actor(), **given, text=form.lines.data, now=clock.now()))
        if seats is not None:
            flash(ngettext("加好了 %(num)s 席。", "加好了 %(num)s 席。", len(seats)), "ok")
            return to_committee(committee_id)
    return _seats_page(form, body, _looked_through(form, body))


def _looked_through(form: forms.SeatsForm, body: Committee) -> list[queries.CheckedLine]:
    return done(form, lambda: queries.check_lines(body.id, form.lines.data)) or []


def _seats_page(form: forms.SeatsForm, body: Committee, lines: list[queries.CheckedLine]) -> Any:
    """``lines`` is what was found out about the list; none before it was looked through."""
    told = [(line, say(line.fault) if line.fault else "") for line in lines]
    wrong = sum(line.fault is not None for line in lines)
    page = render_template("committees/admin_seats.html", form=form, committee=body, lines=told, wrong=wrong)
    return page, 422 if form.errors or wrong else 200


@blueprint.route("/admin/seats/<int:seat_id>", methods=["GET", "POST"])
@access("committees.administer")
def admin_seat(seat_id: int) -> Any:
    """One seat: who holds it, and the form that seats somebody else."""
    seat, body = queries.administered_seat(current_actor(), seat_id)
    form = forms.HolderForm()
    if form.validate_on_submit():
        given = {"seat_id": seat_id, "address": form.address.data}
        if done(form, lambda: service.seat_person(current_actor(), **given, now=clock.now())):
            flash(_("「%(label)s」这一席有人坐了。", label=seat.label), "ok")
            return to_committee(body.id)
    return _seat_page(seat, body, form, forms.SeatChangeForm(formdata=None, obj=seat))


def _seat_page(seat: Seat, body: Committee, form: forms.HolderForm, change: forms.SeatChangeForm) -> Any:
    page = render_template(
        "committees/admin_seat.html",
        seat=seat,
        committee=body,
        holder=people.user(seat.user_id) if seat.user_id else None,
        sitting_in=queries.stand_ins([seat.id], from_day=day_in_shanghai(clock.now())),
        form=form,
        change=change,
    )
    return page, 422 if form.errors or change.errors else 200


@blueprint.post("/admin/seats/<int:seat_id>/change")
@access("committees.administer")
def change_seat(seat_id: int) -> Any:
    seat, body = queries.administered_seat(current_actor(), seat_id)
    form = forms.SeatChangeForm()
    if form.validate():
        given = {name: form.data[name] for name in ("label", "kind", "is_voting")}
        if done(form, lambda: service.change_seat(current_actor(), seat_id=seat_id, **given, now=clock.now())):
            flash(_("「%(label)s」这一席改好了。", label=seat.label), "ok")
            return to_committee(body.id)
    return _seat_page(seat, body, forms.HolderForm(formdata=None), form)


@blueprint.post("/admin/seats/<int:seat_id>/empty")
@access("committees.administer")
def empty_seat(seat_id: int) -> Any:
    with transaction():
        seat = service.empty_seat(current_actor(), seat_id=seat_id, now=clock.now())
    flash(_("「%(label)s」这一席空出来了，还算在总数里。", label=seat.label), "ok")
    return to_committee(seat.committee_id)


@blueprint.post("/admin/seats/<int:seat_id>/end")
@access("committees.administer")
def end_seat(seat_id: int) -> Any:
    with transaction():
        seat = service.end_seat(current_actor(), seat_id=seat_id, now=clock.now())
    flash(_("「%(label)s」这一席撤了，不再算在总数里。", label=seat.label), "ok")
    return to_committee(seat.committee_id)


@blueprint.route("/seats/<int:seat_id>/stand-ins", methods=["GET", "POST"])
@access("seat.lend")
def stand_ins(seat_id: int) -> Any:
    """The holder of a seat, or who administers it, asks somebody to sit in; ``day`` is the one of a meeting."""
    seat, body = queries.own_or_administered_seat(current_actor(), seat_id)
    form = forms.StandInForm()
    if form.validate_on_submit():
        given = {name: form.data[name] for name in ("address", "first_day", "last_day", "basis")}
        if done(form, lambda: service.name_stand_in(current_actor(), seat_id=seat_id, **given, now=clock.now())):
            flash(_("请好了，这位会收到通知。到时由这位签到、发言和表决。"), "ok")
            return redirect(url_for("committees.stand_ins", seat_id=seat_id))
    today = day_in_shanghai(clock.now())
    page = render_template(
        "committees/stand_ins.html", seat=seat, committee=body, form=form, today=today,
        sitting_in=queries.stand_ins([seat.id], from_day=today),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/stand-ins/<int:stand_in_id>/end")
@access("seat.lend")
def end_stand_in(stand_in_id: int) -> Any:
    with transaction():
        stand_in = service.end_stand_in(current_actor(), stand_in_id=stand_in_id, now=clock.now())
    flash(_("撤下了，这一席还由原来的人坐。"), "ok")
    return redirect(url_for("committees.stand_ins", seat_id=stand_in.seat_id))
