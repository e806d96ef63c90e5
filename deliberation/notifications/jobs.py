"""The delivery job: claim in one short transaction, send outside of any, then say what became of it."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app
from flask_babel import force_locale

from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.notifications import queries, render, rules, service
from deliberation.notifications.channels import Parcel, Push, Sender, Target, Undeliverable, Unreachable, opened
from deliberation.notifications.models import Channel, Delivery, PlaceRobot
from deliberation.notifications.render import Rendered, as_html, for_channel, public_line, public_link
from deliberation.notifications.tokens import stop_path
from deliberation.settings import Settings

log = logging.getLogger(__name__)
SECONDS = 60  # Of one tick: with the longest batch on top it stays well within a lease, which counts from ``now``.


@job("notifications.unfold", seconds=2, due=queries.waiting_to_unfold)
def unfold(now: datetime) -> None:
    """Make the messages of what very many are told, a share of them in each transaction, until none waits."""
    is_left = True
    while is_left:
        with transaction():
            is_left = service.unfold_share(now=now)


@job("notifications.deliver", seconds=5, due=queries.waiting_to_deliver)
def deliver(now: datetime) -> None:
    """Send what is due, batch after batch, until nothing is.

    What a batch sent is marked in the transaction that claims the next, so that a batch costs one commit.
    """
    settings: Settings = current_app.extensions["settings"]
    started = time.monotonic()
    outcome = _Outcome()
    with opened(settings) as senders:
        while True:
            may_go_on = time.monotonic() - started < SECONDS
            with transaction():
                outcome.write(now)
                deliveries = service.claim_due(now=now) if may_go_on else ()
                parcels = _parcels(deliveries, now)
            outcome = _send_all(parcels, senders)
            if not deliveries:
                break
        gone = cast(Push, senders[Channel.push]).gone
    if gone:
        with transaction():
            service.forget_push_targets(gone)


@job("notifications.digest", seconds=60, due=queries.waiting_for_digest)
def digest(now: datetime) -> None:
    """Each person's in a transaction of its own, until none is due."""
    is_left = True
    while is_left:
        with transaction():
            is_left = service.gather_next(now, word=render.digest)


@dataclass
class _Outcome:
    """What became of a batch: ids that were sent, parcels that failed with why, and those nobody came to."""

    sent: list[int] = field(default_factory=list)
    failed: list[tuple[Parcel, Exception]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)

    def write(self, now: datetime) -> None:
        service.mark_sent(self.sent, now=now)
        service.give_back(self.left, now=now)
        for parcel, error in self.failed:
            said = f"{type(error).__name__}: {error}"
            is_final = isinstance(error, Undeliverable)
            service.mark_failed(parcel.delivery_id, attempt=parcel.attempt, error=said, is_final=is_final, now=now)


def _send_all(parcels: Sequence[Parcel], senders: Mapping[Channel, Sender]) -> _Outcome:
    """Send them one by one; a channel where nobody answers is not knocked at again in this batch."""
    outcome, closed = _Outcome(), dict[Channel, Unreachable]()
    until = time.monotonic() + rules.SENDING.total_seconds()
    for parcel in parcels:
        if time.monotonic() > until:
            outcome.left.append(parcel.delivery_id)
            continue
        try:
            if parcel.channel in closed:
                raise closed[parcel.channel]
            senders[parcel.channel].send(parcel)
        except Exception as error:  # Whatever a server answers, the other parcels go on.
            if isinstance(error, Unreachable):
                closed[parcel.channel] = error
            log.warning("delivery %s by %s failed: %s", parcel.delivery_id, parcel.channel, type(error).__name__)
            outcome.failed.append((parcel, error))
        else:
            outcome.sent.append(parcel.delivery_id)
    return outcome


def _parcels(deliveries: Sequence[Delivery], now: datetime) -> list[Parcel]:
    """What is to be sent, in words; they are made here, before the rows are let go."""
    messages = queries.messages_by_id(each.message_id for each in deliveries)
    contents = {content.message.id: content for content in queries.contents(list(messages.values()))}
    pushed = [
        messages[each.message_id].user_id for each in deliveries if each.channel is Channel.push and each.message_id
    ]
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in queries.push_targets(pushed) if pushed else ():
        targets[target.user_id].append(Target(target.endpoint, target.p256dh, target.auth))
    posted = [each for each in deliveries if each.occasion_id is not None]
    publics = queries.publics(each.occasion_id for each in posted if each.occasion_id) if posted else {}
    robots = queries.robots_by_id(int(each.address) for each in posted) if posted else {}
    parcels, known, pages = [], render.Known(), dict[tuple[Rendered, str], str]()
    for each in deliveries:
        try:
            content = contents.get(each.message_id) if each.message_id is not None else None
            if content is not None:
                rendered = for_channel(content, each.channel, known=known)
                html = as_html(rendered, content.user.locale, known=pages) if each.channel is Channel.email else ""
                parcels.append(_of_message(each, content, rendered, html, targets[content.user.id], now))
            elif each.occasion_id is not None:
                parcels.append(_of_robot(each, publics[each.occasion_id], robots.get(int(each.address)), now))
            else:
                parcels.append(_of_text(each, now))
        except Exception as error:  # One message that cannot be worded must not hold up the others.
            log.exception("delivery %s cannot be worded", each.id)
            said, attempt = f"not worded: {error!r}", each.attempts + 1
            service.mark_failed(each.id, attempt=attempt, error=said, is_final=False, now=now)
    return parcels


def _parcel(each: Delivery, rendered: Rendered, now: datetime, **more: Any) -> Parcel:
    return Parcel(
        delivery_id=each.id,
        key=each.key,
        attempt=each.attempts + 1,  # Counted by the claim, in the table only.
        channel=each.channel,
        now=now,
        **{"address": each.address, "subject": rendered.subject, "body": rendered.body, **more},
    )


def _of_message(
    each: Delivery, content: queries.Content, rendered: Rendered, html: str, targets: Sequence[Target], now: datetime
) -> Parcel:
    if each.channel is Channel.push:
        return _parcel(each, rendered, now, targets=tuple(targets), link=f"/inbox/{content.message.id}")
    what = rules.weight(content.message.kind)
    can_stop = what in (rules.Weight.reminder, rules.Weight.news) and each.channel is Channel.email
    stop = public_link(stop_path(content.user.id, content.message.matter_id, what)) if can_stop else ""
    return _parcel(each, rendered, now, html=html, unsubscribe=stop)


def _of_text(each: Delivery, now: datetime) -> Parcel:
    """What has its words already: a digest, which is somebody's and can be stopped, or a code."""
    is_digest = each.user_id is not None and each.channel is Channel.email
    stop = public_link(stop_path(each.user_id or 0, None, rules.Weight.news)) if is_digest else ""
    return _parcel(each, Rendered(each.subject, each.body), now, unsubscribe=stop)


def _of_robot(each: Delivery, public: queries.Public, robot: PlaceRobot | None, now: datetime) -> Parcel:
    """``robot`` ``None`` has been taken away meanwhile: nobody is left who would take it."""
    with force_locale("zh_Hans_CN"):  # A group has no language of its own.
        line = public_line(public)
        rendered = Rendered(line.title, line.text)
    token, secret = (robot.token, robot.secret) if robot else ("", "")
    return _parcel(each, rendered, now, address=token, secret=secret)
