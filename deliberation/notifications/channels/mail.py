"""Mail by SMTP: plain text and HTML in one, with a Message-ID that stays and a way to stop in one click."""

from __future__ import annotations

import base64
import hashlib
import re
import smtplib
import ssl
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from deliberation.kernel.clock import shanghai
from deliberation.notifications.channels.base import SECONDS, Parcel, Undeliverable, Unreachable

ADDRESS = re.compile(r"[!-~]+@[!-~]+")  # Printable ASCII without spaces: nothing that could begin another header.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def message_id(key: str, *, domain: str) -> str:
    """The Message-ID of a delivery: the same at every attempt, so a mailbox shows a repeated one once."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


class Smtp:
    """One connection serves a tick; it is opened at the first parcel and again after a failure."""

    def __init__(self, url: str, *, mail_from: str) -> None:
        self._url, self._from = urlsplit(url), mail_from
        name, self._sender = parseaddr(mail_from)
        self._written_from = formataddr((name, self._sender))
        self._domain = self._sender.rpartition("@")[2] or "localhost"
        self._connection: smtplib.SMTP | None = None

    def send(self, parcel: Parcel) -> None:
        mail = self._mail(parcel)
        try:
            self._open().sendmail(self._sender, [parcel.address], mail)
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
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(f"{type(error).__name__}: {error}") from error
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

    def _mail(self, parcel: Parcel) -> bytes:
        """The head, which is each person's own, and the rest, which is put together once for everybody who gets it."""
        if not ADDRESS.fullmatch(parcel.address):
            raise Undeliverable("this is no address a mail can go to")
        head = [
            f"From: {self._written_from}",
            f"To: {parcel.address}",
            f"Date: {format_datetime(shanghai(parcel.now))}",
            f"Message-ID: {message_id(parcel.key, domain=self._domain)}",
            "Auto-Submitted: auto-generated",
        ]
        if parcel.unsubscribe:
            head += [f"List-Unsubscribe: <{parcel.unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
        return "".join(f"{line}\r\n" for line in head).encode("ascii") + _content(
            parcel.subject, parcel.body, parcel.html
        )

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@lru_cache(maxsize=256)
def _content(subject: str, body: str, html: str) -> bytes:
    """The subject and the parts (RFC 2046), as they go over the line."""
    said = Header(" ".join(subject.split()), "utf-8", header_name="Subject").encode(linesep="\r\n")
    head = f"Subject: {said}\r\nMIME-Version: 1.0\r\n"
    if not html:
        return (head + _part("plain", body)).encode("ascii")
    boundary = f"=_{hashlib.sha256((body + html).encode()).hexdigest()[:32]}"  # No line of base64 begins with "=_".
    parts = "".join(f"--{boundary}\r\n{_part(kind, text)}" for kind, text in (("plain", body), ("html", html)))
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    return f"{head}{kind}{parts}--{boundary}--\r\n".encode("ascii")


def _part(kind: str, text: str) -> str:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(text.encode()).decode("ascii").replace("\n", "\r\n")
