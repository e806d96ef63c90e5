"""Taking a file over as the register: read and kept as a draft, then put in the old one's place in one act."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from deliberation.audit import service as audit
from deliberation.kernel.database import db
from deliberation.people.access import Actor, require
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.registry import queries, rules
from deliberation.registry.models import OwnerSet, Part, RegisterDraft

PARTS = ("label", "zone", "kind", "area", "area_source", "is_delivered")


def keep_draft(
    actor: Actor, *, place_id: int, file_name: str, data: bytes, reading: rules.Reading, now: datetime
) -> RegisterDraft | None:
    """Keep a file that is all right until it is taken over; one that is not leaves nothing behind."""
    _place(actor, place_id)
    earlier = (RegisterDraft.place_id == place_id, RegisterDraft.read_by_id == actor.user_id)
    db.session.execute(delete(RegisterDraft).where(*earlier))
    if reading.errors or not reading.rows:
        return None
    draft = RegisterDraft(
        place_id=place_id, read_by_id=actor.user_id, read_at=now, file_name=file_name[:120],
        file_hash=hashlib.sha256(data).hexdigest(), rows=reading.rows,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def take_over(actor: Actor, *, place_id: int, now: datetime) -> int:
    """Put the draft in the register's place: what stood before ends, and is kept; return how many parts there are.

    Votes whose roll is frozen keep their own copy and do not change (R-13).
    """
    place = _place(actor, place_id)
    draft = queries.draft(place.id, actor.user_id)
    if draft is None:
        raise rules.NothingToTakeOver()
    for model in (Part, OwnerSet):
        standing = update(model).where(model.place_id == place_id, model.ended_at.is_(None))
        db.session.execute(standing.values(ended_at=now), execution_options={"synchronize_session": False})
    sets = _write_owner_sets(place_id, draft.rows)
    parts = [
        {"place_id": place_id, "owner_set_id": sets[row["owner"]], **{name: row[name] for name in PARTS}}
        for row in draft.rows
    ]
    db.session.execute(insert(Part), parts)
    leaf = {"place": place_id, "parts": len(parts), "owner_sets": len(sets), "file_hash": draft.file_hash}
    audit.record("register.replaced", leaf, now=now)
    db.session.delete(draft)
    return len(parts)


def _write_owner_sets(place_id: int, rows: list[dict[str, Any]]) -> dict[str, int]:
    """One row for each owner-set, its voter linked to the account of the phone; give their ids by code."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = found.setdefault(
            row["owner"],
            {
                "place_id": place_id, "code": row["owner"], "names": row["names"] or row["owner"],
                "voter_name": row["voter_name"], "phone": row["phone"], "is_developer": False,
            },
        )  # fmt: skip
        known["is_developer"] = known["is_developer"] or not row["is_delivered"]
    accounts = _accounts(place_id)
    lines = [{**each, "user_id": accounts.get(each["phone"])} for each in found.values()]
    db.session.execute(insert(OwnerSet), lines)
    standing = select(OwnerSet.code, OwnerSet.id).where(OwnerSet.place_id == place_id, OwnerSet.ended_at.is_(None))
    return dict(db.session.execute(standing).all())


def _accounts(place_id: int) -> dict[str, int]:
    """Accounts by phone, as the register writes phones: eleven digits."""
    rows = select(User.us_phone_number, User.id).where(User.us_phone_number.is_not(None), User.active.is_(True))
    return {rules.phone_of(str(phone)): user_id for phone, user_id in db.session.execute(rows)}


def link_voters(place_id: int) -> None:
    """Give owner-sets the account of their voter's phone, for those who joined after the file was taken over."""
    waiting = select(OwnerSet).where(
        OwnerSet.place_id == place_id, OwnerSet.ended_at.is_(None), OwnerSet.user_id.is_(None), OwnerSet.phone != ""
    )
    found = db.session.scalars(waiting).all()
    accounts = _accounts(place_id) if found else {}
    for owner_set in found:
        owner_set.user_id = accounts.get(owner_set.phone)


def _place(actor: Actor, place_id: int) -> Place:
    place = places.place(place_id)
    require(actor, "register.keep", place.scope)
    return place
