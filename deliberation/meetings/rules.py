"""The rules of the room: states, the speaking queue, notice, check-in (domain.md C3, R-40 … R-47). Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import SHANGHAI, WorkingCalendar, day_in_shanghai, latest_notice_working_date

LUNCH_MINUTES = 60
TURN_SECONDS = 120
TURNS_PER_MOTION = 2
EXTENSION_SECONDS = 30
MIDDAY = (time(11), time(14))
OPENS_EARLY = timedelta(minutes=30)
CHECK_IN_EARLY = timedelta(hours=1)
CODE_SECONDS = 30  # A check-in code changes this often; the one before still holds, so a photo is worthless after 60 s.


class MeetingState(StrEnum):
    planned = "planned"
    noticed = "noticed"
    open = "open"
    recess = "recess"
    closed = "closed"
    cancelled = "cancelled"


class ItemState(StrEnum):
    queued = "queued"
    debate = "debate"
    vote = "vote"
    decided = "decided"
    deferred = "deferred"


class Side(StrEnum):
    in_favour = "for"
    against = "against"
    question = "question"


class SpeakerState(StrEnum):
    waiting = "waiting"
    speaking = "speaking"
    done = "done"
    withdrawn = "withdrawn"


MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.planned: frozenset({MeetingState.noticed, MeetingState.cancelled}),
    MeetingState.noticed: frozenset({MeetingState.open, MeetingState.cancelled}),
    MeetingState.open: frozenset({MeetingState.recess, MeetingState.closed}),
    MeetingState.recess: frozenset({MeetingState.open, MeetingState.closed}),
    MeetingState.closed: frozenset(),
    MeetingState.cancelled: frozenset(),
}
ITEM_MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.queued: frozenset({ItemState.debate, ItemState.deferred}),
    ItemState.debate: frozenset({ItemState.vote, ItemState.decided, ItemState.deferred, ItemState.queued}),
    ItemState.vote: frozenset({ItemState.decided, ItemState.debate}),
    ItemState.decided: frozenset(),
    ItemState.deferred: frozenset({ItemState.debate}),
}


class MeetingNotThere(Refusal):
    code = "meeting_state"
    sentence = N_("会议现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class ItemNotThere(Refusal):
    code = "item_state"
    sentence = N_("这一项现在不在这一步，不能这样做。")


def refusal_to_move_meeting(current: MeetingState, wanted: MeetingState) -> Refusal | None:
    return None if wanted in MEETING_MOVES[current] else MeetingNotThere()


def refusal_to_move_item(current: ItemState, wanted: ItemState) -> Refusal | None:
    return None if wanted in ITEM_MOVES[current] else ItemNotThere()


@dataclass(frozen=True)
class Request:
    """A raised hand. ``requested_at`` is the server's time."""

    id: int
    person_id: int
    side: Side
    requested_at: datetime


def order_queue(
    requests: Sequence[Request], *, spoken_counts: Mapping[int, int], last_side: Side | None = None
) -> list[Request]:
    """R-42: who has not yet spoken comes first, then for and against alternate, then the earlier request.

    ``spoken_counts`` is turns already taken on this item by person; ``last_side`` is the side that spoke last.
    A question belongs to no side: it takes its place by time and does not change whose turn it is.
    """
    ordered: list[Request] = []
    side = last_side
    by_count: dict[int, list[Request]] = {}
    for request in sorted(requests, key=lambda r: (r.requested_at, r.id)):
        by_count.setdefault(spoken_counts.get(request.person_id, 0), []).append(request)
    for count in sorted(by_count):
        waiting = by_count[count]
        while waiting:
            chosen = _next_by_turn(waiting, side)
            waiting.remove(chosen)
            ordered.append(chosen)
            side = chosen.side if chosen.side is not Side.question else side
    return ordered


def _next_by_turn(waiting: Sequence[Request], last_side: Side | None) -> Request:
    """The earliest request, unless it is on the side that just spoke and somebody of the other side waits."""
    first = waiting[0]
    if last_side is None or first.side is Side.question or first.side is not last_side:
        return first
    other = Side.against if last_side is Side.in_favour else Side.in_favour
    return next((request for request in waiting if request.side is other), first)


class FloorClosed(Refusal):
    code = "floor_closed"
    sentence = N_("现在没有在议这一项，先不用举手。主持人说到这一项时再举。")


class HandAlreadyRaised(Refusal):
    code = "hand_already_raised"
    sentence = N_("您已经举过手了，正在排队。")


class NotCheckedIn(Refusal):
    code = "not_checked_in"
    sentence = N_("请先签到，再举手发言。扫大屏上的码，或请主持人代签。")


class TurnsUsedUp(Refusal):
    code = "turns_used_up"
    sentence = N_("这一项您已经说过 %(turns)s 次，按议事规则到此为止。可以把话写下来交给联络员。")


