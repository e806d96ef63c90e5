"""The record of a vote, for anybody to keep and to check, and the page that checks a receipt in the browser."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from deliberation.audit import queries as audit
from deliberation.audit import signing
from deliberation.kernel.web import access
from deliberation.votes import queries
from deliberation.votes.models import Vote
from deliberation.votes.queries import record
from deliberation.votes.record.archive import pack
from deliberation.votes.record.checking import FORMAT, MANIFEST
from deliberation.votes.rules import RecordNotYet
from deliberation.votes.views.blueprint import blueprint


@blueprint.get("/<int:vote_id>/record")
@access("pages.read")
def download_record(vote_id: int) -> Any:
    """One zip, the same bytes for the same log head; there once the result has been read out."""
    vote = queries.vote(vote_id)
    if vote.announced_at is None or not record.is_placed(vote):
        raise RecordNotYet()
    headers = {"Content-Disposition": f'attachment; filename="vote-{vote.id}-record.zip"'}
    return Response(pack(_files(vote)), mimetype="application/zip", headers=headers)


def _files(vote: Vote) -> dict[str, bytes]:
    head = audit.head()
    files = {
        "text.txt": vote.text.encode(),
        "vote.json": _json(record.facts(vote)),
        "count.json": _json(record.vote_file(vote)),
        "result.json": _json(vote.result),
        "leaves.json": _json(record.leaves(vote, head)),
        "head.json": _json(signing.signed(head)),
        "key.json": _json({"ed25519": signing.public_key()}),
    }
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return {**files, MANIFEST: _json({"format": FORMAT, "files": hashes})}


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


@blueprint.get("/<int:vote_id>/verify")
@access("pages.read")
def verify(vote_id: int) -> Any:
    """Where somebody checks a receipt without taking our word for it: the sums are done in the browser."""
    scene = queries.scene(vote_id)
    if scene.vote.closed_at is None:
        raise RecordNotYet()
    title = _("在这里自己核对")
    return render_template("votes/verify.html", scene=scene, title=title, current_place=scene.place, nav="matters")
