"""The local mailbox of the demo and of tests; a key is received once."""

from __future__ import annotations

from deliberation.kernel.database import transaction
from deliberation.notifications import service
from deliberation.notifications.channels.base import Parcel


class Mailbox:
    def send(self, parcel: Parcel) -> None:
        with transaction():
            service.put_in_mailbox(
                key=parcel.key,
                channel=parcel.channel,
                address=parcel.address,
                subject=parcel.subject,
                body=parcel.body,
                now=parcel.now,
            )

    def close(self) -> None:
        return None
