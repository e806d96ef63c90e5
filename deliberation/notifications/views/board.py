"""What is public of a place, for those without an account: a feed, a sheet for the notice board, robots in groups."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access
from deliberation.notifications import board, queries, service, wording
from deliberation.notifications.forms import RobotForm
from deliberation.notifications.models import Channel
from deliberation.notifications.views.blueprint import blueprint
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.get("/places/<code>/feed.atom")
@access("pages.read")
def feed(code: str) -> Any:
    place = places.place_by_code(code)
    text = board.atom(place, queries.public_occasions(place))
    return Response(text, mimetype="application/atom+xml", headers={"Cache-Control": "public, max-age=300"})


@blueprint.get("/notices/<int:occasion_id>/poster.pdf")
@access("notice.tell_on_paper")
def poster(occasion_id: int) -> Any:
    public = queries.public_occasion(occasion_id)
    place = places.place(public.occasion.place_id or 0)
    headers = {"Content-Disposition": f"attachment; filename=notice-{occasion_id}.pdf"}
    return Response(board.poster_pdf(public, place), mimetype="application/pdf", headers=headers)


@blueprint.route("/admin/places/<code>/robots", methods=["GET", "POST"])
@access("places.administer")
def robots(code: str) -> Any:
    place = places.place_by_code(code)
    require(current_actor(), "places.administer", place.scope)
    form = RobotForm()
    if form.validate_on_submit():
        with transaction():
            service.add_robot(
                current_actor(),
                place_id=place.id,
                channel=Channel(form.channel.data),
                name=form.name.data,
                token=form.token.data,
                secret=form.secret.data,
                now=clock.now(),
            )
        flash(_("加好了。这里以后公开的每一条，群里都会收到一次。"), "ok")
        return redirect(url_for("notifications.robots", code=code))
    rows = queries.robots_of(place.id)
    page = render_template(
        "notifications/robots.html",
        form=form,
        place=place,
        robots=rows,
        last=queries.last_of_robots(rows),
        words=wording.CHANNELS,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/admin/robots/<int:robot_id>/end")
@access("places.administer")
def end_robot(robot_id: int) -> Any:
    with transaction():
        robot = service.end_robot(current_actor(), robot_id, now=clock.now())
        code = places.place(robot.place_id).code
    flash(_("撤掉了，群里不会再收到。"), "ok")
    return redirect(url_for("notifications.robots", code=code))
