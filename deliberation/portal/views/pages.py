"""The pages everybody starts from: home, a place, the list, one matter."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.forms import clean_line
from deliberation.kernel.web import access, number_argument
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import ParticipationReason
from deliberation.meetings import queries as meetings
from deliberation.people import queries as people
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.portal import queries
from deliberation.portal.views.blueprint import blueprint


@blueprint.get("/")
@access("pages.read")
def home() -> Any:
    """The person's own place, or for visitors what this is and which places there are."""
    if current_user.is_authenticated and current_user.home_place_id:
        return _place_page(places.place(current_user.home_place_id))
    known = places.all_places()
    if not known:
        return _first_hour()
    return render_template("portal/welcome.html", nav="home", places=known, newest=queries.matters(size=6).items)


def _first_hour() -> Any:
    """An installation without any place: its administrator is led to setting one up, everybody else is told."""
    if current_actor().may("setup.run", ()):
        return redirect(url_for("setup.index"))
    return render_template("portal/first_hour.html", nav="home")


@blueprint.get("/places/<code>")
@access("pages.read")
def place(code: str) -> Any:
    return _place_page(places.place_by_code(code))


def _place_page(place: Place) -> Any:
    actor, now = current_actor(), clock.now()
    return render_template(
        "portal/place.html",
        nav="home",
        current_place=place,
        counts=queries.step_counts(place),
        needs=queries.needs(actor, now=now) if actor.is_signed_in else [],
        newest=queries.matters(place=place, size=8).items,
        next_meeting=meetings.next_meeting({*place.scope, *places.ids_within(place)}, now=now),
        follows=bool(actor.user_id and people.follows_place(actor.user_id, place.id)),
        hour=clock.shanghai(now).hour,
        user=current_user,
    )


@blueprint.get("/places")
@access("pages.read")
def all_places() -> Any:
    return render_template("portal/places.html", nav="home", places=places.all_places())


@blueprint.get("/matters", endpoint="matters")
@access("pages.read")
def all_matters() -> Any:
    """Every matter, by place, step, mine, or words."""
    code, words = request.args.get("place", ""), clean_line(request.args.get("words"))[:60]
    step = number_argument("step")
    mine = current_actor().user_id if request.args.get("mine") == "1" else None
    place = places.place_by_code(code) if code else None
    page = queries.matters(place=place, step=step, participant_id=mine, words=words, before=number_argument("before"))
    return render_template(
        "portal/matters.html", nav="matters", page=page, current_place=place, step=step, mine=bool(mine), words=words
    )


@blueprint.get("/matters/<number>")
@access("pages.read")
def matter(number: str) -> Any:
    """One matter, one file: where it stands, who holds it, what happened, and what this person may do."""
    actor, now = current_actor(), clock.now()
    shown = matters.matter_by_number(number)
    timeline = matters.timeline(shown.id)
    return render_template(
        "portal/matter.html",
        nav="matters",
        matter=shown,
        current_place=places.place(shown.place_id),
        merged_into=matters.matter(shown.merged_into_id) if shown.merged_into_id else None,
        timeline=timeline,
        step_days=queries.step_days(timeline),
        reasons=matters.reasons_of(shown.id, actor.user_id) if actor.user_id else [],
        parts=queries.on_matter(shown, actor, now=now),
        shows_all=request.args.get("all") == "1",
    )


@blueprint.post("/matters/<number>/follow")
@access("matter.follow")
def follow(number: str) -> Any:
    """Follow, or stop following, a matter; other reasons for hearing of it stay."""
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound()
    follows = request.form.get("follow") == "1"
    with transaction():
        followed = matters.matter_by_number(number)
        if follows:
            matter_service.add_participants(
                followed.id, [user_id], reason=ParticipationReason.follower, now=clock.now()
            )
        else:
            matter_service.remove_participant(followed.id, user_id, reason=ParticipationReason.follower)
    flash(_("已跟进，每次进展都会告诉您。") if follows else _("已不再跟进。"), "ok")
    return redirect(url_for("portal.matter", number=number))
