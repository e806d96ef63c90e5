"""The convening notice of a vote, to be read, printed and hung up (domain.md C7)."""

from __future__ import annotations

from typing import Any

import segno
from flask import render_template, url_for
from markupsafe import Markup

from deliberation.kernel.web import access
from deliberation.meetings.pages import public_address
from deliberation.people.guard import current_actor
from deliberation.votes import queries
from deliberation.votes.rules import FIELDS
from deliberation.votes.views.blueprint import blueprint


@blueprint.get("/<int:vote_id>/notice")
@access("pages.read")
def notice(vote_id: int) -> Any:
    page = queries.notice_page(vote_id, current_actor())
    address = public_address(url_for("votes.show", vote_id=vote_id))
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=2)
    qr = Markup(picture)  # noqa: S704 - our own drawing, no text of anybody in it
    shown = {"page": page, "fields": FIELDS, "qr": qr, "address": address}
    return render_template("votes/notice.html", **shown, current_place=page.scene.place, nav="matters")
