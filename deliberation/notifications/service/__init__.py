"""Telling people, what they wish, and the outbox. Each is one act inside the caller's transaction."""

from __future__ import annotations

from deliberation.notifications.service.digests import gather_next
from deliberation.notifications.service.outbox import (
    claim_due,
    give_back,
    mark_failed,
    mark_sent,
    put_in_mailbox,
    queue_direct,
    retry_failed,
    take_back_direct,
)
from deliberation.notifications.service.paper import finish_paper_task
from deliberation.notifications.service.reading import mark_all_read, mark_read
from deliberation.notifications.service.telling import SHARE, tell, unfold_share
from deliberation.notifications.service.wishes import (
    add_push_target,
    add_robot,
    change_wishes,
    end_robot,
    forget_push_targets,
    mute_matter,
    stop,
    unmute_matter,
)

__all__ = [
    "SHARE",
    "add_push_target",
    "add_robot",
    "change_wishes",
    "claim_due",
    "end_robot",
    "finish_paper_task",
    "forget_push_targets",
    "gather_next",
    "give_back",
    "mark_all_read",
    "mark_failed",
    "mark_read",
    "mark_sent",
    "mute_matter",
    "put_in_mailbox",
    "queue_direct",
    "retry_failed",
    "stop",
    "take_back_direct",
    "tell",
    "unfold_share",
    "unmute_matter",
]
