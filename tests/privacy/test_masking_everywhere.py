"""A stranger walks every public page of a place where a whole story happened, and reads nobody's name, number or room.

The people are planted: each name ends in a sign that stands nowhere else, and everybody has a telephone. A page of a
new room is walked by itself, as soon as the numbers in its address are among those below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.kernel.database import db, transaction
from deliberation.people import service as people
from deliberation.people.models import RoleAssignment, User
from deliberation.registry.models import Part
from deliberation.setup import links
from deliberation.setup import service as invitations
from deliberation.votes import service as votes
from tests.feedback.test_whole_story import walk_through
from tests.support import cycle, kept, make, owners
from tests.support.door import client_of
from tests.support.gathering import Gathering

SIGN = "密"  # Ends each planted name; no page of ours uses it, save for the words below.
OURS = ("秘密", "保密", "机密", "密码", "严密", "密封")
ROOM = re.compile(r"40\d 室")  # Behind the stair: 3 号楼 2 单元 401 室.


@pytest.fixture
def planted(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    create, numbers = people.create_user, count(1)
    kept.end()  # A scene that was kept has people in it whose names were not planted here.

    def with_sign(**given):
        number = next(numbers)
        phone = given.get("phone") or f"139{number:08d}"
        return create(
            **{**given, "name": f"{given['name']}{SIGN}", "phone": phone, "email": f"secret{number}@planted.cn"}
        )

    monkeypatch.setattr(people, "create_user", with_sign)
    return sqlite_app


def addresses(app: Flask, known: dict[str, list[str]]) -> Iterator[str]:
    """Every address that can be read, with each of the known values in it."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static":
            continue
        names = re.findall(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", rule.rule)
        if not all(name in known for name in names):
            continue
        for number in range(max((len(known[name]) for name in names), default=1)):
            path = rule.rule
            for name in names:
                values = known[name]
                path = re.sub(rf"<[^<>]*\b{name}>", values[min(number, len(values) - 1)], path)
            yield path


def test_a_stranger_reads_no_name_no_number_and_no_room(planted: Flask) -> None:
    with transaction():
        made = cycle.settled(needs_approval=True)
    walk_through(made)
    gathering = Gathering().debate()
    with transaction():
        parts = [owners.Owned(f"房主{number}密", 8550, zone="3 号楼") for number in range(4)]
        estate = owners.prepare(parts, terms=owners.terms())
        for number, part in enumerate(db.session.scalars(select(Part).where(Part.place_id == estate.place.id))):
            part.label = f"3 号楼 2 单元 40{number} 室"
        owners.check(estate)
        votes.publish_vote(estate.liaison, vote_id=estate.vote.id, now=owners.NOW)
        votes.open_due(estate.vote.id, now=owners.OPENS)
        administrator = make.person(name="顾青")
        people.grant_role(user_id=administrator.id, role=people.Role.administrator, place_id=None, now=make.NOW)
        invitation = invitations.invite(
            make.actor(administrator), place_id=gathering.place.id, uses_allowed=3,
            expires_at=make.NOW.replace(year=2031),
            now=make.NOW,
        )  # fmt: skip
    hall = made.hall
    known = {
        "code": [hall.place.code, gathering.place.code, estate.place.code],
        "number": [hall.matter.number, gathering.matters[0].number],
        "meeting_id": [str(gathering.meeting.id)],
        "item_id": [str(gathering.item.id)],
        "vote_id": [str(hall.vote.id), str(estate.vote.id)],
        "committee_id": [str(hall.body.id), str(gathering.body.id)],
        "case_id": [str(made.case.id)],
        "notice_id": [str(each.id) for each in made.notices()],
        "look_back_id": ["1", "2"],
        "token": [links.sign(invitation.id)],
    }
    stranger, read, told = client_of(planted), 0, []
    # Whoever chairs, screens or handles does so in office, under their name; everybody else is masked.
    held = select(RoleAssignment.user_id)
    officials = list(db.session.scalars(select(User.name).where(User.id.in_(held))))
    rows = db.session.execute(select(User.email, User.us_phone_number)).all()
    secrets = [secret for email, phone in rows for secret in (email, phone[-11:])]
    for path in addresses(planted, known):
        answer = stranger.get(path)
        if answer.status_code != 200 or answer.mimetype not in ("text/html", "application/json", "text/calendar"):
            continue
        read += 1
        text = answer.get_data(as_text=True)
        for word in (*OURS, *officials):
            text = text.replace(word, "")
        found = [match.group() for match in re.finditer(rf".{{0,12}}{SIGN}.{{0,4}}", text)]
        found += ROOM.findall(text)
        found += [secret for secret in secrets if secret in text]
        told += [(path, found[:3])] if found else []
    assert told == [], "\n".join(str(each) for each in told)
    assert read > 25
