"""The one blueprint of this room."""

from __future__ import annotations

from flask import Blueprint

from deliberation.feedback import tokens, wording

blueprint = Blueprint("feedback", __name__)
blueprint.add_app_template_filter(wording.worded, "notice_part")
blueprint.add_app_template_filter(wording.figures, "notice_figures")
blueprint.add_app_template_global(tokens.look_back_path, "look_back_path")
