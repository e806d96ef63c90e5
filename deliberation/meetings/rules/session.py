"""Opening a meeting, taking its items in hand, putting them to the vote, and who may chair them (R-40)."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.states import ItemState, MeetingState, refusal_to_move_item, refusal_to_move_meeting

OPENS_EARLY = timedelta(minutes=30)
OPENS_LATE = timedelta(hours=12)
LATE_START = timedelta(hours=4)  # Whoever came has gone by then.


def is_missed(*, state: MeetingState, starts_at: datetime, now: datetime) -> bool:
    """Whether a called meeting was not held: nobody has opened it long after its hour. It waits to be moved or
    called off by whoever planned it."""
    return state is MeetingState.noticed and now > starts_at + LATE_START


class TooEarlyToOpen(Refusal):
    code = "too_early_to_open"
    sentence = N_("还没到时间。%(starts_at)s 开会，提前 30 分钟可以开场。")


class TooLateToOpen(Refusal):
    code = "too_late_to_open"
    sentence = N_("会期 %(starts_at)s 已经过了，大家不在场。请取消这次会，另排一次。")


def refusal_to_open_now(*, starts_at: datetime, now: datetime) -> Refusal | None:
    """Nobody may find on arriving that all is over, or hear of it later: from half an hour early to half a day late."""
    if now < starts_at - OPENS_EARLY:
        return TooEarlyToOpen(starts_at=starts_at)
    return TooLateToOpen(starts_at=starts_at) if now > starts_at + OPENS_LATE else None


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


def refusal_to_defer(*, is_past_meeting: bool, is_requested: bool, vote_decided_nothing: bool) -> Refusal | None:
    """A matter that left the meeting for its vote is not called back, unless that vote ended and decided nothing.

    ``is_requested`` items only report here: their matter stays where it is, whatever the meeting does.
    """
    return UnderVote() if is_past_meeting and not is_requested and not vote_decided_nothing else None
