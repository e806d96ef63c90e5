"""People of a lane with a browser each, and what they send."""

from __future__ import annotations

import io

from PIL import Image
from sqlalchemy import func, select

from deliberation.kernel.database import db, transaction
from deliberation.proposals import queries, service
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from tests.support import make

KEY = "k" * 24
WORDS = {
    "title": "三号楼后台阶太暗",
    "text": "加完班走到三号楼后面几乎看不清台阶。",
    "kind": "lighting",
    "hides_name": "0",
}


def fields(here, **changes):
    return {**WORDS, "place": here.lane.code, "submission_key": KEY, **changes}


def propose(here, who="luo", **changes) -> Proposal:
    said = {"title": WORDS["title"], "text": WORDS["text"], "kind": ProposalKind.lighting, **changes}
    with transaction():
        actor = make.actor(here.users[who])
        return service.submit(actor, place_id=here.lane.id, now=make.NOW, **said)


def fresh(proposal) -> Proposal:
    db.session.expire_all()
    return queries.proposal(proposal.id)


def count_of(model) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model))


def picture(kind="PNG") -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 200, 10)).save(content, kind)
    content.seek(0)
    return content


# Bringing something up
