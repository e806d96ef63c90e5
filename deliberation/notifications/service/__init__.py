"""Telling people, and the outbox. Each is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.notifications.service.outbox import claim_due, mark_failed, mark_sent, put_in_mailbox, queue_direct
from deliberation.notifications.service.reading import mark_all_read, mark_read
from deliberation.notifications.service.telling import SHARE, tell, unfold_share

__all__ = [
    "SHARE",
    "claim_due",
    "mark_all_read",
    "mark_failed",
    "mark_read",
    "mark_sent",
    "put_in_mailbox",
    "queue_direct",
    "tell",
    "unfold_share",
]
