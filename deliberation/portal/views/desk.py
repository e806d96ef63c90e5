"""The desk, and the ways of looking at it that each person keeps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import clean_line
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.guard import current_actor
from deliberation.people.rules import TooManyViews, ViewNameTaken, ViewUnnamed
from deliberation.places import queries as places
from deliberation.portal import queries, rules
from deliberation.portal.views.blueprint import blueprint


@blueprint.get("/desk")
@access("desk.open")
def desk() -> Any:
    """What is due, the soonest first; the address says what alone is looked at, and may be kept under a name."""
    return _page(rules.read_filter(request.args))


def _page(chosen: rules.DeskFilter, *, refusal: Refusal | None = None, view_id: int = 0) -> Any:
    """The desk. With a ``refusal`` of a name, of a new view or of ``view_id``, that name is still in its field."""
    actor, now = current_actor(), clock.now()
    groups = queries.desk(actor, now=now)
    lines = [line for group in groups for line in group.lines]
    tasks, codes = rules.choices(lines)
    kept = people.desk_views(actor.user_id or 0)
    page = render_template(
        "portal/desk.html",
        nav="desk",
        refused={view_id: (request.form.get("name", ""), say(refusal))} if refusal else {},
        groups=queries.narrowed(groups, chosen),
        total=sum(line.count for line in lines),
        counts=Counter(line.step for line in lines),
        chosen=chosen,
        tasks=tasks,
        place_names={place.code: place.name for place in places.all_places() if place.code in codes},
        kinds=[group.kind for group in groups],
        views=[view for view in kept if view.dropped_at is None],
        dropped=next((view for view in kept if view.comes_back(now)), None),
    )
    return page, refusal.status if refusal else 200


def _back() -> Any:
    """To the desk as it was looked at."""
    return redirect(url_for("portal.desk", **rules.read_filter(request.form).asked()))


@blueprint.post("/desk/views")
@access("desk.open")
def keep_view() -> Any:
    """Keep the filters of the desk under a name of the person's own."""
    chosen, name = rules.read_filter(request.form), clean_line(request.form.get("name"))
    try:
        with transaction():
            people_service.keep_desk_view(
                current_actor().user_id or 0, name=name, asked=chosen.asked(), now=clock.now()
            )
    except (ViewUnnamed, TooManyViews) as refusal:
        return _page(chosen, refusal=refusal)
    flash(_("存好了，以后在工作台上面点「%(name)s」就是它。", name=name), "ok")
    return _back()


@blueprint.post("/desk/views/<int:view_id>")
@access("desk.open")
def change_view(view_id: int) -> Any:
    """Another name, other filters, or both; the desk shows what the view now is."""
    chosen, name = rules.read_filter(request.form), clean_line(request.form.get("name"))
    try:
        with transaction():
            people_service.change_desk_view(
                current_actor().user_id or 0, view_id, name=name, asked=chosen.asked(), now=clock.now()
            )
    except (ViewUnnamed, ViewNameTaken) as refusal:
        return _page(chosen, refusal=refusal, view_id=view_id)
    flash(_("「%(name)s」改好了。", name=name), "ok")
    return _back()


@blueprint.post("/desk/views/<int:view_id>/drop")
@access("desk.open")
def drop_view(view_id: int) -> Any:
    with transaction():
        people_service.drop_desk_view(current_actor().user_id or 0, view_id, now=clock.now())
    return _back()


@blueprint.post("/desk/views/<int:view_id>/bring-back")
@access("desk.open")
def bring_back_view(view_id: int) -> Any:
    with transaction():
        view = people_service.bring_back_desk_view(current_actor().user_id or 0, view_id)
        name, asked = view.name, view.asked
    flash(_("「%(name)s」放回来了。", name=name), "ok")
    return redirect(url_for("portal.desk", **asked))
