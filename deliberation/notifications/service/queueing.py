"""By which way a message goes out, and what comes after a way that failed: the next one, and in the end paper."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, cast, column, func, insert, literal, select

from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, insert_missing
from deliberation.matters.models import Matter
from deliberation.notifications import queries, rules
from deliberation.notifications.models import Channel, Delivery, DeliveryState, Message, Occasion, PaperTask, PlaceRobot
from deliberation.people import queries as people
from deliberation.people.access import Role
from deliberation.people.models import User
from deliberation.places import queries as places

log = logging.getLogger(__name__)


def delivery(
    key: str, channel: Channel, address: str, *, at: datetime | None, message_id: int | None = None, **more: Any
) -> dict[str, Any]:
    """A new row of the outbox."""
    return {
        "key": key,
        "message_id": message_id,
        "channel": channel,
        "address": address,
        "state": DeliveryState.queued,
        "attempts": 0,
        "error": "",
        "next_attempt_at": at,
        "subject": "",
        "body": "",
        "user_id": None,
        "occasion_id": None,
        **more,
    }


def queue_messages(occasion: Occasion, new: Mapping[int, tuple[int, str]], *, now: datetime) -> None:
    """What goes out for new messages (user id → message id and reason): one delivery each, by the first of the ways
    that reach the person, now, after the quiet hours or with the digest, as they wish."""
    alike: dict[tuple[Channel, DeliveryState, datetime | None], list[list[Any]]] = defaultdict(list)
    for each in queries.reachable(new, matter_id=occasion.matter_id):
        message_id, reason = new[each.user_id]
        if rules.is_stopped(occasion.kind, reason, each.wishes, is_muted=each.is_muted):
            continue
        wished = rules.ways(each.wishes, each.addresses)
        if not wished:
            continue  # No address was ever given, so none has failed: the inbox is what they have.
        channel = Channel(wished[0])
        if rules.waits_for_digest(occasion.kind, reason, each.wishes):
            alike[channel, DeliveryState.held, None].append([message_id, each.addresses[channel], each.user_id])
        else:
            rings_at = rules.rings_at(channel, each.wishes, now=shanghai(now))
            alike[channel, DeliveryState.queued, rings_at].append([message_id, each.addresses[channel], None])
    for (channel, state, at), rows in alike.items():
        _enter(channel, state, at, rows)


def _enter(channel: Channel, state: DeliveryState, at: datetime | None, rows: Sequence[Sequence[Any]]) -> None:
    """Deliveries that differ in message, address and person alone; one parameter and one statement for all of them."""
    is_postgresql = db.engine.dialect.name == "postgresql"
    unnest = func.json_array_elements if is_postgresql else func.json_each
    row = unnest(literal([list(each) for each in rows], JSON)).table_valued(column("value", JSON)).c.value
    message_id = row[0].as_integer()
    same = delivery("", channel, "", at=at, state=state)
    own = {
        "key": cast(message_id, String) + f":{channel}", "message_id": message_id, "address": row[1].as_string(),
        "user_id": row[2].as_integer(),
    }  # fmt: skip
    alike = {name: literal(value, Delivery.__table__.c[name].type) for name, value in same.items() if name not in own}
    insert_missing(Delivery, [*own, *alike], select(*own.values(), *alike.values()), key=["key"])


def _row(message_id: int, way: str, each: queries.Reachable, *, now: datetime) -> dict[str, Any]:
    channel = Channel(way)
    at = rules.rings_at(way, each.wishes, now=shanghai(now))
    return delivery(f"{message_id}:{channel}", channel, each.addresses[way], at=at, message_id=message_id)


def try_next_way(message_id: int, *, now: datetime) -> None:
    """One way has failed for good: the next that reaches the person, unless they have read it already; then paper."""
    message = db.session.get(Message, message_id)
    if message is None or message.read_at is not None:
        return
    tried = set(db.session.scalars(select(Delivery.channel).where(Delivery.message_id == message_id)))
    (each,) = queries.reachable([message.user_id], matter_id=message.matter_id)
    way = rules.next_way(rules.ways(each.wishes, each.addresses), tried)
    if way is not None:
        db.session.execute(insert(Delivery), [_row(message_id, way, each, now=now)])
    else:
        _ask_on_paper(message_id, message.user_id, message.reason, message.occasion, now=now)


def _ask_on_paper(message_id: int, user_id: int, reason: str, occasion: Occasion, *, now: datetime) -> None:
    """Somebody tells them: who answers for the place. Only what is owed, to people who took part."""
    if rules.weight(occasion.kind) is not rules.Weight.owed or reason in rules.ONLOOKERS:
        return
    matter = db.session.get(Matter, occasion.matter_id) if occasion.matter_id else None
    place_id = matter.place_id if matter else people.user(user_id).home_place_id
    holder = _who_tells(place_id)
    if holder is None:
        log.error("nobody is there to tell message %s on paper: name a liaison or an administrator", message_id)
        return
    known = select(PaperTask.id).where(PaperTask.message_id == message_id)
    if db.session.scalar(known) is None:
        db.session.add(PaperTask(message_id=message_id, place_id=place_id, holder_id=holder.id, created_at=now))


def _who_tells(place_id: int | None) -> User | None:
    scope: Sequence[int] = places.place(place_id).scope if place_id else ()
    for role in (Role.liaison, Role.park_manager, Role.administrator):
        found = people.holders_of_role(role, scope)
        if found:
            return found[0]
    return None


def queue_robots(occasion: Occasion, *, now: datetime) -> None:
    """What is public goes to the group robots of its place and of every place above it, once each."""
    if occasion.kind not in rules.PUBLIC or occasion.place_id is None:
        return
    scope = places.place(occasion.place_id).scope
    robots = select(PlaceRobot).where(PlaceRobot.place_id.in_(scope), PlaceRobot.ended_at.is_(None))
    rows = [
        delivery(
            f"occasion:{occasion.id}:robot:{robot.id}", robot.channel, str(robot.id), at=now, occasion_id=occasion.id
        )
        for robot in db.session.scalars(robots.order_by(PlaceRobot.id))
    ]
    if rows:
        db.session.execute(insert(Delivery), rows)
