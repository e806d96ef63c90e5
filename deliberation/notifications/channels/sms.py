"""Text messages by an HTTP gateway, signed; the wire format stands in docs/operations.md."""

from __future__ import annotations

import hashlib
import hmac
import json

from deliberation.notifications.channels.base import Parcel, Undeliverable
from deliberation.notifications.channels.http import post_json


class SmsGateway:
    """POST {"to", "text", "key"} to SMS_URL; ``key`` lets the gateway drop what it has taken already.

    With SMS_SECRET the request carries ``X-Timestamp`` (Unix seconds) and ``X-Signature``: the hex HMAC-SHA256 of the
    timestamp, a full stop and the body as sent. ``Idempotency-Key`` says the key once more, as many gateways want it.
    """

    def __init__(self, url: str, *, secret: str = "") -> None:
        self._url, self._secret = url, secret

    def send(self, parcel: Parcel) -> None:
        body = json.dumps({"to": parcel.address, "text": parcel.body, "key": parcel.key}, ensure_ascii=False).encode()
        headers = {"Idempotency-Key": parcel.key}
        if self._secret:
            at = str(int(parcel.now.timestamp()))
            signed = hmac.new(self._secret.encode(), at.encode() + b"." + body, hashlib.sha256)
            headers |= {"X-Timestamp": at, "X-Signature": signed.hexdigest()}
        post_json(self._url, body, headers)

    def close(self) -> None:
        return None


class NoGateway:
    """Production without SMS_URL: a delivery nobody would ever read must not count as sent."""

    def send(self, parcel: Parcel) -> None:
        raise Undeliverable("no SMS gateway is set (SMS_URL)")

    def close(self) -> None:
        return None
