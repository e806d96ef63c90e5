"""The one blueprint of the votes' pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("votes", __name__, url_prefix="/votes")
