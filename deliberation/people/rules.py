"""Pure rules of accounts: how addresses are written, who may end a role, what a year's calendar must look like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

CODE_ATTEMPTS = 5
ELDER_SIZES = range(18, 31)
LEAST_PASSWORD = 8
DRAFT_DAYS = 30
MOST_DRAFTS = 100  # Of one person; the oldest go first.
LONGEST_DRAFT = 20_000
MOST_DESK_VIEWS = 12  # Of one person: more would not be found again.
LONGEST_VIEW_NAME = 20
VIEW_COMES_BACK = timedelta(days=1)  # So long after it was thrown away.
DRAFT_KEY = r"^[A-Za-z0-9:/_-]{1,80}$"

_MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_ABROAD = re.compile(r"\+[1-9]\d{7,14}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)*")
_CALENDAR_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[\s,，]+(休|班|rest\b|work\b)[\s,，]*(.*)")  # not translated: a format


class Purpose(StrEnum):
    """What is asked for apart from the account itself (R-53)."""

    publish_name = "publish_name"
    photo = "photo"
    health_need = "health_need"
    child_data = "child_data"


class LastAdministrator(Refusal):
    code = "last_administrator"
    sentence = N_("这是最后一位管理员，撤掉以后就没有人能管账号了。请先任命另一位管理员。")


class AddressTaken(Refusal):
    code = "address_taken"
    status = 422
    sentence = N_("这个手机号或邮箱已经有账号了。请在名单里搜一搜，直接给那个账号办。")


class AddressMissing(Refusal):
    code = "address_missing"
    status = 422
    sentence = N_("手机号和邮箱至少填一个，不然这个人没法登录。")


class NotProved(Refusal):
    code = "not_proved"
    status = 422
    sentence = N_("密码或验证码不对，什么都没有动。请再输一次，或者点「发验证码」，用刚收到的。")


class PasswordWrong(Refusal):
    code = "password_wrong"
    status = 422
    sentence = N_("现在的密码不对，没有改。请再输一次；忘了的话，退出后用验证码登录。")


class ViewUnnamed(Refusal):
    code = "view_unnamed"
    status = 422
    sentence = N_("请给它起个名字，不超过 20 个字，比如「梧桐里超期的」。")


class NothingChosen(Refusal):
    code = "nothing_chosen"
    status = 422
    sentence = N_("还没有筛选，存下来就是整个工作台。请先选步骤、地方、要做的或者到期。")


class TooManyViews(Refusal):
    code = "too_many_views"
    sentence = N_("最多存 12 个。请先去掉一个不用的，再存。")


class ViewNameTaken(Refusal):
    code = "view_name_taken"
    sentence = N_("您已经有一个叫「%(name)s」的了。请换个名字，或者先拿掉那一个。")


class SignInTooOld(Refusal):
    code = "sign_in_too_old"
    sentence = N_("您登录很久了。设密码之前，请先退出，再用验证码登录一次，确认是您本人。")


class CalendarFault(Refusal):
    code = "calendar_fault"
    status = 422
    sentence = N_(
        "第 %(line)s 行看不懂：「%(text)s」。请写成「2027-01-01 休 元旦」或「2027-02-14 班」，都在这一年里，不重复。"
    )


@dataclass(frozen=True)
class DayEntry:
    """One day that differs from the plain week: worked or not, and why."""

    day: date
    is_working: bool
    note: str


def canonical_phone(text: str | None) -> str | None:
    """A mobile number as it is stored, "+8613812345678"; ``None`` when ``text`` is no such number."""
    digits = re.sub(r"[\s\-()（）]", "", text or "")
    mainland = _MAINLAND.fullmatch(digits)
    if mainland:
        return f"+86{mainland.group(1)}"
    return digits if _ABROAD.fullmatch(digits) else None


def canonical_email(text: str | None) -> str | None:
    """An address as it is stored, in lower case; ``None`` when ``text`` is none."""
    address = (text or "").strip().lower()
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else None


def refusal_to_end_administrator(*, place_id: int | None, others: Iterable[int | None]) -> Refusal | None:
    """Somebody must be left who can administer. ``others`` are the places of all other administrators' roles.

    An administrator of everywhere (``place_id`` ``None``) can be followed only by another one of everywhere.
    """
    left = list(others)
    if place_id is None:
        return None if None in left else LastAdministrator()
    return None if left else LastAdministrator()


def parse_calendar(text: str, *, year: int) -> list[DayEntry]:
    """The days of a holiday notice, a line each: "2027-01-01 休 元旦", "2027-02-14 班"; "rest" and "work" too.

    Empty lines are passed over. Raises ``CalendarFault`` at the first line that is not understood, lies outside
    ``year`` or names a day twice.
    """
    entries: dict[date, DayEntry] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        entry = _read_line(line.strip())
        if entry is None or entry.day.year != year or entry.day in entries:
            raise CalendarFault(line=number, text=line.strip()[:40])
        entries[entry.day] = entry
    return [entries[day] for day in sorted(entries)]


def _read_line(line: str) -> DayEntry | None:
    parts = _CALENDAR_LINE.fullmatch(line)
    if parts is None:
        return None
    try:
        day = date.fromisoformat(parts.group(1))
    except ValueError:
        return None
    is_working = parts.group(2) in ("班", "work")  # not translated: a format
    return DayEntry(day=day, is_working=is_working, note=parts.group(3).strip()[:60])
