"""Going to look: by whom, and what must come back (A12, R-40). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal

SHORTEST_TEXT = 4
A_DAY = timedelta(days=1)


class VisitorIsHandler(Refusal):
    code = "visitor_is_handler"
    status = 422
    sentence = N_("这位办过这件事，不能由他去看办好没有。请另请一位。")


class VisitorUnfit(Refusal):
    code = "visitor_unfit"
    status = 422
    sentence = N_("选的这位不在这里的名单上，不能请他去看。请从名单里另选一位。")


class VisitDayOver(Refusal):
    code = "visit_day_over"
    status = 422
    sentence = N_("去看的日子要在今天或者今天以后。")


class NotTheVisitor(Refusal):
    code = "not_the_visitor"
    status = 403
    sentence = N_("这次没有请您去看。要换人去，请找联络员。")


class VisitOver(Refusal):
    code = "visit_over"
    sentence = N_("这次看过了，或者不用再看了。请到这件事的页面看现在到哪一步。")


class VisitTextMissing(Refusal):
    code = "visit_text_missing"
    status = 422
    sentence = N_("请写几句看到了什么，至少 4 个字。")


class VisitPhotoMissing(Refusal):
    code = "visit_photo_missing"
    status = 422
    sentence = N_("请带一张照片回来。不方便拍的，写一句为什么没有照片。")


class VisitCountsWrong(Refusal):
    code = "visit_counts"
    status = 422
    sentence = N_("人数对不上：满意的不能比评了的多，评了的不能比问到的多。")


def refusal_to_send(*, is_over: bool, is_on_list: bool, has_handled: bool, is_day_over: bool) -> Refusal | None:
    if is_over:
        return VisitOver()
    if has_handled:
        return VisitorIsHandler()
    if not is_on_list:
        return VisitorUnfit()
    return VisitDayOver() if is_day_over else None


def refusal_to_report(
    *,
    is_over: bool,
    is_visitor: bool,
    has_handled: bool,
    text: str,
    has_photo: bool,
    no_photo_reason: str,
    counts: tuple[int, int, int],
) -> Refusal | None:
    """``counts``: how many people the visitor asked, how many of them rated, how many are satisfied."""
    if not is_visitor:
        return NotTheVisitor()
    if has_handled:
        return VisitorIsHandler()
    if is_over:
        return VisitOver()
    if len(text.strip()) < SHORTEST_TEXT:
        return VisitTextMissing()
    if not has_photo and len(no_photo_reason.strip()) < SHORTEST_TEXT:
        return VisitPhotoMissing()
    asked, rated, satisfied = counts
    return None if asked >= rated >= satisfied >= 0 else VisitCountsWrong()


def next_visit_reminder(*, morning_of_due_day: datetime, after: datetime) -> datetime:
    """The morning of the day itself, then every morning until it is done."""
    if after < morning_of_due_day:
        return morning_of_due_day
    return morning_of_due_day + A_DAY * ((after - morning_of_due_day) // A_DAY + 1)
