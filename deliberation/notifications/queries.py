"""What pages and the delivery job read about messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotFound
from deliberation.kernel.keyset import Page, newest_first
from deliberation.matters.models import Matter, Participation
from deliberation.matters.queries import matters_by_id
from deliberation.notifications.models import MailboxItem, Message
from deliberation.people.models import User
from deliberation.people.queries import users_by_id


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
        .where(Message.user_id.in_(user_ids), Message.read_at.is_(None))
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
            since=since.get((message.matter_id, message.user_id, message.reason)),
        )
        for message in messages
    ]


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
