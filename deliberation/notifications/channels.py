"""The ways a message leaves the house, behind one small interface: mail, text message, and the demo's mailbox."""

from __future__ import annotations

import hashlib
import json
import smtplib
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import transaction
from deliberation.notifications import service
from deliberation.notifications.models import Channel
from deliberation.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECONDS = 15  # How long to wait for a mail server or a gateway before the delivery counts as failed.


class Undeliverable(Exception):
    """It will never arrive at this address: trying again would change nothing."""


@dataclass(frozen=True)
class Parcel:
    """What is to be sent. ``key`` is the same at every attempt, so a second arrival can be told from a new message.

    ``unsubscribe`` is the page where a follower stops following; empty for what a person is owed (an outcome).
    """

    delivery_id: int
    key: str
    channel: Channel
    address: str
    subject: str
    body: str
    unsubscribe: str = ""


class Sender(Protocol):
    """Sends one parcel, or raises: ``Undeliverable`` for good, anything else for now."""

    def send(self, parcel: Parcel, *, now: datetime) -> None: ...

    def close(self) -> None: ...


def message_id(key: str, *, domain: str) -> str:
    """The Message-ID of a delivery: the same at every attempt, so a mailbox shows a repeated one once."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


class Mailbox:
    """The local mailbox of the demo and of tests; a key is received once."""

    def send(self, parcel: Parcel, *, now: datetime) -> None:
        with transaction():
            service.put_in_mailbox(
                key=parcel.key,
                channel=parcel.channel,
                address=parcel.address,
                subject=parcel.subject,
                body=parcel.body,
                now=now,
            )

    def close(self) -> None:
        return None


class Smtp:
    """Mail by SMTP. One connection serves a batch; it is opened at the first parcel and again after a failure."""

    def __init__(self, url: str, *, mail_from: str) -> None:
        self._url, self._from = urlsplit(url), mail_from
        self._domain = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
        self._connection: smtplib.SMTP | None = None

    def send(self, parcel: Parcel, *, now: datetime) -> None:
        try:
            self._open().send_message(self._mail(parcel, now), from_addr=parseaddr(self._from)[1])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            if 500 <= code < 600:
                raise Undeliverable(f"refused with {code}") from error
            raise
        except (smtplib.SMTPException, OSError):
            self.close()
            raise

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        """A connection that is encrypted whenever the server can; a password never travels in the clear."""
        host, port = self._url.hostname or "localhost", self._url.port
        if self._url.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=SECONDS, context=ssl.create_default_context()
            )
            is_safe = True
        else:
            connection = smtplib.SMTP(host, port or 25, timeout=SECONDS)
            connection.ehlo_or_helo_if_needed()
            is_safe = connection.has_extn("starttls")
            if is_safe:
                connection.starttls(context=ssl.create_default_context())
        if self._url.username:
            if not is_safe and host not in LOOPBACK:
                connection.close()
                raise OSError("the mail server offers no STARTTLS: the password was not sent")
            connection.login(unquote(self._url.username), unquote(self._url.password or ""))
        return connection

    def _mail(self, parcel: Parcel, now: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = parcel.subject
        mail["From"] = self._from
        mail["To"] = parcel.address
        mail["Date"] = format_datetime(shanghai(now))
        mail["Message-ID"] = message_id(parcel.key, domain=self._domain)
        mail["Auto-Submitted"] = "auto-generated"
        if parcel.unsubscribe:
            mail["List-Unsubscribe"] = f"<{parcel.unsubscribe}>"
        mail.set_content(parcel.body, charset="utf-8", cte="base64")
        return mail

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class SmsGateway:
    """Text messages by an HTTP gateway: POST {"to", "text", "key"} to SMS_URL; ``key`` lets it drop a repeated one."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, parcel: Parcel, *, now: datetime) -> None:
        body = json.dumps({"to": parcel.address, "text": parcel.body, "key": parcel.key}).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the administrator's own setting.
            self._url, data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            return

    def close(self) -> None:
        return None


class NoGateway:
    """Production without SMS_URL: a delivery nobody would ever read must not count as sent."""

    def send(self, parcel: Parcel, *, now: datetime) -> None:
        raise Undeliverable("no SMS gateway is set (SMS_URL)")

    def close(self) -> None:
        return None


def senders(settings: Settings) -> dict[Channel, Sender]:
    """The way out for each channel, as the settings say."""
    by_mail: Sender = Smtp(settings.smtp_url, mail_from=settings.mail_from) if settings.smtp_url else Mailbox()
    return {Channel.email: by_mail, Channel.sms: _sms_sender(settings)}


def _sms_sender(settings: Settings) -> Sender:
    if settings.sms_url:
        return SmsGateway(settings.sms_url)
    return NoGateway() if settings.is_production else Mailbox()


@contextmanager
def opened(settings: Settings) -> Iterator[dict[Channel, Sender]]:
    """The senders for one batch; their connections are closed afterwards."""
    each = senders(settings)
    try:
        yield each
    finally:
        for sender in each.values():
            sender.close()
