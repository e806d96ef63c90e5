"""What every channel is handed, and how it says that something did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from deliberation.notifications.models import Channel

SECONDS = 15  # How long to wait for a mail server or a gateway before the delivery counts as failed.


class Undeliverable(Exception):
    """It will never arrive at this address: trying again would change nothing."""


class Unreachable(Exception):
    """Nobody answers at the other end just now, whatever is to be sent."""


@dataclass(frozen=True)
class Target:
    """A browser that wants to be pushed to (RFC 8030): where, and the keys of RFC 8291."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Parcel:
    """What is to be sent. ``key`` is the same at every attempt, so a second arrival can be told from a new message.

    ``attempt`` counts the claims of this delivery. ``unsubscribe`` is the address of RFC 8058, where one click stops
    reminders; empty for what goes out whatever a person wishes. ``secret`` signs what goes to a group's robot,
    ``targets`` are the browsers of a push, and ``link`` is where either leads.
    """

    delivery_id: int
    key: str
    attempt: int
    channel: Channel
    address: str
    subject: str
    body: str
    now: datetime
    html: str = ""
    unsubscribe: str = ""
    link: str = ""
    secret: str = ""
    targets: tuple[Target, ...] = ()


class Sender(Protocol):
    """Sends one parcel, or raises: ``Undeliverable`` for good, ``Unreachable`` for all, anything else for now."""

    def send(self, parcel: Parcel) -> None: ...

    def close(self) -> None: ...
