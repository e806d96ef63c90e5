"""Web push (RFC 8030, 8291, 8292): encrypted for each browser, signed with the installation's VAPID key."""

from __future__ import annotations

import base64
import hashlib
import json
from email.utils import parseaddr

from cryptography.hazmat.primitives import serialization

from deliberation.notifications.channels.base import SECONDS, Parcel, Target, Undeliverable

KEPT = 3 * 24 * 3600  # Seconds a push service keeps it for a browser that is off.
GONE = (404, 410)


def public_key(key: str) -> str:
    """What a browser needs to allow pushes from this installation, base64url; empty when no key is set."""
    if not key:
        return ""
    der = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    private = serialization.load_der_private_key(der, password=None)
    formats = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return base64.urlsafe_b64encode(private.public_key().public_bytes(*formats)).rstrip(b"=").decode()


class Push:
    """One parcel goes to every browser of its person; it has arrived when one of them has taken it.

    ``gone`` are endpoints that no longer exist, for the caller to forget. The Topic of RFC 8030 is made from the key,
    so a push service that still holds a first attempt replaces it by the second.
    """

    def __init__(self, key: str, *, contact: str) -> None:
        self._key, self._contact = key, f"mailto:{parseaddr(contact)[1]}"
        self.gone: list[str] = []

    def send(self, parcel: Parcel) -> None:
        if not self._key:
            raise Undeliverable("no key for web push is set (VAPID_PRIVATE_KEY)")
        said = json.dumps({"title": parcel.subject, "body": parcel.body, "url": parcel.link}, ensure_ascii=False)
        faults = [fault for target in parcel.targets if (fault := self._push(parcel, target, said)) is not None]
        if len(faults) < len(parcel.targets):
            return
        for fault in faults:
            if not isinstance(fault, Undeliverable):
                raise fault
        raise Undeliverable("no browser of this person takes a push any more")

    def _push(self, parcel: Parcel, target: Target, said: str) -> Exception | None:
        import requests
        from pywebpush import WebPushException, webpush  # Loaded here: it brings an HTTP client of its own.

        topic = hashlib.sha256(parcel.key.encode()).hexdigest()[:32]
        try:
            webpush(
                {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}},
                data=said,
                vapid_private_key=self._key,
                vapid_claims={"sub": self._contact},
                ttl=KEPT,
                timeout=SECONDS,
                headers={"Topic": topic, "Urgency": "normal"},
            )
        except WebPushException as error:
            status = error.response.status_code if error.response is not None else None
            if status in GONE:
                self.gone.append(target.endpoint)
                return Undeliverable(f"gone with {status}")
            return error
        except (requests.RequestException, OSError) as error:
            return error
        return None

    def close(self) -> None:
        return None
