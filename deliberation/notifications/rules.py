"""When and by which way a message goes out. Pure: hours are those of the times passed in, which are Shanghai's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from deliberation.kernel.errors import N_, Refusal

LEASE = timedelta(minutes=10)
SENDING = timedelta(minutes=5)  # After so much of its lease a process gives back what it has not come to.
BATCH = 100
TELL_WITHIN = timedelta(days=3)  # Of a task to tell somebody on paper.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)


def next_attempt(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` failed ones (1 or more); ``None`` when it is given up."""
    return now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


class Weight(StrEnum):
    """What a message is to its person.

    ``owed``: they took part and have a right to it; it is never stopped, and on paper if nothing else arrives.
    ``work``: their office. ``reminder`` and ``news`` can be stopped, and news can wait for a digest.
    """

    owed = "owed"
    work = "work"
    reminder = "reminder"
    news = "news"


OWED = frozenset({
    "outcome.notice", "vote.published", "vote.extended", "vote.cancelled", "vote.withdrawn", "vote.suspended",
    "vote.resumed", "vote.annulled", "objection.answered", "ballot.conflict",
})  # fmt: skip
REMINDERS = frozenset({"meeting.reminder", "look_back.asked"})
NEWS = frozenset({"meeting.notice", "series.changed", "series.ended", "minutes.published", "proposal.merged"})
PUBLIC = frozenset({"outcome.notice", "vote.published", "meeting.notice"})  # For robots, feeds and the notice board.
ONLOOKERS = frozenset({"follower", "place_follower"})  # Who asked to hear, and took no part.


def weight(kind: str) -> Weight:
    """Of a message's kind. One that is not listed is somebody's work or answer: told at once, and not to be stopped."""
    if kind in OWED:
        return Weight.owed
    if kind in REMINDERS:
        return Weight.reminder
    return Weight.news if kind in NEWS else Weight.work


class Rhythm(StrEnum):
    """How often news is sent; with ``never`` it only stands in the inbox."""

    at_once = "at_once"
    daily = "daily"
    weekly = "weekly"
    never = "never"


WAYS = ("email", "sms", "push")  # What a person can be reached by, in the order tried unless they wish otherwise.
RINGING = ("sms", "push")  # What makes a noise in the night.
DIGEST_HOUR = 8
MONDAY = 0


@dataclass(frozen=True)
class Wishes:
    """How a person wants to hear (models.Wishes); as they stand for whoever has said nothing."""

    first: str = "email"
    rhythm: Rhythm = Rhythm.at_once
    wants_reminders: bool = True
    quiet_from: int = 21
    quiet_until: int = 8

    def without_reminders(self) -> Wishes:
        return replace(self, wants_reminders=False)

    def without_news(self) -> Wishes:
        return replace(self, rhythm=Rhythm.never)

    def with_first(self, way: str) -> Wishes:
        return replace(self, first=way)


def ways(wishes: Wishes, reachable: Collection[str]) -> list[str]:
    """By what the person can be reached, the one they wish for first. Pushes only go to who wished for them."""
    ordered = [wishes.first, *(way for way in WAYS if way not in (wishes.first, "push"))]
    return [way for way in ordered if way in reachable]


def is_stopped(kind: str, reason: str, wishes: Wishes, *, is_muted: bool) -> bool:
    """Whether nothing is sent out of the house; the inbox has it in any case."""
    found = weight(kind)
    if found is Weight.reminder:
        return is_muted or not wishes.wants_reminders
    if wishes.rhythm is Rhythm.never and _can_wait(kind, reason):
        return True
    return found is Weight.news and is_muted


def waits_for_digest(kind: str, reason: str, wishes: Wishes) -> bool:
    """News, and what an onlooker hears, waits where a digest is wished for; work, reminders and what is owed do not."""
    return wishes.rhythm is not Rhythm.at_once and _can_wait(kind, reason)


def _can_wait(kind: str, reason: str) -> bool:
    found = weight(kind)
    return found is Weight.news or (found is Weight.owed and reason in ONLOOKERS)


def rings_at(way: str, wishes: Wishes, *, now: datetime) -> datetime:
    """When it may go out: at once, or where it would ring in the quiet hours, when they end."""
    start, end = wishes.quiet_from, wishes.quiet_until
    if way not in RINGING or start == end:
        return now
    is_quiet = start <= now.hour < end if start < end else now.hour >= start or now.hour < end
    if not is_quiet:
        return now
    morning = now.replace(hour=end, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)


def next_digest(rhythm: Rhythm, *, now: datetime) -> datetime | None:
    """The next morning, or the next Monday's, after ``now``; a day that was missed is made up by one digest."""
    if rhythm in (Rhythm.at_once, Rhythm.never):
        return None
    at = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    while at <= now or (rhythm is Rhythm.weekly and at.weekday() != MONDAY):
        at += timedelta(days=1)
    return at


def next_way(wished: Sequence[str], tried: Collection[str]) -> str | None:
    """The way to try when the others have failed; ``None`` when only paper is left (domain.md C3)."""
    return next((way for way in wished if way not in tried), None)


class PaperTaskDone(Refusal):
    code = "paper_task_done"
    status = 409
    sentence = N_("这一条已经有人办了。")


class NotYourPaperTask(Refusal):
    code = "not_your_paper_task"
    status = 403
    sentence = N_("这一条由这里的联络员去告诉，您不用办。")


class WrongStopLink(Refusal):
    code = "wrong_stop_link"
    status = 404
    sentence = N_("这个链接不对。请登录以后到「怎么通知我」里改。")
