"""The public page of a committee: its seats and its charter in words."""

from __future__ import annotations

from typing import Any

from flask import render_template

from deliberation.committees import queries
from deliberation.committees.views.blueprint import blueprint
from deliberation.kernel.web import access
from deliberation.places import queries as places


@blueprint.get("/committees/<int:committee_id>")
@access("pages.read")
def show(committee_id: int) -> Any:
    committee = queries.committee(committee_id)
    totals = queries.seat_totals(committee)
    return render_template(
        "committees/show.html",
        committee=committee,
        place=places.place(committee.place_id),
        totals=totals,
        seats=queries.seat_lines(committee_id) if queries.shows_each_seat(totals) else None,
        unit_counts=queries.seat_counts_by_unit(committee_id),
    )
