"""The blueprint that the pages of meetings hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")


@blueprint.context_processor
def _place_in_navigation() -> dict[str, str]:
    return {"nav": "meetings"}
