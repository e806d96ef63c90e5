"""What pages and the delivery job read about messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, exists, func, select

from deliberation.kernel.database import db, each_of
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.matters.desk import DeskLine, Need
from deliberation.matters.models import Matter, Participation
from deliberation.matters.queries import matters_by_id
from deliberation.notifications import rules
from deliberation.notifications.models import (
    Audience,
    Channel,
    Delivery,
    DeliveryState,
    MailboxItem,
    MatterMute,
    Message,
    Occasion,
    PaperTask,
    PlaceRobot,
    PushTarget,
    Wishes,
)
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.people.queries import users_by_id
from deliberation.places.models import Place


@dataclass(frozen=True)
class Content:
    """A message with all its template needs, so that rendering asks the database nothing.

    ``since`` is when the person came to take part for the message's reason; ``None`` when that has no day.
    """

    message: Message
    user: User
    matter: Matter | None
    since: datetime | None


def unread_count(user_id: int) -> int:
    """How many messages the person has not read, counted to 100 at most."""
    unread = select(Message.id).where(Message.user_id == user_id, Message.read_at.is_(None)).limit(100)
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def unread_counts(user_ids: Collection[int]) -> Mapping[int, int]:
    """The same for each of these; who has read everything is left out."""
    rows = db.session.execute(
        select(Message.user_id, func.count())
        .where(Message.user_id.in_(select(each_of(user_ids))), Message.read_at.is_(None))
        .group_by(Message.user_id)
    )
    return {row[0]: row[1] for row in rows}


def contents(messages: Sequence[Message]) -> list[Content]:
    """The messages with receivers, matters and the day each person came to take part; four statements at most."""
    users = users_by_id(message.user_id for message in messages)
    matters = matters_by_id(message.matter_id for message in messages if message.matter_id is not None)
    since = _since(messages)
    return [
        Content(
            message=message,
            user=users[message.user_id],
            matter=matters.get(message.matter_id) if message.matter_id is not None else None,
            since=_since_then(message) or since.get((message.matter_id, message.user_id, message.reason)),
        )
        for message in messages
    ]


def _since_then(message: Message) -> datetime | None:
    """The day that the occasion itself names: of a matter's several votes each has a roll of its own."""
    told = message.data.get("since")
    return datetime.fromisoformat(str(told)) if told else None


def _since(messages: Sequence[Message]) -> dict[tuple[int | None, int, str], datetime]:
    rows = db.session.execute(
        select(Participation.matter_id, Participation.user_id, Participation.reason, Participation.since).where(
            Participation.matter_id.in_({m.matter_id for m in messages if m.matter_id is not None}),
            Participation.user_id.in_({m.user_id for m in messages}),
        )
    )
    return {(row.matter_id, row.user_id, str(row.reason)): row.since for row in rows}


def messages_by_id(ids: Iterable[int | None]) -> dict[int, Message]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(wanted)))}


def inbox(user_id: int, *, before: int | None) -> Page[Message]:
    return newest_first(select(Message).where(Message.user_id == user_id), key=Message.id, before=before)


def own_message(message_id: int, *, user_id: int) -> Message:
    """A message of this person; anybody else's does not exist for them."""
    message = db.session.get(Message, message_id)
    if message is None or message.user_id != user_id:
        raise NotFound()
    return message


def mailbox(*, address: str, before: int | None) -> Page[MailboxItem]:
    """What was sent, newest first; to one ``address`` only when it is given."""
    rows = select(MailboxItem)
    if address:
        rows = rows.where(MailboxItem.address == address)
    return newest_first(rows, key=MailboxItem.id, before=before)


def mailbox_addresses() -> Sequence[str]:
    """To whom something was sent, at most fifty, in order."""
    rows = select(MailboxItem.address).distinct().order_by(MailboxItem.address).limit(50)
    return db.session.scalars(rows).all()


@dataclass(frozen=True)
class Reachable:
    """A person as the outbox sees them: ``addresses`` by way ("email", "sms", "push"), and what they wish."""

    user_id: int
    addresses: Mapping[str, str]
    wishes: rules.Wishes
    is_muted: bool


