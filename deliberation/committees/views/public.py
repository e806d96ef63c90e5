"""The public page of a committee: its seats and its charter in words."""

from __future__ import annotations

from typing import Any

from flask import render_template

from deliberation.committees import queries
from deliberation.committees.signals import body_shown
from deliberation.committees.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.web import access
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.get("/committees/<int:committee_id>")
@access("pages.read")
def show(committee_id: int) -> Any:
    committee, today = queries.committee(committee_id), day_in_shanghai(clock.now())
    totals, user_id = queries.seat_totals(committee), current_actor().user_id
    names_each = queries.shows_each_seat(totals)
    return render_template(
        "committees/show.html",
        committee=committee,
        place=places.place(committee.place_id),
        charter=queries.charter_of(committee),
        parts=[part for _receiver, part in body_shown.send(committee, now=clock.now()) if part],
        totals=totals,
        own_seats=queries.held_by(committee_id, user_id) if user_id is not None else [],
        seats=queries.seat_lines(committee_id, on=today) if names_each else None,
        unit_counts={} if names_each else queries.public_seat_counts(committee_id, totals),
    )
