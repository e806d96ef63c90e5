"""Proposals: their states, the moves between them, and who may do what with them (domain.md C3, C5)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import WorkingCalendar, add_working_days, latest_notice_working_date


class ProposalKind(StrEnum):
    traffic = "traffic"
    lighting = "lighting"
    facilities = "facilities"
    safety = "safety"
    environment = "environment"
    services = "services"
    enterprise = "enterprise"
    other = "other"


class ProposalState(StrEnum):
    submitted = "submitted"
    returned = "returned"
    accepted = "accepted"
    merged = "merged"
    redirected = "redirected"
    scheduled = "scheduled"
    deliberated = "deliberated"
    closed = "closed"
    withdrawn = "withdrawn"


class RedirectChannel(StrEnum):
    """Where a matter belongs that is not ours to decide (domain.md C3)."""

    emergency = "emergency"
    litigation = "litigation"
    petition = "petition"
    discipline = "discipline"
    repeated = "repeated"
    private_claim = "private_claim"


S = ProposalState

# Every allowed move, by the state it starts from (domain.md C3). Drafts live in the person's browser and have no state.
MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    S.submitted: frozenset({S.accepted, S.returned, S.merged, S.redirected, S.withdrawn}),
    S.returned: frozenset({S.submitted, S.withdrawn}),
    S.accepted: frozenset({S.scheduled, S.withdrawn, S.closed}),  # Closed: one department dealt with it at once (A29).
    S.scheduled: frozenset({S.deliberated, S.accepted, S.closed}),  # Deferred: waits for the next agenda, accepted.
    S.deliberated: frozenset({S.closed, S.scheduled}),
    S.merged: frozenset(),
    S.redirected: frozenset(),
    S.closed: frozenset(),
    S.withdrawn: frozenset(),
}

SUPPORTABLE = frozenset({S.submitted, S.accepted, S.scheduled, S.deliberated})
MERGE_TARGETS = SUPPORTABLE
WITHDRAWABLE = frozenset({S.submitted, S.returned, S.accepted})

SCREENING_WORKING_DAYS = 3  # domain.md C4.
NOTICE_WORKING_DAYS = 3  # domain.md C4.
SCHEDULING_WORKING_DAYS = 10  # Our own choice: an accepted proposal stands on an agenda within two weeks.
MOST_WAITING = 10  # Proposals of one person that wait for screening at one time.
MOST_PHOTOS = 4
SAME_WORDS_WITHIN = timedelta(minutes=10)  # Our own choice: long enough for going back a page and sending once more.
MOST_TITLE = 60
MOST_TEXT = 2000
MOST_REASON = 500
MOST_SPOT = 40


class TooManyWaiting(Refusal):
    code = "too_many_waiting"
    sentence = N_("您已有 %(waiting)s 件事在等联络员答复，先等一等。答复以后就可以再提，写好的内容还在本机。")


class NothingSaid(Refusal):
    code = "nothing_said"
    status = 422
    sentence = N_("还没写什么事，或者没说情况，没有交。两样都写上就可以交。")


class TooMuchSaid(Refusal):
    code = "too_much_said"
    status = 422
    sentence = N_("写得太长，没有交。标题最多 %(title)s 个字，正文最多 %(text)s 个字，请删短一些。")


class TooManyPhotos(Refusal):
    code = "too_many_photos"
    status = 422
    sentence = N_("照片最多放 %(most)s 张，没有交。请拿掉几张再交。")


class ReasonNeeded(Refusal):
    code = "reason_needed"
    status = 422
    sentence = N_("还没写理由，没有办。提出人会原样看到理由，请写明白再交。")


class AlreadyScreened(Refusal):
    code = "already_screened"
    sentence = N_("这件提案已经答复过，不能再改。要看结果，请打开这件事。")


class OwnProposal(Refusal):
    code = "own_proposal"
    status = 403
    sentence = N_("这是您自己提的，要由另一位联络员答复。")


class MergePending(Refusal):
    code = "merge_pending"
    sentence = N_("这件提案正在等另一位联络员复核并案，先不能另作处理。复核以后，或收回并案以后，就可以办。")


class NoSuchMerge(Refusal):
    code = "merge_decided"
    sentence = N_("这次并案已经有了结果，不用再复核。请刷新看看现在的样子。")


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    status = 403
    sentence = N_("并案要另一位联络员复核，申请的人自己不能确认。请等另一位联络员。")


class NoSecondLiaison(Refusal):
    code = "no_second_liaison"
    sentence = N_("这里只有您一位联络员，并案没有人复核，所以没有申请。请管理员再加一位联络员。")


class CannotJoinItself(Refusal):
    code = "cannot_join_itself"
    status = 422
    sentence = N_("不能把一件提案并到它自己。请另选一件。")


class NoMergeTarget(Refusal):
    code = "no_merge_target"
    sentence = N_("选的那件事已经结束，或者自己正要并到别处，不能再并进去。请另选一件。")


class AlreadyAuthor(Refusal):
    code = "already_author"
    sentence = N_("您就是提出人，不用再联名。")


class NotOpenToSupport(Refusal):
    code = "not_open_to_support"
    sentence = N_("这件事现在不能联名：它退回修改、并到别处，或者已经办完。您可以跟进它，或者另提一件。")


class NotTheAuthor(Refusal):
    code = "not_the_author"
    status = 403
    sentence = N_("只有提出人自己能改或撤回这件提案。您可以联名，或者另提一件。")


class TooLateToWithdraw(Refusal):
    code = "too_late_to_withdraw"
    sentence = N_("这件事已经排进议程、在表决或有了结果，不能撤回。想法有变，可以到会上说，或联系联络员。")


class OthersHaveJoined(Refusal):
    code = "others_have_joined"
    sentence = N_("别人的 %(joined)s 件提案已经并到这一件，不能由您一人撤回。想法有变，请联系联络员。")


class NotReturned(Refusal):
    code = "not_returned"
    sentence = N_("这件提案没有退回给您修改，现在不能改。要补充，请联系联络员。")


class NotYetAccepted(Refusal):
    code = "not_yet_accepted"
    sentence = N_("这件提案还没受理，不能排进议程。请先在待筛选里受理它。")


class MoveNotAllowed(Refusal):
    code = "move_not_allowed"
    sentence = N_("这件提案现在的状态不能这样办，没有改动。请刷新看看现在的样子。")


def refusal_to_move(*, state: ProposalState, to: ProposalState) -> Refusal | None:
    """Whether the table allows the move at all; the reasons of single acts are asked first."""
    return None if to in MOVES[state] else MoveNotAllowed()


def refusal_to_submit(*, waiting: int, title: str, text: str, photos: int) -> Refusal | None:
    """``waiting``: proposals of this person that wait for screening."""
    return TooManyWaiting(waiting=waiting) if waiting >= MOST_WAITING else _refusal_of(title, text, photos)


def _refusal_of(title: str, text: str, photos: int) -> Refusal | None:
    if not title.strip() or not text.strip():
        return NothingSaid()
    if len(title) > MOST_TITLE or len(text) > MOST_TEXT:
        return TooMuchSaid(title=MOST_TITLE, text=MOST_TEXT)
    return TooManyPhotos(most=MOST_PHOTOS) if photos > MOST_PHOTOS else None


def refusal_to_resubmit(*, state: ProposalState, is_author: bool, title: str, text: str, photos: int) -> Refusal | None:
    if not is_author:
        return NotTheAuthor()
    return NotReturned() if state is not S.returned else _refusal_of(title, text, photos)


def refusal_to_screen(*, state: ProposalState, is_author: bool, has_pending_merge: bool) -> Refusal | None:
    """Accept, return, redirect and the request to merge; nobody answers a proposal of their own."""
    if state is not S.submitted:
        return AlreadyScreened()
    if is_author:
        return OwnProposal()
    return MergePending() if has_pending_merge else None


def refusal_of_reason(reason: str) -> Refusal | None:
    """A return, a redirection and a merge are never without a reason, which the author reads as it stands."""
    return None if reason.strip() and len(reason) <= MOST_REASON else ReasonNeeded()


def refusal_as_target(
    *, is_itself: bool, state: ProposalState, is_open: bool, has_pending_merge: bool
) -> Refusal | None:
    """Whether other proposals may be joined to this one."""
    if is_itself:
        return CannotJoinItself()
    return NoMergeTarget() if state not in MERGE_TARGETS or not is_open or has_pending_merge else None


def refusal_to_merge(*, is_decided: bool, is_requester: bool) -> Refusal | None:
    """The confirmation: by a second person, never by who asked for it (domain.md C5)."""
    if is_decided:
        return NoSuchMerge()
    return SecondPersonNeeded() if is_requester else None


def refusal_to_decline_merge(*, is_decided: bool) -> Refusal | None:
    """The second person declines; who asked for it may take it back."""
    return NoSuchMerge() if is_decided else None


def refusal_to_support(*, state: ProposalState, is_open: bool, is_author: bool) -> Refusal | None:
    """``is_author`` counts the authors of what was merged into it; ``is_open``: the matter has not been closed."""
    if is_author:
        return AlreadyAuthor()
    return None if state in SUPPORTABLE and is_open else NotOpenToSupport()


def refusal_to_withdraw(
    *, state: ProposalState, is_author: bool, joined: int, has_pending_merge: bool, has_moved_on: bool
) -> Refusal | None:
    """Only the author, only before it is scheduled, and not once other people's proposals (``joined``) hang on it.

    ``has_moved_on``: the matter stands at a later step already, such as a vote that no meeting has called.
    """
    if not is_author:
        return NotTheAuthor()
    if state not in WITHDRAWABLE or has_moved_on:
        return TooLateToWithdraw()
    if joined:
        return OthersHaveJoined(joined=joined)
    return MergePending() if has_pending_merge else None


def refusal_to_put_on_agenda(*, state: ProposalState) -> Refusal | None:
    return NotYetAccepted() if state in (S.submitted, S.returned) else None


def screening_due(submitted: date, *, calendar: WorkingCalendar) -> date:
    """The last day for the liaison's answer: three working days, the first day not counted (domain.md C4, R-02)."""
    return add_working_days(submitted, SCREENING_WORKING_DAYS, calendar=calendar)


def scheduling_due(accepted: date, *, calendar: WorkingCalendar) -> date:
    """By when an accepted proposal is to stand on an agenda."""
    return add_working_days(accepted, SCHEDULING_WORKING_DAYS, calendar=calendar)


def notice_due(meeting_day: date, *, calendar: WorkingCalendar) -> date:
    """The last day on which the notice of the meeting may go out."""
    return latest_notice_working_date(meeting_day, NOTICE_WORKING_DAYS, calendar=calendar)
