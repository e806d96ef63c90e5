"""The monthly review (月谈会, A15): what failed and why, what comes back, when it may be published. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from deliberation.feedback.rules.figures import Term, figures_of
from deliberation.kernel.errors import N_, Refusal

SHORTEST_LESSON = 4
FEW_PLACES = 2
MOST_TOPICS = 8


class Failure(StrEnum):
    """Why a case is talked over among those that failed."""

    unanswered = "unanswered"
    late = "late"
    sent_back = "sent_back"
    declined = "declined"


class LessonTooShort(Refusal):
    code = "lesson_too_short"
    status = 422
    sentence = N_("请写一句这件事教了我们什么，至少 4 个字。")


class NotInReview(Refusal):
    code = "not_in_review"
    status = 404
    sentence = N_("这一期里没有这件事。请刷新看看。")


class LessonsMissing(Refusal):
    code = "lessons_missing"
    status = 422
    sentence = N_("还有 %(count)s 件没办好的事没写教训。都写上一句，再公布。")


class ReviewPublished(Refusal):
    code = "review_published"
    sentence = N_("这一期已经公布，不能再改。")


def failures(term: Term) -> list[Failure]:
    """In what a term failed that has fallen due; that it cannot be done is no failure, but is talked over."""
    found = []
    if term.replied_at is None:
        found.append(Failure.unanswered)
    elif term.replied_at > term.due_at:
        found.append(Failure.late)
    if term.is_reopened:
        found.append(Failure.sent_back)
    if term.kind == "D":
        found.append(Failure.declined)
    return found


@dataclass(frozen=True)
class Standing:
    """Where a case stands in a review: ``is_good`` by its last term, ``why`` it failed in any of them, each once."""

    is_good: bool
    why: list[Failure]


def standing(terms: Sequence[Term]) -> Standing:
    """A case's terms of the month, in the order in which they were due; what it is now decides, what was before stays.

    Good is what was solved in time and nobody has said otherwise.
    """
    last = terms[-1]
    is_good = bool(figures_of(last).solved) and not failures(last)
    return Standing(is_good, list(dict.fromkeys(each for term in terms for each in failures(term))))


@dataclass(frozen=True)
class Topic:
    """How many matters of a kind came up in the month, and how many in the month before."""

    kind: str
    count: int
    before: int


def top_topics(kinds: Iterable[str], before: Iterable[str]) -> list[Topic]:
    """The kinds that came up most, the most frequent first; at the same number by name."""
    now, then = Counter(kinds), Counter(before)
    order = sorted(now, key=lambda kind: (-now[kind], kind))
    return [Topic(kind, now[kind], then[kind]) for kind in order[:MOST_TOPICS]]


def in_several_places(kinds: Iterable[tuple[str, int]]) -> dict[str, Counter[int]]:
    """Kinds that came up in two places or more, with how often in each: pairs of a kind and a place."""
    found: dict[str, Counter[int]] = {}
    for kind, place_id in kinds:
        found.setdefault(kind, Counter())[place_id] += 1
    return {kind: places for kind, places in found.items() if len(places) >= FEW_PLACES}


def refusal_of_lesson(*, is_published: bool, is_in_review: bool, text: str) -> Refusal | None:
    if is_published:
        return ReviewPublished()
    if not is_in_review:
        return NotInReview()
    return None if len(text.strip()) >= SHORTEST_LESSON else LessonTooShort()


def refusal_to_publish(*, is_published: bool, failed: Sequence[int], lessons: Mapping[int, str]) -> Refusal | None:
    """Every case that failed has taught something: that is what the review is for."""
    if is_published:
        return ReviewPublished()
    missing = [case_id for case_id in failed if not lessons.get(case_id, "").strip()]
    return LessonsMissing(count=len(missing)) if missing else None
