"""Planning: the notice and its time (R-06), the lunch hour (R-47), the agenda, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from deliberation.committees.rules import Notice
from deliberation.kernel.errors import N_, NotAllowed, Refusal
from deliberation.kernel.working_days import (
    SHANGHAI,
    WorkingCalendar,
    day_in_shanghai,
    latest_notice_date,
    latest_notice_working_date,
)
from deliberation.meetings.rules.states import MeetingNotThere, MeetingState
from deliberation.people.access import Role

LUNCH_MINUTES = 60
MIDDAY = (time(11), time(14))


class NoticeTooLate(Refusal):
    code = "notice_too_late"
    sentence = N_("离开会不到 %(days)s 个工作日，来不及通知。请把会期改到 %(earliest)s 或以后。")


class NoticeTooLateInDays(NoticeTooLate):
    sentence = N_("离开会不到 %(days)s 天，来不及通知。请把会期改到 %(earliest)s 或以后。")


class AgendaLocked(Refusal):
    code = "agenda_locked"
    sentence = N_("议程在会前 1 个工作日已经锁定，不能再改。新的事放到下一次。")


class AgendaEmpty(Refusal):
    code = "agenda_empty"
    sentence = N_("议程里还没有受理了的事。先放进至少一件，再发通知。")


class LunchTooLong(Refusal):
    code = "lunch_too_long"
    status = 422
    sentence = N_("午间议事会最多 %(minutes)s 分钟。")


class AgendaTooLong(Refusal):
    code = "agenda_too_long"
    status = 422
    sentence = N_("议程加起来 %(total)s 分钟，会议只有 %(planned)s 分钟。请减一项，或缩短时间。")


def is_lunch_session(*, committee_kind: str, starts_at: datetime) -> bool:
    """Whether R-47 holds: any meeting that begins over midday takes people's lunch break, whoever calls it."""
    begins = starts_at.astimezone(SHANGHAI).time()
    return committee_kind == "lunch_session" or MIDDAY[0] <= begins < MIDDAY[1]


def latest_notice_day(meeting_day: date, notice: Notice, *, calendar: WorkingCalendar) -> date:
    """The last day for the notice of a meeting on that day: what is asked in either kind of days holds (R-06)."""
    by_working_days = latest_notice_working_date(meeting_day, notice.working_days, calendar=calendar)
    return min(by_working_days, latest_notice_date(meeting_day, notice.calendar_days))


def earliest_meeting_day(*, notified_on: date, notice: Notice, calendar: WorkingCalendar) -> date:
    """The first day a meeting can be held when its notice goes out on ``notified_on`` (R-06)."""
    day = notified_on + timedelta(days=1 + notice.calendar_days)
    while latest_notice_day(day, notice, calendar=calendar) < notified_on:
        day += timedelta(days=1)
    return day


def refusal_to_notify(
    *, starts_at: datetime, now: datetime, notice: Notice, calendar: WorkingCalendar
) -> Refusal | None:
    """The notice leaves whole days, of the kind the charter asks, before the meeting; neither end counts (R-06)."""
    today = day_in_shanghai(now)
    earliest = earliest_meeting_day(notified_on=today, notice=notice, calendar=calendar)
    if day_in_shanghai(starts_at) >= earliest:
        return None
    if notice.calendar_days > notice.working_days:
        return NoticeTooLateInDays(days=notice.calendar_days, earliest=earliest)
    return NoticeTooLate(days=notice.working_days, earliest=earliest)


def refusal_to_change_agenda(*, state: MeetingState, locks_at: datetime, now: datetime) -> Refusal | None:
    if state not in (MeetingState.planned, MeetingState.noticed):
        return MeetingNotThere()
    return AgendaLocked() if now > locks_at else None


def refusal_of_minutes(*, is_lunch_session: bool, planned: int, items: Sequence[int]) -> Refusal | None:
    """R-47: a lunch session takes an hour at most, and the items must fit."""
    if is_lunch_session and planned > LUNCH_MINUTES:
        return LunchTooLong(minutes=LUNCH_MINUTES)
    return AgendaTooLong(total=sum(items), planned=planned) if sum(items) > planned else None


class OrderOutdated(Refusal):
    code = "order_outdated"
    sentence = N_("议程刚被别人改过。请刷新看看现在的样子，再排一次。")


class NoticeIncomplete(Refusal):
    code = "notice_incomplete"
    status = 422
    sentence = N_("通知还缺这几样：%(missing)s。补齐了才能发。")


def refusal_of_notice(
    *, venue: str, contact: str, phone: str, rule_kind: str, clause: str, has_motion: bool
) -> Refusal | None:
    """Everything the notice lacks at once (domain.md C7); body, texts, period, rule and issuer are always there."""
    lacking = (
        (not venue.strip(), N_("开会的地点")),
        (not contact.strip(), N_("有疑问、有异议找谁")),
        (not phone.strip(), N_("不方便上网的人打哪个电话")),
        (has_motion and rule_kind == "charter" and not clause.strip(), N_("按章程哪一条表决")),
    )
    missing = tuple(name for is_missing, name in lacking if is_missing)
    return NoticeIncomplete(missing=missing) if missing else None


class AlreadyInNotice(Refusal):
    code = "already_in_notice"
    sentence = N_("这一项已经写进发出的会议通知，文字不能再改，也不能撤下。要改会期或内容，请取消会议，重新通知。")


class MatterTaken(Refusal):
    code = "matter_taken"
    sentence = N_("这件事已经排进一次会议的议程了。")


class MatterNotAccepted(Refusal):
    code = "matter_not_accepted"
    sentence = N_("这件事现在不能排进议程：只有已受理、还没排上的可以。")


class WrongPlace(Refusal):
    code = "wrong_place"
    status = 422
    sentence = N_("这件事不属于这个议事会的地方，请排进它自己的会议。")


class NotTheConvener(NotAllowed):
    code = "not_the_convener"
    sentence = N_("这个议事会的会由%(who)s召集。要开会，请找他们，或者请联络员代办。")


def refusal_to_convene(*, roles: frozenset[Role], convener: str, convener_name: str) -> Refusal | None:
    """Whoever the charter names calls the meetings, and the liaison, who serves every body (domain.md C5).

    ``convener_name`` is the message id of what that office is called.
    """
    return None if Role.liaison in roles or convener in roles else NotTheConvener(who=(convener_name,))


class StartsInThePast(Refusal):
    code = "starts_in_the_past"
    status = 422
    sentence = N_("开会时间已经过去了。请选以后的时间。")


class NotAChair(Refusal):
    code = "not_a_chair"
    status = 422
    sentence = N_("%(name)s 不能在这个地方主持会议。请从名单里选一位。")


def notice_recipients(
    *, seat_holders: Sequence[int], participants: Mapping[int, str], followers: Sequence[int], chair_id: int
) -> dict[int, str]:
    """Who hears of a meeting, and why: the strongest reason counts, and nobody hears it twice."""
    reasons: dict[int, str] = dict.fromkeys(followers, "place_follower")
    reasons.update(participants)
    reasons.update(dict.fromkeys(seat_holders, "member"))
    reasons[chair_id] = "chair"
    return reasons
