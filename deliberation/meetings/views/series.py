"""Series of meetings: begun with a preview of their days, altered, ended."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.committees import queries as committees
from deliberation.committees.models import Committee
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access
from deliberation.kernel.working_days import CalendarYearMissing, day_in_shanghai
from deliberation.meetings import forms, pages, queries, rules, service
from deliberation.meetings.models import MeetingSeries
from deliberation.meetings.rules import Plan
from deliberation.meetings.views.blueprint import blueprint
from deliberation.people import queries as people
from deliberation.people.guard import current_actor

SHOWN = 6
RHYTHM = ("frequency", "weekday", "nth", "month_day", "first_day", "at_time", "rest_days")


@blueprint.route("/series/new", methods=["GET", "POST"])
@access("meeting.plan")
def new_series() -> Any:
    today = day_in_shanghai(clock.now())
    usual: dict[str, Any] = {"planned_minutes": rules.LUNCH_MINUTES, "first_day": today, "at_time": time(12, 15)}
    usual |= {"frequency": rules.Frequency.weekly, "rest_days": rules.RestDays.move}
    usual |= {"weekday": today.weekday(), "nth": (today.day - 1) // 7 % 4 + 1, "month_day": today.day}
    form = forms.SeriesForm(data=usual)
    pages.offer_committees(form, current_actor())
    if not form.validate_on_submit() or "look" in request.form:
        page = render_template("meetings/series_form.html", form=form, series=None, plan=_plan(form))
        return page, 422 if form.errors else 200
    names = ("committee_id", "title", "venue", "planned_minutes", "capacity", "chair_id")
    with transaction():
        series = service.begin_series(
            current_actor(), **{name: form.data[name] for name in names}, at_minute=form.at_minute,
            rhythm=form.rhythm(), now=clock.now(),
        )  # fmt: skip
    flash(_("例会排好了。往后六周的会先排上，以后每天自动往后排。"), "ok")
    return redirect(url_for(".show_series", series_id=series.id))


@blueprint.post("/series/days")
@access("meeting.plan")
def series_days() -> Any:
    """The next days of the form as it stands, for the page to show while it is being filled in."""
    form = forms.RhythmForm()
    form.validate()
    return jsonify(ok=True, html=render_template("meetings/_series_days.html", plan=_plan(form), form=form))


def _plan(form: forms.RhythmForm) -> Plan | None:
    """The next six days of the rhythm in the form; ``None`` while it has none."""
    if form.errors and any(form[name].errors for name in RHYTHM):
        return None
    if any(form.data[name] is None for name in RHYTHM):
        return None
    today = day_in_shanghai(clock.now())
    return rules.occurrences(form.rhythm(), after=today, calendar=people.working_calendar(), most=SHOWN)


@blueprint.get("/series/<int:series_id>")
@access("pages.read")
def show_series(series_id: int) -> Any:
    series, now = queries.series(series_id), clock.now()
    body = committees.committee(series.committee_id)
    return render_template(
        "meetings/series.html",
        series=series,
        body=body,
        may_plan=queries.may_convene(current_actor(), body),
        plan=_coming(series, body),
        meetings=[*queries.called_of_series(series_id, now=now), *queries.planned_of_series(series_id, now=now)],
        end_form=forms.ReasonForm(formdata=None),
    )


def _coming(series: MeetingSeries, body: Committee) -> Plan:
    """The next days that can still be called in time, as far as the holidays are known."""
    today, calendar = day_in_shanghai(clock.now()), people.working_calendar()
    notice = committees.charter_of(body).notice
    try:
        earliest = rules.earliest_meeting_day(notified_on=today, notice=notice, calendar=calendar)
    except CalendarYearMissing as missing:
        return Plan((), missing.year)
    return rules.occurrences(series.rhythm, after=earliest - timedelta(days=1), calendar=calendar, most=SHOWN)


@blueprint.route("/series/<int:series_id>/change", methods=["GET", "POST"])
@access("meeting.plan")
def change_series(series_id: int) -> Any:
    series = queries.series(series_id)
    form = forms.RhythmForm(data=_shown(series))
    if not form.validate_on_submit() or "look" in request.form:
        page = render_template("meetings/series_form.html", form=form, series=series, plan=_plan(form))
        return page, 422 if form.errors else 200
    with transaction():
        service.change_series(
            current_actor(), series_id=series_id, title=form.title.data, venue=form.venue.data,
            at_minute=form.at_minute, rhythm=form.rhythm(), now=clock.now(),
        )  # fmt: skip
    flash(_("改好了，议事会的人都会知道。已经通知的会照原来的时间开。"), "ok")
    return redirect(url_for(".show_series", series_id=series_id))


def _shown(series: MeetingSeries) -> dict[str, Any]:
    names = ("title", "venue", "frequency", "weekday", "nth", "month_day", "first_day", "rest_days")
    return {
        **{name: getattr(series, name) for name in names},
        "at_time": time(series.at_minute // 60, series.at_minute % 60),
    }


@blueprint.post("/series/<int:series_id>/end")
@access("meeting.plan")
def end_series(series_id: int) -> Any:
    form = forms.ReasonForm()
    if not form.validate():
        flash(_("请写一句为什么停开，大家才明白。"), "bad")
        return redirect(url_for(".show_series", series_id=series_id, _anchor="end"))
    with transaction():
        service.end_series(current_actor(), series_id=series_id, reason=form.reason.data, now=clock.now())
    flash(_("停开了。还没通知的会不开了，已经通知的照开。"), "ok")
    return redirect(url_for(".show_series", series_id=series_id))