def reachable(user_ids: Iterable[int], *, matter_id: int | None) -> list[Reachable]:
    """How each of these people can be reached, in the order of their ids; one statement."""
    has_push = exists().where(PushTarget.user_id == User.id)
    is_muted = exists().where(MatterMute.user_id == User.id, MatterMute.matter_id == matter_id)
    rows = db.session.execute(
        select(User.id, User.email, User.us_phone_number, Wishes, has_push, is_muted)
        .outerjoin(Wishes, Wishes.user_id == User.id)
        .where(User.id.in_(select(each_of(list(user_ids)))))
        .order_by(User.id)
    )
    found = []
    for user_id, email, phone, wishes, pushes, muted in rows:
        known = {"email": email or "", "sms": phone or "", **({"push": "push"} if pushes else {})}
        addresses = {way: address for way, address in known.items() if address}
        found.append(Reachable(user_id, addresses, wishes.as_rules() if wishes else rules.Wishes(), muted))
    return found


def wishes_of(user_id: int) -> rules.Wishes:
    kept = db.session.get(Wishes, user_id)
    return kept.as_rules() if kept else rules.Wishes()


def muted_matters(user_id: int) -> Sequence[Matter]:
    """Of which nothing but what is owed is sent to the person, the latest first."""
    rows = select(Matter).join(MatterMute, MatterMute.matter_id == Matter.id).where(MatterMute.user_id == user_id)
    return db.session.scalars(rows.order_by(MatterMute.since.desc()).limit(100)).all()


def push_targets(user_ids: Iterable[int]) -> Sequence[PushTarget]:
    rows = select(PushTarget).where(PushTarget.user_id.in_(list(user_ids)))
    return db.session.scalars(rows.order_by(PushTarget.id)).all()


def robots_by_id(ids: Iterable[int]) -> dict[int, PlaceRobot]:
    rows = select(PlaceRobot).where(PlaceRobot.id.in_(list(ids)), PlaceRobot.ended_at.is_(None))
    return {robot.id: robot for robot in db.session.scalars(rows)}


def robots_of(place_id: int) -> Sequence[PlaceRobot]:
    rows = select(PlaceRobot).where(PlaceRobot.place_id == place_id, PlaceRobot.ended_at.is_(None))
    return db.session.scalars(rows.order_by(PlaceRobot.id)).all()


def last_of_robots(robots: Iterable[PlaceRobot]) -> dict[str, Delivery]:
    """The latest delivery of each robot, by its id as text."""
    names = [str(robot.id) for robot in robots]
    last = select(func.max(Delivery.id)).where(Delivery.address.in_(names), Delivery.occasion_id.is_not(None))
    rows = select(Delivery).where(Delivery.id.in_(last.group_by(Delivery.address)))
    return {each.address: each for each in db.session.scalars(rows)}


@dataclass(frozen=True)
class Public:
    """An occasion everybody may read of, with its matter where it is one matter's."""

    occasion: Occasion
    matter: Matter | None


def public_occasions(place: Place, *, most: int = 30) -> list[Public]:
    """What became public in the place and below it, newest first."""
    rows = (
        select(Occasion, Matter)
        .join(Place, Place.id == Occasion.place_id)
        .outerjoin(Matter, Matter.id == Occasion.matter_id)
        .where(Place.path.startswith(place.path), Occasion.kind.in_(sorted(rules.PUBLIC)))
        .order_by(Occasion.id.desc())
        .limit(most)
    )
    return [Public(*row) for row in db.session.execute(rows)]


def publics(occasion_ids: Iterable[int]) -> dict[int, Public]:
    rows = select(Occasion, Matter).outerjoin(Matter, Matter.id == Occasion.matter_id)
    found = db.session.execute(rows.where(Occasion.id.in_(list(occasion_ids))))
    return {row[0].id: Public(*row) for row in found}


