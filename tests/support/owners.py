"""An estate with an owners' register, and votes of its owners; call inside ``with transaction():``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deliberation.committees.rules import CommitteeKind
from deliberation.kernel.database import db
from deliberation.matters import service as matter_service
from deliberation.matters.models import Step
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.places.models import Place
from deliberation.registry.models import OwnerSet, Part
from deliberation.registry.rules import AreaSource, PartKind
from deliberation.votes import service
from deliberation.votes.rules import RollSource, Terms
from tests.support import make, voting
from tests.support.voting import NOW, Hall

OPENS = NOW + timedelta(days=20)
CLOSES = OPENS + timedelta(days=7)
NOTICE = {"issuer": "某某小区业主大会", "how_to_vote": "网上或到居委会投", "objection_contact": "居委会 021-55550101"}


@dataclass(frozen=True)
class Owned:
    """A part for the register: whose it is, ``area`` in 0.01 ㎡."""

    owner: str
    area: int
    kind: PartKind = PartKind.home
    zone: str = ""
    is_delivered: bool = True


def register(place: Place, parts: Sequence[Owned], *, voters: Sequence[User] = (), first: int = 1) -> None:
    """Write a register as an import would have; the first owners in order get the voters' accounts.

    The parts are called "1 室", "2 室" and on, from ``first``.
    """
    sets: dict[str, OwnerSet] = {}
    for number, part in enumerate(parts, first):
        if part.owner not in sets:
            account = voters[len(sets)].id if len(sets) < len(voters) else None
            is_developer = any(each.owner == part.owner and not each.is_delivered for each in parts)
            sets[part.owner] = OwnerSet(
                place_id=place.id, code=part.owner, names=part.owner, user_id=account, is_developer=is_developer
            )
            db.session.add(sets[part.owner])
            db.session.flush()
        db.session.add(
            Part(
                place_id=place.id, owner_set_id=sets[part.owner].id, label=f"{number} 室", zone=part.zone,
                kind=part.kind, area=part.area, area_source=AreaSource.register, is_delivered=part.is_delivered,
            )
        )  # fmt: skip
    db.session.flush()


def prepare(parts: Sequence[Owned], *, voters: int = 3, charter_extension: int = 0, **changed: Any) -> Hall:
    """A draft put to the owners of these parts; the first ``voters`` owners have accounts."""
    place = make.place()
    assembly = make.committee(
        place=place, kind=CommitteeKind.owners_assembly, rule_kind="owners", extension_days=charter_extension
    )
    people = [make.person(name=f"业主{number}") for number in range(voters)]
    register(place, parts, voters=people)
    liaison = make.actor(make.person(name="沈岚", roles=[Role.liaison], place=place))
    matter = make.matter(place=place)
    matter_service.move(matter, step=Step.proposal, state="accepted", now=NOW)
    fields: dict[str, Any] = {
        "title": "北侧绿地装充电桩", "text": voting.TEXT, "opens_at": OPENS, "closes_at": CLOSES, **changed,
    }  # fmt: skip
    vote = service.prepare_vote(liaison, matter_id=matter.id, committee_id=assembly.id, now=NOW, **fields)
    return Hall(place, assembly, matter, liaison, people, vote)


def terms(**changed: Any) -> Terms:
    """What owners vote on item 8 by; the notice is complete."""
    usual = {"roll_source": RollSource.units, "item_class": 8, "electronic_clause": "议事规则第 9 条", "notice": NOTICE}
    return Terms(**{**usual, **changed})


def check(hall: Hall) -> None:
    """The residents' committee finds nothing against the draft."""
    residents = make.actor(make.person(name="顾萍", roles=[Role.residents_committee], place=hall.place))
    service.ask_legal_check(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.pass_legal_check(residents, vote_id=hall.vote.id, note="程序合规。", now=NOW)


def published(parts: Sequence[Owned], *, voters: int = 4, charter_extension: int = 0, **changed: Any) -> Hall:
    hall = prepare(parts, voters=voters, charter_extension=charter_extension, terms=terms(**changed))
    check(hall)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    return hall


def opened(parts: Sequence[Owned], **changed: Any) -> Hall:
    hall = published(parts, **changed)
    service.open_due(hall.vote.id, now=OPENS)
    return hall
