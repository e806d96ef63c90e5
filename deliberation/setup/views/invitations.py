"""Invitations: a link with its QR, one person, a list; and coming in by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import moment_text, say
from deliberation.kernel.web import access, number_argument
from deliberation.people import queries as people
from deliberation.people.access import Role, require
from deliberation.people.guard import current_actor
from deliberation.people.rules import canonical_email, canonical_phone
from deliberation.people.wording import ROLES
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.setup import forms, links, queries, rules, service
from deliberation.setup.models import Invitation
from deliberation.setup.views.blueprint import blueprint
from deliberation.setup.views.steps import sent_table, shown_faults

DAYS, USES = 14, 100


def address_of(invitation: Invitation) -> str:
    """The absolute address that the link and the QR carry."""
    return f"{current_app.extensions['settings'].public_url}/invitations/{links.sign(invitation.id)}"


def _worded(invitation: Invitation, place: Place) -> tuple[str, str]:
    """The message that carries an invitation to one person."""
    body = _(
        "%(name)s，您好。请您加入「%(place)s」，一起提事情、开会、投票。%(until)s 前有效，只给您用：%(link)s",
        name=invitation.name,
        place=place.name,
        until=moment_text(invitation.expires_at),
        link=address_of(invitation),
    )
    return _("请您加入「%(place)s」", place=place.name), body


@blueprint.route("/admin/places/<code>/invitations", methods=["GET", "POST"])
@access("invitation.manage")
def invitations(code: str) -> Any:
    """All ways to ask people in; ``way`` of the form says which one was sent."""
    place = places.place_by_code(code)
    require(current_actor(), "invitation.manage", place.scope)
    way = request.form.get("way", "")
    made = {"link": _make_link, "person": _make_person, "list": _make_list}.get(way)
    answer = made(place) if made else None
    return answer if answer is not None else _page(place)


def _page(place: Place, status: int = 200, **given: Any) -> Any:
    shown = {
        "link_form": forms.LinkForm(formdata=None, prefix="link-", uses=USES, days=DAYS),
        "person_form": forms.PersonForm(formdata=None, prefix="person-", days=DAYS),
        "list_form": forms.ListForm(formdata=None, prefix="list-", days=DAYS),
        "faults": [],
        **given,
    }
    found = queries.invitations(place.id)
    return render_template(
        "setup/invitations.html",
        place=place, current_place=place, setup_id=_setup_id(), invitations=found, states=_states(found),
        roles=ROLES, seats=queries.empty_seats(place.id),
        seat_labels=queries.seats_by_id([each.seat_id for each in found if each.seat_id]),
        **shown,
    ), status  # fmt: skip


def _setup_id() -> int | None:
    return number_argument("setup")


def _states(found: Any) -> dict[int, str]:
    """Why one cannot be used any more; those that can are not in it."""
    refusals = {
        each.id: rules.refusal_to_accept(queries.terms(each), addresses=[each.address], now=clock.now())
        for each in found
    }
    return {key: refusal.code for key, refusal in refusals.items() if refusal is not None}


def _until(days: int | None) -> datetime:
    return clock.now() + timedelta(days=days or DAYS)


def _note(made: list[Invitation]) -> None:
    """Invitations that are made while a place is set up go with it when that is undone."""
    setup_id = _setup_id()
    if setup_id is not None and made:
        service.note_invitations(current_actor(), setup_id=setup_id, made=made, now=clock.now())


def _make_link(place: Place) -> Any:
    form = forms.LinkForm(prefix="link-")
    if not form.validate():
        return _page(place, 422, link_form=form)
    with transaction():
        made = service.invite(
            current_actor(), place_id=place.id, uses_allowed=form.uses.data or 1, expires_at=_until(form.days.data),
            now=clock.now(),
        )  # fmt: skip
        _note([made])
    return redirect(url_for("setup.invitation", invitation_id=made.id, setup=_setup_id()))


def _make_person(place: Place) -> Any:
    form = forms.PersonForm(prefix="person-")
    address = canonical_phone(form.address.data) or canonical_email(form.address.data)
    if form.validate() and not address:
        form.address.errors = [_("这不像手机号，也不像邮箱。手机号是 11 位数字，邮箱里有 @。")]
    if form.errors or not address:
        return _page(place, 422, person_form=form)
    with transaction():
        made = service.invite(
            current_actor(), place_id=place.id, name=form.name.data, address=address,
            role=Role(form.role.data) if form.role.data else None, expires_at=_until(form.days.data),
            worded=_worded, now=clock.now(),
        )  # fmt: skip
        _note([made])
    flash(_("邀请发给 %(name)s 了。", name=made.name), "ok")
    return redirect(_here(place))


def _make_list(place: Place) -> Any:
    form, seats = forms.ListForm(prefix="list-"), {seat.label for seat in queries.empty_seats(place.id)}
    if not form.validate():
        return _page(place, 422, list_form=form)
    try:
        invitees, faults = rules.read_invitees(sent_table(form), seats=seats)
    except Refusal as refusal:
        if not form.file.errors:
            form.lines.errors = [say(refusal)]
        return _page(place, 422, list_form=form)
    if not invitees and not faults:
        form.lines.errors = [_("还没有一行。请选一个填好的文件，或者把名单贴进来。")]
    if form.errors or faults:
        return _page(place, 422, list_form=form, faults=shown_faults(faults))
    with transaction():
        made = service.invite_list(
            current_actor(), place_id=place.id, invitees=invitees, expires_at=_until(form.days.data), worded=_worded,
            now=clock.now(),
        )  # fmt: skip
        _note(made)
    flash(ngettext("%(num)s 份邀请发出去了。", "%(num)s 份邀请发出去了。", len(made)), "ok")
    return redirect(_here(place))


def _here(place: Place) -> str:
    return url_for("setup.invitations", code=place.code, setup=_setup_id(), _anchor="sent")


@blueprint.get("/admin/invitations/<int:invitation_id>")
@access("invitation.manage")
def invitation(invitation_id: int) -> Any:
    """The link and its QR, to be sent on, or printed and hung up."""
    found, place = queries.managed_invitation(current_actor(), invitation_id)
    address = address_of(found)
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=6, border=2)
    return render_template(
        "setup/invitation.html",
        invitation=found, place=place, current_place=place, address=address, setup_id=_setup_id(),
        qr=Markup(picture),  # noqa: S704 - drawn by segno from an address of ours.
        state=_states([found]).get(found.id, ""),
    )  # fmt: skip


@blueprint.post("/admin/invitations/<int:invitation_id>/revoke")
@access("invitation.manage")
def revoke(invitation_id: int) -> Any:
    with transaction():
        found = service.revoke(current_actor(), invitation_id=invitation_id, now=clock.now())
    flash(_("收回了。已经进来的人不受影响。"), "ok")
    return redirect(_here(places.place(found.place_id)))


@blueprint.get("/invitations/<token>")
@access("pages.read")
def invited(token: str) -> Any:
    """What somebody is asked into. A visitor joins or signs in first, and comes back here."""
    found = queries.invitation(links.read(token))
    place, actor = places.place(found.place_id), current_actor()
    user = people.user(actor.user_id) if actor.user_id else None
    own = [each for each in (user.us_phone_number, user.email) if each] if user else [found.address]
    has_used = user is not None and queries.has_used(found.id, user.id)
    refusal = None if has_used else rules.refusal_to_accept(queries.terms(found), addresses=own, now=clock.now())
    if refusal is not None:
        raise refusal
    return render_template(
        "setup/invited.html", invitation=found, place=place, current_place=place, token=token, has_used=has_used,
        inviter=people.user(found.created_by_id), role=ROLES[found.role] if found.role else "",
        seat=queries.seats_by_id([found.seat_id]).get(found.seat_id) if found.seat_id else None,
    )  # fmt: skip


@blueprint.post("/invitations/<token>/accept")
@access("invitation.accept")
def accept(token: str) -> Any:
    with transaction():
        found = service.accept(current_actor(), invitation_id=links.read(token), now=clock.now())
    place = places.place(found.place_id)
    flash(_("欢迎来到「%(place)s」。", place=place.name), "ok")
    return redirect(url_for("portal.place", code=place.code))
