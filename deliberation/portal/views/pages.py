"""The pages everybody starts from: home, a place, the list, one matter, the desk."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.forms import clean_line
from deliberation.kernel.web import access, asset, number_argument
from deliberation.matters import queries as matters
from deliberation.matters import service as matter_service
from deliberation.matters.models import ParticipationReason
from deliberation.meetings import queries as meetings
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.portal import queries, rules
from deliberation.portal.forms import SampleForm

blueprint = Blueprint("portal", __name__)


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


@blueprint.get("/desk")
@access("desk.open")
def desk() -> Any:
    """What is due, the soonest first; the address says what alone is looked at, and may be kept under a name."""
    actor, chosen = current_actor(), rules.read_filter(request.args)
    groups = queries.desk(actor, now=clock.now())
    lines = [line for group in groups for line in group.lines]
    tasks, codes = rules.choices(lines)
    return render_template(
        "portal/desk.html",
        nav="desk",
        groups=queries.narrowed(groups, chosen),
        total=sum(line.count for line in lines),
        counts=Counter(line.step for line in lines),
        chosen=chosen,
        tasks=tasks,
        place_names={place.code: place.name for place in places.all_places() if place.code in codes},
        kinds=[group.kind for group in groups],
        views=people.desk_views(actor.user_id or 0),
    )


@blueprint.post("/desk/views")
@access("desk.open")
def keep_view() -> Any:
    """Keep the filters of the desk under a name of the person's own."""
    chosen, name = rules.read_filter(request.form), clean_line(request.form.get("name"))
    with transaction():
        people_service.keep_desk_view(current_actor().user_id or 0, name=name, asked=chosen.asked(), now=clock.now())
    flash(_("存好了，以后在工作台上面点「%(name)s」就是它。", name=name), "ok")
    return redirect(url_for("portal.desk", **chosen.asked()))


@blueprint.post("/desk/views/<int:view_id>/drop")
@access("desk.open")
def drop_view(view_id: int) -> Any:
    with transaction():
        people_service.drop_desk_view(current_actor().user_id or 0, view_id)
    return redirect(url_for("portal.desk", **rules.read_filter(request.form).asked()))


@blueprint.get("/styleguide")
@access("pages.read")
def styleguide() -> Any:
    if current_app.extensions["settings"].is_production:
        abort(404)
    form = SampleForm(formdata=MultiDict({"text": _("加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。")}))
    form.title.validate(form)  # One field as it stands when something is missing.
    return render_template("portal/styleguide.html", nav="", form=form)


@blueprint.get("/manifest.webmanifest")
@access("pages.read")
def manifest() -> Any:
    """What a telephone needs to keep this as an app of its own."""
    icon = {"src": asset("app-icon.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"}
    described = {
        "name": _("五步议事"),
        "short_name": _("五步议事"),
        "description": _("把烦心的事说出来，一起办成"),
        "lang": str(get_locale()).replace("_", "-"),
        "start_url": url_for("portal.home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f3",
        "theme_color": "#f4f6f3",
        "icons": [icon, {**icon, "purpose": "maskable"}],
        "shortcuts": [{"name": _("提一件事"), "url": url_for("proposals.new")}],
    }
    answer = jsonify(described)
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/worker.js")
@access("pages.read")
def worker() -> Any:
    """The service worker: at the root, so that it is there for every page, and asked for anew each time."""
    answer = current_app.send_static_file("dist/worker.js")
    answer.cache_control.no_cache, answer.cache_control.max_age = True, None
    return answer


@blueprint.get("/offline")
@access("pages.read")
def offline() -> Any:
    """What the service worker shows of a page that it does not have."""
    return render_template("portal/offline.html")


@blueprint.get("/healthz")
@access("pages.read")
def healthz() -> Any:
    db.session.execute(db.select(1))
    return {"ok": True}
