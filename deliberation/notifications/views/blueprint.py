"""The blueprint of messages."""

from __future__ import annotations

from flask import Blueprint

from deliberation.notifications import render

blueprint = Blueprint("notifications", __name__)
blueprint.add_app_template_filter(render.with_links, "with_links")