def refusal_to_raise_hand(
    *,
    meeting: MeetingState,
    item: ItemState,
    is_present: bool,
    is_waiting: bool,
    turns_taken: int,
    turns_allowed: int = TURNS_PER_MOTION,
) -> Refusal | None:
    """R-41: present, on the item in debate, not in the queue already, and with a turn left."""
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if not is_present:
        return NotCheckedIn()
    if is_waiting:
        return HandAlreadyRaised()
    return TurnsUsedUp(turns=turns_allowed) if turns_taken >= turns_allowed else None


class ChairSpeaks(Refusal):
    """R-44: the chair states no opinion; to speak, the chair hands the item over until it ends."""

    code = "chair_speaks"
    sentence = N_("您正在主持这一项，主持人不发表意见。要发言，请先请一位代主持人，直到这一项议完。")


class NobodySpeaks(Refusal):
    code = "nobody_speaks"
    sentence = N_("现在没有人在发言，不用加时。")


class SomebodySpeaks(Refusal):
    code = "somebody_speaks"
    sentence = N_("还有人在发言。先请这位说完，或结束这次发言。")


class NobodyWaits(Refusal):
    code = "nobody_waits"
    sentence = N_("现在没有人在等着发言。")


def refusal_to_give_floor(
    *, meeting: MeetingState, item: ItemState, speaker: SpeakerState, somebody_speaks: bool
) -> Refusal | None:
    if meeting is not MeetingState.open or item is not ItemState.debate:
        return FloorClosed()
    if somebody_speaks:
        return SomebodySpeaks()
    return None if speaker is SpeakerState.waiting else NobodyWaits()


class TooEarlyToOpen(Refusal):
    code = "too_early_to_open"
    sentence = N_("还没到时间。%(starts_at)s 开会，提前 30 分钟可以开场。")


def refusal_to_open_now(*, starts_at: datetime, now: datetime) -> Refusal | None:
    """Nobody may find on arriving that all is over: a meeting opens half an hour early at most."""
    return TooEarlyToOpen(starts_at=starts_at) if now < starts_at - OPENS_EARLY else None


class SeatsMissing(Refusal):
    code = "seats_missing"
    sentence = N_("到会 %(present)s 席，开会要 %(needed)s 席，还差 %(missing)s 席。")


def refusal_to_open(*, state: MeetingState, has_votes: bool, seats_present: int, seats_needed: int) -> Refusal | None:
    """``open`` needs the quorum in the room if votes are listed (domain.md C3)."""
    refusal = refusal_to_move_meeting(state, MeetingState.open)
    if refusal:
        return refusal
    if has_votes and seats_present < seats_needed:
        return SeatsMissing(present=seats_present, needed=seats_needed, missing=seats_needed - seats_present)
    return None


class NotInNotice(Refusal):
    code = "not_in_notice"
    sentence = N_("这一项没写进会议通知，可以议，不能表决。")


def refusal_to_put_to_vote(*, in_notice: bool, item: ItemState) -> Refusal | None:
    if not in_notice:
        return NotInNotice()
    return refusal_to_move_item(item, ItemState.vote)


class NotTheChair(Refusal):
    code = "not_the_chair"
    status = 403
    sentence = N_("这一步只有主持人能做。")


class ChairHasInterest(Refusal):
    code = "chair_has_interest"
    status = 403
    sentence = N_("您申报了利害关系，本项由代主持人主持。请先请一位代主持人。")


def refusal_to_chair(
    *, person_id: int | None, chair_id: int, stand_in_chair_id: int | None, has_interest: bool
) -> Refusal | None:
    """R-40: a chair with a declared interest is blocked on that item; the stand-in takes it."""
    acting = stand_in_chair_id or chair_id
    if person_id is None or person_id != acting:
        return ChairHasInterest() if person_id == chair_id and has_interest else NotTheChair()
    return ChairHasInterest() if has_interest else None


class NoticeTooLate(Refusal):
    code = "notice_too_late"
    sentence = N_("离开会不到 %(days)s 个工作日，来不及通知。请把会期改到 %(earliest)s 或以后。")


class AgendaLocked(Refusal):
    code = "agenda_locked"
    sentence = N_("议程在会前 1 个工作日已经锁定，不能再改。新的事放到下一次。")


class AgendaEmpty(Refusal):
    code = "agenda_empty"
    sentence = N_("议程还是空的。先放进至少一件事，再发通知。")


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


def earliest_meeting_day(*, notified_on: date, working_days: int, calendar: WorkingCalendar) -> date:
    """The first day a meeting can be held when its notice goes out on ``notified_on`` (R-06)."""
    day = notified_on + timedelta(days=1)
    while latest_notice_working_date(day, working_days, calendar=calendar) < notified_on:
        day += timedelta(days=1)
    return day


