"""The blueprint that the pages of committees hang on, and the words their templates share."""

from __future__ import annotations

from flask import Blueprint

from deliberation.committees.wording import COMMITTEE_KINDS, CONVENERS, SEAT_KINDS

blueprint = Blueprint("committees", __name__)
blueprint.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        COMMITTEE_KINDS=COMMITTEE_KINDS, CONVENERS=CONVENERS, SEAT_KINDS=SEAT_KINDS
    )
)
