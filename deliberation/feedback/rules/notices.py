"""The nine parts of an outcome notice, and when it may go out (domain.md C7). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.kernel.errors import N_, Refusal

# C7, outcome notice, ① to ⑨ in order.
FIELDS = ("asked", "decided", "figures", "reason", "who", "next_feedback", "contact", "issuer", "summary")
FIELD_WORDS: Mapping[str, str] = {
    "asked": N_("您和这件事"),
    "decided": N_("定了什么，做了什么"),
    "figures": N_("数字和规则"),
    "reason": N_("理由"),
    "who": N_("谁在什么时候之前做什么"),
    "next_feedback": N_("下次什么时候再告诉您"),
    "contact": N_("有意见找谁"),
    "issuer": N_("谁发的"),
    "summary": N_("一句话"),
}
LONGEST_SUMMARY = 80  # Characters, for a text message and for elder mode.


class NoticeIncomplete(Refusal):
    code = "notice_incomplete"
    status = 422
    sentence = N_("告知还缺几项，发不出去。请补全再发：%(fields)s。")

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(fields=tuple(FIELD_WORDS[name] for name in missing))


class SummaryTooLong(Refusal):
    code = "summary_too_long"
    status = 422
    sentence = N_("一句话要在 %(most)s 个字以内，现在有 %(length)s 个字。请删短一些。")


class NoticeIssued(Refusal):
    code = "notice_issued"
    sentence = N_("这份告知已经发出，不能再改，也不会再发一次。")


def missing_fields(fields: Mapping[str, Any]) -> list[str]:
    """The names of the nine fields that are absent or empty, in their order."""
    return [name for name in FIELDS if not _is_filled(fields.get(name))]


def _is_filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and ("text" not in value or bool(str(value["text"]).strip()))
    return bool(value)


def refusal_to_issue(fields: Mapping[str, Any], *, is_issued: bool) -> Refusal | None:
    """All nine, the summary short enough, and only once."""
    if is_issued:
        return NoticeIssued()
    missing = missing_fields(fields)
    if missing:
        return NoticeIncomplete(missing)
    return refusal_of_summary(str(fields["summary"].get("text", "")))


def refusal_of_summary(text: str) -> Refusal | None:
    return SummaryTooLong(most=LONGEST_SUMMARY, length=len(text)) if len(text) > LONGEST_SUMMARY else None