def refusal_to_notify(
    *, starts_at: datetime, now: datetime, working_days: int, calendar: WorkingCalendar
) -> Refusal | None:
    """The notice leaves ``working_days`` whole working days before the meeting; neither end counts (R-06)."""
    today = day_in_shanghai(now)
    earliest = earliest_meeting_day(notified_on=today, working_days=working_days, calendar=calendar)
    if day_in_shanghai(starts_at) >= earliest:
        return None
    return NoticeTooLate(days=working_days, earliest=earliest)


def refusal_to_change_agenda(*, state: MeetingState, locks_at: datetime, now: datetime) -> Refusal | None:
    if state not in (MeetingState.planned, MeetingState.noticed):
        return MeetingNotThere()
    return AgendaLocked() if now > locks_at else None


def refusal_of_minutes(*, is_lunch_session: bool, planned: int, items: Sequence[int]) -> Refusal | None:
    """R-47: a lunch session takes an hour at most, and the items must fit."""
    if is_lunch_session and planned > LUNCH_MINUTES:
        return LunchTooLong(minutes=LUNCH_MINUTES)
    return AgendaTooLong(total=sum(items), planned=planned) if sum(items) > planned else None


def check_in_code(secret: bytes, *, meeting_id: int, at: datetime) -> str:
    """Six digits that change every 30 s, from the meeting's secret."""
    return _code(secret, meeting_id=meeting_id, window=int(at.timestamp()) // CODE_SECONDS)


def check_in_code_valid(secret: bytes, code: str, *, meeting_id: int, at: datetime) -> bool:
    """Whether ``code`` is of this window or the one before; it is shown as "732 304" and may be typed so."""
    window = int(at.timestamp()) // CODE_SECONDS
    given = "".join(code.split()).encode(errors="replace")
    return any(
        hmac.compare_digest(given, _code(secret, meeting_id=meeting_id, window=each).encode())
        for each in (window, window - 1)
    )


def _code(secret: bytes, *, meeting_id: int, window: int) -> str:
    digest = hmac.new(secret, f"{meeting_id}:{window}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


class CodeExpired(Refusal):
    code = "code_expired"
    sentence = N_("这个签到码不对，或者过期了。请照大屏上现在的码重新填，或请主持人代签。")


class CheckInClosed(Refusal):
    code = "check_in_closed"
    sentence = N_("现在不能签到。开会前 1 小时到散会之间可以签到。")


def refusal_to_check_in(*, state: MeetingState, starts_at: datetime, now: datetime) -> Refusal | None:
    """From an hour before the beginning until the end, recess included."""
    if state in (MeetingState.open, MeetingState.recess):
        return None
    is_near = state is MeetingState.noticed and now >= starts_at - CHECK_IN_EARLY
    return None if is_near else CheckInClosed()


def screen_key(secret: bytes, *, meeting_id: int) -> str:
    """What a signed link to the room's big screen carries, so that the projector needs no account."""
    return hmac.new(secret, f"screen:{meeting_id}".encode(), hashlib.sha256).hexdigest()[:40]


def screen_key_valid(secret: bytes, key: str, *, meeting_id: int) -> bool:
    return hmac.compare_digest(key.encode(errors="replace"), screen_key(secret, meeting_id=meeting_id).encode())


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


class StartsInThePast(Refusal):
    code = "starts_in_the_past"
    status = 422
    sentence = N_("开会时间已经过去了。请选以后的时间。")


class NotAChair(Refusal):
    code = "not_a_chair"
    status = 422
    sentence = N_("%(name)s 不能在这个地方主持会议。请从名单里选一位。")


class NothingInHand(Refusal):
    code = "nothing_in_hand"
    sentence = N_("现在没有在议的事项。")


class ItemInHand(Refusal):
    code = "item_in_hand"
    sentence = N_("「%(title)s」还没议完。先记下决定，或延后再议，再开始下一项。")


class NoMatter(Refusal):
    code = "no_matter"
    sentence = N_("这一项不对应任何一件事，不用申报。")


class VoteStillOpen(Refusal):
    code = "vote_still_open"
    sentence = N_("这一项正在表决。先截止表决，再记下决定。")


class UnderVote(Refusal):
    code = "under_vote"
    sentence = N_("这件事的表决已经开始了，不能延后再议。请先等表决结束。")


def notice_recipients(
    *, seat_holders: Sequence[int], participants: Mapping[int, str], followers: Sequence[int], chair_id: int
) -> dict[int, str]:
    """Who hears of a meeting, and why: the strongest reason counts, and nobody hears it twice."""
    reasons: dict[int, str] = dict.fromkeys(followers, "place_follower")
    reasons.update(participants)
    reasons.update(dict.fromkeys(seat_holders, "member"))
    reasons[chair_id] = "chair"
    return reasons
