"""How long what is no archive stays (R-54). Pure: the job and the administrator's preview both ask here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.kernel.errors import N_


@dataclass(frozen=True)
class Retention:
    """After ``days`` the job ``by`` ``wipes`` these columns of ``table`` where ``since`` lies before.

    The row stays as a tombstone, so that what was counted stays countable; where nothing is named, it is deleted.
    Rooms that forget by themselves are here for the page that tells of it; this room's job does the rest.
    """

    name: str
    table: str
    since: str
    days: int
    wipes: tuple[str, ...]
    what: str
    basis: str
    by: str = "privacy.forget_old"


RETENTIONS: tuple[Retention, ...] = (
    Retention(
        "walk_ins", "attendance", "checked_in_at", 365, ("walk_in_name", "walk_in_unit"),
        N_("没有账号、到场签到的人的姓名和单位"), N_("散会一年后删；到会人数不变"), "meetings.erase_walk_ins",
    ),
    Retention(
        "drafts", "draft", "saved_at", 30, (),
        N_("没交的草稿"), N_("30 天没动就删"), "people.drop_old_drafts",
    ),
    Retention(
        "deliveries", "delivery", "sent_at", 365, ("address", "error"),
        N_("通知送到哪个手机或邮箱"), N_("送达一年后删；发没发过还查得到"),
    ),
    Retention(
        "invitations", "invitation", "expires_at", 30, ("name", "address"),
        N_("邀请名单上的姓名和号码"), N_("邀请到期 30 天后删；用了几次还查得到"),
    ),
)  # fmt: skip


def cutoff(retention: Retention, now: datetime) -> datetime:
    """Whatever is older than this has been kept long enough."""
    return now - timedelta(days=retention.days)
