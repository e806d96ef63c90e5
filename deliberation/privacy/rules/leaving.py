"""Leaving: asked for, thought over for some days, then done (PIPL art. 47)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal

COOLING_OFF_DAYS = 7


class AlreadyLeaving(Refusal):
    code = "already_leaving"
    sentence = N_("您已经申请注销了，%(on)s 生效。在那以前可以随时收回，什么都不会少。")


class NotLeaving(Refusal):
    code = "not_leaving"
    sentence = N_("您没有申请注销，或者已经收回了。账号照常用。")


def leaves_on(now: datetime) -> datetime:
    """When an account asked to be deleted now is deleted."""
    return now + timedelta(days=COOLING_OFF_DAYS)


def stays_named(counts: Mapping[str, int]) -> bool:
    """Whether a record that the law keeps names the person; ``counts`` is rows by table, of archives alone.

    A person of whom only masked rows stay loses the name as well.
    """
    named = ("roll_entry", "ballot", "proxy_authority", "objection", "motion", "owner_set")
    return any(counts.get(table, 0) for table in named)
