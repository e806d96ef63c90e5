"""The record of a vote, for anybody to keep and to check, and the page that checks a receipt in the browser."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Response, jsonify, render_template
from flask_babel import gettext as _

from deliberation.audit import queries as audit
from deliberation.audit import signing
from deliberation.kernel.limits import limiter
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.votes import queries
from deliberation.votes.models import Vote
from deliberation.votes.queries import record, roll_lines, tallies
from deliberation.votes.record.archive import pack
from deliberation.votes.record.files import MANIFEST, dump, manifest
from deliberation.votes.rules import RecordNotYet
from deliberation.votes.views.blueprint import blueprint

RECORDS = "30/minute;300/hour"  # After any act, one is put together anew, with its proofs.


@blueprint.get("/<int:vote_id>/record")
@access("pages.read")
@limiter.limit(RECORDS)
def download_record(vote_id: int) -> Any:
    """One zip, the same bytes for the same log head; there once the result has been read out."""
    vote = queries.vote(vote_id)
    if vote.announced_at is None:
        raise RecordNotYet()
    headers = {"Content-Disposition": f'attachment; filename="vote-{vote.id}-record.zip"'}
    return Response(_packed(vote.id, audit.head()), mimetype="application/zip", headers=headers)


@lru_cache(maxsize=4)
def _packed(vote_id: int, head: audit.Head) -> bytes:
    """Put together once for each head of the log: whatever changes in a record is an act that moves the head."""
    return pack(_files(queries.vote(vote_id), head))


def _files(vote: Vote, head: audit.Head) -> dict[str, bytes]:
    returns = tallies.returns_of(vote)
    files = {
        "text.txt": vote.text.encode(),
        "vote.json": dump({"published": record.published(vote), "roll": record.frozen(vote)}),
        "roll.json": dump(roll_lines.public_roll(vote, returns)),
        "count.json": record.count_file(vote, returns),
        "result.json": dump(vote.result),
        "leaves.json": dump(record.leaves(vote, head)),
        "head.json": dump(signing.signed(head)),
        "key.json": dump({"ed25519": signing.public_key()}),
    }
    return {**files, MANIFEST: manifest(files)}


@blueprint.get("/<int:vote_id>/roll/mine")
@access("roll.read_own")
def own_roll_lines(vote_id: int) -> Any:
    """The person's own lines of the frozen roll, opened, as JSON: to keep, and to hold against the public record."""
    vote = queries.vote(vote_id)
    if vote.published_at is None:
        raise RecordNotYet()
    return jsonify(ok=True, lines=roll_lines.own_lines(vote, current_actor().user_id or 0))


@blueprint.get("/<int:vote_id>/verify")
@access("pages.read")
def verify(vote_id: int) -> Any:
    """Where somebody checks a receipt without taking our word for it: the sums are done in the browser."""
    scene = queries.scene(vote_id)
    if scene.vote.closed_at is None:
        raise RecordNotYet()
    title = _("在这里自己核对")
    return render_template("votes/verify.html", scene=scene, title=title, current_place=scene.place, nav="matters")
