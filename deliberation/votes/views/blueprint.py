"""The one blueprint of the votes' pages."""

from __future__ import annotations

from flask import Blueprint

from deliberation.votes.wording import SETTINGS

blueprint = Blueprint("votes", __name__, url_prefix="/votes")
blueprint.record_once(lambda setup: setup.app.jinja_env.globals.update(VOTE_SETTINGS=SETTINGS))
