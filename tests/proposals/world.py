"""A lane with two liaisons, an author and neighbours, and what tests of proposals ask about them."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db, transaction
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.notifications.models import Message
from deliberation.people.access import Role
from deliberation.photos import service as photos
from deliberation.places.models import PlaceKind
from deliberation.proposals import queries, service
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from tests.support import make

NOW = make.NOW  # Monday 2 March 2026, 09:00 in Shanghai.
LATER = NOW + timedelta(hours=2)


class World:
    """A lane with two liaisons, an author, neighbours."""

    def __init__(self) -> None:
        with transaction():
            self.district = make.place(kind=PlaceKind.subdistrict)
            self.lane = make.place(parent=self.district)
            self.elsewhere = make.place(parent=self.district)
            self.shen = self.of(make.person(name="沈岚", duty="联络员", roles=[Role.liaison], place=self.lane))
            self.lu = self.of(make.person(name="陆明", duty="联络员", roles=[Role.liaison], place=self.district))
            self.stranger = self.of(make.person(name="高捷", roles=[Role.liaison], place=self.elsewhere))
            self.luo = self.of(make.person(name="罗青"))
            self.neighbours = [self.of(make.person(name=f"邻{n}居")) for n in range(3)]

    def of(self, user):
        db.session.flush()
        return make.actor(user)

    def submit(self, author=None, **changes):
        said = {"title": "台阶太暗", "text": "晚上看不清台阶，请补亮。", "kind": ProposalKind.lighting, "now": NOW}
        with transaction():
            return service.submit(author or self.luo, place_id=self.lane.id, **{**said, **changes})

    def act(self, verb, actor, proposal, **more):
        with transaction():
            return verb(actor, proposal_id=proposal.id, **{"now": LATER, **more})

    def ask_to_merge(self, actor, joining, into, **more):
        with transaction():
            ids = [each.id for each in joining]
            said = {"reason": "说的是同一段台阶。", "now": LATER, **more}
            return [each.id for each in service.request_merges(actor, proposal_ids=ids, into_id=into.id, **said)]

    def confirm(self, actor, request_ids):
        with transaction():
            return service.confirm_merges(actor, request_ids=request_ids, now=LATER + timedelta(minutes=5))


def matter_of(proposal) -> Matter:
    return matters.matter(proposal.matter_id)


def codes(proposal) -> list[str]:
    return [entry.code for entry in matters.timeline(proposal.matter_id)]


def told(kind: str) -> dict[int, str]:
    return {row.user_id: row.reason for row in db.session.scalars(select(Message).where(Message.kind == kind))}


def leaves(tag: str) -> list[str]:
    return [row.data.decode() for row in db.session.scalars(select(AuditLeaf).where(AuditLeaf.tag == tag))]


def count_of(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def fresh(proposal):
    db.session.expire_all()
    return queries.proposal(proposal.id)


def many(world, number: int) -> list[Proposal]:
    with transaction():
        authors = [world.of(make.person(name=f"许{n}")) for n in range(number)]
    return [world.submit(author) for author in authors]


def a_photo(owner, folder, *, is_draft=True):
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    content.seek(0)
    with transaction():
        upload = FileStorage(content, filename="p.png")
        return photos.store(
            upload, caption="", uploaded_by_id=owner.user_id, now=NOW, folder=folder, is_draft=is_draft
        ).id
