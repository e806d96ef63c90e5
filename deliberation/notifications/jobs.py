"""The delivery job: claim in one short transaction, send outside of any, then say what became of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.notifications import queries, rules, service
from deliberation.notifications.channels import Parcel, Sender, Undeliverable, opened
from deliberation.notifications.models import Channel, Delivery
from deliberation.notifications.render import for_channel, public_link
from deliberation.settings import Settings

log = logging.getLogger(__name__)
SECONDS = 60  # Of one tick: with the longest batch on top it stays well within a lease, which counts from ``now``.


@job("notifications.unfold", seconds=2)
def unfold(now: datetime) -> None:
    """Make the messages of what very many are told, a share of them in each transaction, until none waits."""
    is_left = True
    while is_left:
        with transaction():
            is_left = service.unfold_share(now=now)


@job("notifications.deliver", seconds=5)
def deliver(now: datetime) -> None:
    """Send what is due, batch after batch, until nothing is."""
    settings: Settings = current_app.extensions["settings"]
    started = time.monotonic()
    while time.monotonic() - started < SECONDS:
        parcels, claimed = _claim(now)
        with opened(settings) as senders:
            for parcel in parcels:
                _send(parcel, senders[parcel.channel], now)
        if claimed < rules.BATCH:
            return


def _claim(now: datetime) -> tuple[list[Parcel], int]:
    """Lease a batch and put it in words; the texts are made here, before the rows are let go."""
    with transaction():
        deliveries = service.claim_due(now=now)
        parcels = _parcels(deliveries, now)
    return parcels, len(deliveries)


def _parcels(deliveries: Sequence[Delivery], now: datetime) -> list[Parcel]:
    messages = queries.messages_by_id(delivery.message_id for delivery in deliveries)
    contents = {content.message.id: content for content in queries.contents(list(messages.values()))}
    parcels = []
    for delivery in deliveries:
        content = contents.get(delivery.message_id) if delivery.message_id is not None else None
        if content is None:
            parcels.append(_parcel(delivery, delivery.subject, delivery.body))
            continue
        try:
            rendered = for_channel(content, delivery.channel)
        except Exception as error:  # One message that cannot be worded must not hold up the others.
            log.exception("message %s cannot be rendered", content.message.id)
            service.mark_failed(delivery.id, error=f"not rendered: {error!r}", is_final=False, now=now)
            continue
        parcels.append(_parcel(delivery, rendered.subject, rendered.body, unsubscribe=_unsubscribe(content)))
    return parcels


def _parcel(delivery: Delivery, subject: str, body: str, *, unsubscribe: str = "") -> Parcel:
    return Parcel(delivery.id, delivery.key, delivery.channel, delivery.address, subject, body, unsubscribe)


def _unsubscribe(content: queries.Content) -> str:
    """Where a follower stops following; an outcome is owed to everyone who took part."""
    follows = content.message.reason == "follower" and content.message.kind != "outcome.notice"
    return public_link(f"/matters/{content.matter.number}") if follows and content.matter else ""


def _send(parcel: Parcel, sender: Sender, now: datetime) -> None:
    try:
        sender.send(parcel, now=now)
    except Exception as error:  # Whatever a server answers, the other parcels go on.
        is_final = isinstance(error, Undeliverable)
        log.warning("delivery %s by %s failed: %s", parcel.delivery_id, Channel(parcel.channel), type(error).__name__)
        with transaction():
            service.mark_failed(
                parcel.delivery_id, error=f"{type(error).__name__}: {error}", is_final=is_final, now=now
            )
        return
    with transaction():
        service.mark_sent(parcel.delivery_id, now=now)
