"""When a place asks whether things are really fixed: for all matters, and for a kind of matter otherwise."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.feedback import forms, queries, rules, service
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import say_on
from deliberation.kernel.web import access
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals.wording import KINDS


@blueprint.get("/feedback/plans")
@access("look_back.plan")
def plans() -> Any:
    """The places whose look-backs this person may set; with one of them there is nothing to choose."""
    mine = [place for place in places.all_places() if current_actor().may("look_back.plan", place.scope)]
    return render_template("feedback/plan_places.html", nav="desk", places=mine)


@blueprint.route("/feedback/plans/<code>", methods=["GET", "POST"])
@access("look_back.plan")
def plan(code: str) -> Any:
    place = places.place_by_code(code)
    require(current_actor(), "look_back.plan", place.scope)
    form = forms.PlanForm()
    if request.method == "GET":
        return _page(place, _filled(place, request.args.get("kind", "")))
    if not form.validate():
        return _page(place, form), 422
    given = {name: form[name].data for name in ("kind", "days", "days_to_answer", "asks_visit")}
    try:
        with transaction():
            service.set_plan(current_actor(), place_id=place.id, now=clock.now(), **given)
    except Refusal as refusal:
        say_on(form, refusal, {rules.BadLookBackDays.code: "days"})
        return _page(place, form), refusal.status
    flash(_("记下了。已经排好的回头看不变，以后的答复照这个来。"), "ok")
    return redirect(url_for("feedback.plan", code=code))


@blueprint.post("/feedback/plans/<int:plan_id>/drop")
@access("look_back.plan")
def drop_plan(plan_id: int) -> Any:
    code = request.form.get("code", "")
    with transaction():
        service.drop_plan(current_actor(), plan_id, now=clock.now())
    flash(_("去掉了，照上一级的来。"), "ok")
    return redirect(url_for("feedback.plan", code=code) if code else url_for("feedback.plans"))


def _filled(place: Place, kind: str) -> forms.PlanForm:
    """The form with what holds now."""
    held = queries.plan_of_place(place, kind, today=clock.shanghai_date(clock.now()))
    return forms.PlanForm(
        kind=kind,
        days=", ".join(map(str, held.days)),
        days_to_answer=held.days_to_answer,
        asks_visit=held.asks_visit,
    )


def _page(place: Place, form: forms.PlanForm) -> str:
    return render_template(
        "feedback/plans.html",
        nav="desk",
        place=place,
        current_place=place,
        form=form,
        held=queries.plan_of_place(place, "", today=clock.shanghai_date(clock.now())),
        plans=queries.plans_of(place.id),
        kinds={str(kind): words for kind, words in KINDS.items()},
    )