def public_occasion(occasion_id: int) -> Public:
    found = publics([occasion_id]).get(occasion_id)
    if found is None or found.occasion.kind not in rules.PUBLIC:
        raise NotFound()
    return found


@dataclass(frozen=True)
class ToTell:
    """A task of telling somebody by voice or on paper, with whom and what."""

    task: PaperTask
    content: Content


def paper_tasks(actor: Actor, *, most: int = 100) -> list[ToTell]:
    """What this person is to tell others by voice or on paper, the oldest first; four statements."""
    rows = (
        select(PaperTask)
        .where(PaperTask.holder_id == actor.user_id, PaperTask.done_at.is_(None))
        .order_by(PaperTask.created_at, PaperTask.id)
        .limit(most)
    )
    tasks = db.session.scalars(rows).all()
    messages = messages_by_id(task.message_id for task in tasks)
    by_id = {content.message.id: content for content in contents(list(messages.values()))}
    return [ToTell(task, by_id[task.message_id]) for task in tasks]


def on_matter(_matter: Matter, _actor: Actor, *, now: datetime) -> None:
    """Nothing of this room stands on a matter's page."""


def desk_lines(actor: Actor, *, now: datetime) -> list[DeskLine]:
    """Whom this person is to tell by voice or on paper, a line for each matter; one statement."""
    waiting = (
        select(Occasion.matter_id, func.count().label("people"), func.min(PaperTask.created_at).label("since"))
        .select_from(PaperTask)
        .join(Message, Message.id == PaperTask.message_id)
        .join(Occasion, Occasion.id == Message.occasion_id)
        .where(PaperTask.holder_id == actor.user_id, PaperTask.done_at.is_(None))
        .group_by(Occasion.matter_id)
        .subquery()
    )
    rows = db.session.execute(
        select(waiting.c.people, waiting.c.since, Matter)
        .join(waiting, waiting.c.matter_id == Matter.id)
        .order_by(waiting.c.since, Matter.id)
        .limit(100)
    )
    return [
        DeskLine(
            matter.step, matter.number, matter.plate, matter.title, "tell_on_paper", at + rules.TELL_WITHIN,
            "/notices/paper", count,
        )
        for count, at, matter in rows
    ]  # fmt: skip


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """The same on the home page, as one card."""
    if actor.user_id is None:
        return []
    mine = select(func.count(), func.min(PaperTask.created_at))
    count, first = db.session.execute(
        mine.where(PaperTask.holder_id == actor.user_id, PaperTask.done_at.is_(None))
    ).one()
    if not count:
        return []
    return [Need(5, "", first + rules.TELL_WITHIN, "/notices/paper", "notifications/_need.html", {"count": count})]


def outbox_counts() -> Sequence[Row[Channel, DeliveryState, int, datetime | None]]:
    """How many deliveries there are of each channel and state, and since when the first of them is due."""
    rows = select(Delivery.channel, Delivery.state, func.count(), func.min(Delivery.next_attempt_at))
    return db.session.execute(rows.group_by(Delivery.channel, Delivery.state).order_by(Delivery.channel)).all()


def latest_failures(*, most: int = 10) -> Sequence[Delivery]:
    """What was given up last, with why."""
    rows = select(Delivery).where(Delivery.state == DeliveryState.failed)
    return db.session.scalars(rows.order_by(Delivery.id.desc()).limit(most)).all()


def waiting_to_unfold(_now: datetime) -> int:
    return db.session.scalar(select(func.count(Audience.id))) or 0


def waiting_to_deliver(now: datetime) -> int:
    due = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.queued, Delivery.next_attempt_at <= now)
    return db.session.scalar(due) or 0


def next_due(until: datetime) -> datetime | None:
    """When the first of what waits is due, not later than ``until``."""
    due = select(func.min(Delivery.next_attempt_at)).where(Delivery.state == DeliveryState.queued)
    return db.session.scalar(due.where(Delivery.next_attempt_at <= until))


def waiting_for_digest(now: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(Wishes).where(Wishes.digest_at <= now)) or 0
