"""The office's sheets of paper: made for every voter, printed as PDF, one of them found, spoiled and made anew."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel.forms import clean_line
from deliberation.kernel.web import access, number_argument
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.votes import queries, rules, service
from deliberation.votes.queries import Scene, paper
from deliberation.votes.queries import sheets as printed
from deliberation.votes.views import printing
from deliberation.votes.views.acting import done
from deliberation.votes.views.blueprint import blueprint


def _office(vote_id: int) -> Scene:
    scene = queries.scene(vote_id)
    require(current_actor(), "paper.print", scene.place.scope)
    return scene


@blueprint.post("/<int:vote_id>/paper")
@access("paper.print")
def print_sheets(vote_id: int) -> Any:
    target = url_for("votes.sheets", vote_id=vote_id)
    return done(target, service.print_sheets, _("每一户一张，可以打印了。"), vote_id=vote_id)


@blueprint.get("/<int:vote_id>/paper")
@access("paper.print")
def sheets(vote_id: int) -> Any:
    """How many sheets there are, what to print, and the one that somebody asks for."""
    scene = _office(vote_id)
    words = clean_line(request.args.get("words"))[:60]
    figures = printed.sheet_figures(vote_id)
    return render_template(
        "votes/sheets.html", scene=scene, figures=figures, bundles=rules.bundles(figures.last_number), words=words,
        found=printed.find_sheets(vote_id, words) if words else [], current_place=scene.place, nav="desk",
        may_make=rules.refusal_to_print(allows_paper=scene.vote.allows_paper, state=scene.vote.state) is None,
    )  # fmt: skip


@blueprint.get("/<int:vote_id>/paper.pdf")
@access("paper.print")
def sheets_pdf(vote_id: int) -> Any:
    """The sheets as they are printed: of one ``number``, of those from ``first`` to ``last``, or of all.

    ``only=waiting`` leaves out voters whose ballot is in.
    """
    scene, number = _office(vote_id), number_argument("number")
    chosen = printed.sheets(
        vote_id,
        first=number or number_argument("first"),
        last=number or number_argument("last"),
        only_waiting=request.args.get("only") == "waiting",
    )
    refusal = rules.refusal_of_bundle(len(chosen))
    if refusal:
        raise refusal
    return pdf_answer(
        printing.ballots_pdf(scene, chosen, printed.parts_of_sheets(vote_id, chosen)), f"ballots-{vote_id}.pdf"
    )


def pdf_answer(content: bytes, name: str) -> Response:
    """A PDF for the one who asked, kept nowhere on the way."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.post("/paper/<token>/spoil")
@access("paper.print")
def spoil_sheet(token: str) -> Any:
    vote_id = paper.sheet(token).paper.vote_id
    return done(url_for("votes.sheets", vote_id=vote_id), service.spoil_sheet, _("这一张作废了。"), token=token)
