"""Telling people: what an occasion is once, a message to each person, and a delivery by the way that reaches them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, delete, func, insert, literal, select, text

from deliberation.kernel import live
from deliberation.kernel.database import Model, db, each_of, insert_missing
from deliberation.matters.models import Matter
from deliberation.matters.queries import reader_ids
from deliberation.notifications import queries, rules
from deliberation.notifications.models import Audience, Message, Occasion
from deliberation.notifications.service.queueing import queue_messages, queue_robots

SHARE = 1000  # People whose messages are made in one transaction, and whose bells ring together.
ONE_EACH = ("occasion_id", "user_id")


def tell(
    reasons: Mapping[int, str] | Select[int, str],
    kind: str,
    *,
    key: str,
    now: datetime,
    matter_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[int, Mapping[str, Any]] | None = None,
    place_id: int | None = None,
) -> int:
    """Tell each person of ``reasons`` (user id → why they hear it) of one occasion; how many people that are.

    Where very many hear it, ``reasons`` is a statement of each person once with these two columns, ``user_id`` and
    ``reason``. ``kind`` names the template templates/messages/<kind>.txt; ``data`` is plain JSON for it, ``personal``
    adds to it for one person. In ``data``, ``path`` is where the inbox leads (else the matter's page), and ``sms``
    "first_line" makes a text message say the body's first line (else the subject). ``key`` names the occasion: telling
    it again adds nobody twice. ``place_id`` is where something public happens that is not one matter's.

    More than ``SHARE`` people are written down as an audience, which costs the cause next to nothing; the job
    notifications.unfold makes their messages a moment after the commit.
    """
    occasion = _occasion(key, kind, matter_id, place_id, dict(data or {}), now=now)
    reasons = _who_may_read(reasons, matter_id)
    if isinstance(reasons, Select):
        shares = _gather(occasion, reasons)
        number = sum(shares.values())
        if number > SHARE:
            return number
        reasons = _taken_back(list(shares))
    own = personal or {}
    people: dict[str, list[int]] = defaultdict(list)
    for user_id in sorted(reasons):
        if user_id not in own:
            people[str(reasons[user_id])].append(user_id)
    told = {user_id: (str(reasons[user_id]), dict(more)) for user_id, more in own.items() if user_id in reasons}
    if told:
        _give_own(occasion, told, now=now)
    if sum(map(len, people.values())) <= SHARE:
        _give(occasion, people, now=now)
    else:
        _write_down(occasion, people)
    return len(reasons)


def _who_may_read(
    reasons: Mapping[int, str] | Select[int, str], matter_id: int | None
) -> Mapping[int, str] | Select[int, str]:
    """Of a private matter nobody is told who may not read it, whoever asks for it."""
    matter = db.session.get(Matter, matter_id) if matter_id is not None else None
    if matter is None or not matter.is_private:
        return reasons
    readers = reader_ids(matter)
    told = db.session.execute(reasons).all() if isinstance(reasons, Select) else reasons.items()
    return {user_id: reason for user_id, reason in told if user_id in readers}


def _occasion(
    key: str, kind: str, matter_id: int | None, place_id: int | None, data: dict[str, Any], *, now: datetime
) -> Occasion:
    """The occasion ``key``; what was told of it first stands, and the robots post it once."""
    matter = db.session.get(Matter, matter_id) if matter_id is not None else None
    is_public = kind in rules.PUBLIC and not (matter is not None and matter.is_private)
    if is_public and place_id is None and matter is not None:
        place_id = matter.place_id
    row = {
        "key": key, "kind": kind, "matter_id": matter_id, "place_id": place_id if is_public else None, "data": data,
        "created_at": now,
    }  # fmt: skip
    is_new = bool(_insert_new(Occasion, row, key=["key"], returning=[Occasion.id]))
    occasion = db.session.scalars(select(Occasion).where(Occasion.key == key)).one()
    if is_new:
        queue_robots(occasion, now=now)
    return occasion


def _insert_new(
    model: type[Model], row: Mapping[str, Any], *, key: Sequence[str], returning: Sequence[Any] = ()
) -> Sequence[Row[Any]]:
    values = [literal(value, model.__table__.c[name].type) for name, value in row.items()]
    return insert_missing(model, list(row), select(*values), key=key, returning=returning)


def _gather(occasion: Occasion, people: Select[int, str]) -> dict[int, int]:
    """Write an audience down in one statement, which asks who they are only once: so many people in the order of their
    ids to a share, and of each share those with one reason to a row. By the row's id, how many they are.
    """
    each = people.subquery("people")
    place = func.row_number().over(order_by=each.c.user_id)
    shares = select(each.c.user_id, each.c.reason, ((place - 1) // literal(SHARE, Integer)).label("share")).subquery()
    gather = func.json_agg if _is_postgresql() else func.json_group_array
    rows = select(literal(occasion.id), shares.c.reason, gather(shares.c.user_id)).group_by(
        shares.c.reason, shares.c.share
    )
    written = insert(Audience).from_select(["occasion_id", "reason", "user_ids"], rows)
    sizes = written.returning(Audience.id, func.json_array_length(Audience.user_ids))
    return {row[0]: row[1] for row in db.session.execute(sizes)}


def _taken_back(audience_ids: Sequence[int]) -> dict[int, str]:
    """They are few: nobody waits for a job, and the audience's rows go as they came."""
    gone = delete(Audience).where(Audience.id.in_(audience_ids)).returning(Audience.reason, Audience.user_ids)
    rows = db.session.execute(gone.execution_options(synchronize_session=False))
    return {user_id: reason for reason, user_ids in rows for user_id in user_ids}


def _write_down(occasion: Occasion, people: Mapping[str, Sequence[int]]) -> None:
    rows = [
        {"occasion_id": occasion.id, "reason": reason, "user_ids": user_ids[start : start + SHARE]}
        for reason, user_ids in people.items()
        for start in range(0, len(user_ids), SHARE)
    ]
    db.session.execute(insert(Audience), rows)


def unfold_share(*, now: datetime) -> bool:
    """Make the messages of the audience that has waited longest; ``False`` when none waits.

    Another process passes over a share that is being unfolded. The messages are there and the share is gone in the
    same commit, so whoever dies in between has done nothing, and the share is unfolded by the next.
    """
    share = db.session.scalar(select(Audience).order_by(Audience.id).limit(1).with_for_update(skip_locked=True))
    if share is None:
        return False
    if _is_postgresql():
        # What checks foreign keys was planned by how small the tables were; a table that grows so fast would be read
        # from end to end for each row.
        db.session.execute(text("DISCARD PLANS"))
    _give(db.session.get_one(Occasion, share.occasion_id), {share.reason: share.user_ids}, now=now)
    db.session.delete(share)
    return True


def _give(occasion: Occasion, people: Mapping[str, Sequence[int]], *, now: datetime) -> None:
    """A message to each of these people (reason → user ids) who has none yet, and what follows from it."""
    new: dict[int, tuple[int, str]] = {}
    for reason, user_ids in people.items():
        rows = select(literal(occasion.id), each_of(user_ids), literal(reason))
        columns = ["occasion_id", "user_id", "reason"]
        for row in insert_missing(Message, columns, rows, key=ONE_EACH, returning=[Message.id, Message.user_id]):
            new[row.user_id] = row.id, reason
    _follow(occasion, new, now=now)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _give_own(occasion: Occasion, told: Mapping[int, tuple[str, dict[str, Any]]], *, now: datetime) -> None:
    """The same where each hears something of their own."""
    new: dict[int, tuple[int, str]] = {}
    for user_id, (reason, own) in told.items():
        row = {"occasion_id": occasion.id, "user_id": user_id, "reason": reason, "own_data": own}
        for found in _insert_new(Message, row, key=ONE_EACH, returning=[Message.id]):
            new[user_id] = found.id, reason
    _follow(occasion, new, now=now)


def _follow(occasion: Occasion, new: Mapping[int, tuple[int, str]], *, now: datetime) -> None:
    """What follows from new messages (user id → message id and reason): the ways out, and the bells."""
    if new:
        queue_messages(occasion, new, now=now)
        _push_unread(list(new))


def _push_unread(user_ids: Sequence[int]) -> None:
    """The bell of every open page of these people, after the commit; who has as many unread is told together."""
    together: dict[int, list[int]] = defaultdict(list)
    for user_id, unread in queries.unread_counts(user_ids).items():
        together[unread].append(user_id)
    for unread, same in together.items():
        live.tell_people(same, "inbox.changed", {"unread": unread})
