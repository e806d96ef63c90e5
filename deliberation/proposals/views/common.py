"""What the views of this room share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState

from deliberation.matters import queries as matters
from deliberation.proposals.models import Proposal
from deliberation.proposals.wording import REDIRECTS

blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")


def to_matter(proposal: Proposal, **query: Any) -> Any:
    """To the page of the proposal's matter."""
    return redirect(url_for("portal.matter", number=matters.matter(proposal.matter_id).number, **query))


def chosen(name: str) -> frozenset[int]:
    """The ids ticked in the form; anything that is no id is left out."""
    return frozenset(int(each) for each in request.form.getlist(name) if each.isdecimal() and len(each) < 10)


@blueprint.record_once
def _give_words(state: BlueprintSetupState) -> None:
    """Timeline entries and messages word a channel wherever they are shown, also outside this room's pages."""
    channels = {str(channel): words for channel, words in REDIRECTS.items()}
    state.app.jinja_env.globals["PROPOSAL_CHANNELS"] = channels
