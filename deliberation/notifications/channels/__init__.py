"""The ways a message leaves the house, behind one small interface: a sender for each channel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deliberation.notifications.channels.base import Parcel, Sender, Target, Undeliverable, Unreachable
from deliberation.notifications.channels.mail import Smtp
from deliberation.notifications.channels.mailbox import Mailbox
from deliberation.notifications.channels.push import Push
from deliberation.notifications.channels.robots import ROBOTS, Robot
from deliberation.notifications.channels.sms import NoGateway, SmsGateway
from deliberation.notifications.models import Channel
from deliberation.settings import Settings

__all__ = ["Parcel", "Push", "Sender", "Target", "Undeliverable", "Unreachable", "opened", "senders"]


def senders(settings: Settings) -> dict[Channel, Sender]:
    """The way out for each channel, as the settings say; in the demo and in tests everything lands in the mailbox."""
    found: dict[Channel, Sender] = {
        Channel.email: Smtp(settings.smtp_url, mail_from=settings.mail_from) if settings.smtp_url else Mailbox(),
        Channel.sms: _sms_sender(settings),
        Channel.push: Push(settings.vapid_key, contact=settings.mail_from),
    }
    for channel, words in ROBOTS.items():
        url = settings.robot_urls.get(channel, words.url)
        found[channel] = (
            Robot(words, url=url) if settings.is_production or channel in settings.robot_urls else Mailbox()
        )
    return found


def _sms_sender(settings: Settings) -> Sender:
    if settings.sms_url:
        return SmsGateway(settings.sms_url, secret=settings.sms_secret)
    return NoGateway() if settings.is_production else Mailbox()


@contextmanager
def opened(settings: Settings) -> Iterator[dict[Channel, Sender]]:
    """The senders for one tick; their connections are closed afterwards."""
    each = senders(settings)
    try:
        yield each
    finally:
        for sender in each.values():
            sender.close()
