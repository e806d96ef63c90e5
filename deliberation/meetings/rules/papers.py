"""Papers on the items of an agenda: how many, how large, and until when they come and go. Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal

MOST_PAPERS = 10  # Of one item.
MOST_PAPER_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024  # A few bytes can claim to unpack into more than memory holds.


class PaperUnreadable(Refusal):
    code = "paper_unreadable"
    status = 422
    sentence = N_("「%(name)s」打不开，或者不是 PDF、Word（.docx）或照片，没有收下。请换一份。")


class PaperTooLarge(Refusal):
    code = "paper_too_large"
    status = 422
    sentence = N_("「%(name)s」太大，没有收下。每份最多 10 MB，请缩小后再放。")


class PapersFull(Refusal):
    code = "papers_full"
    sentence = N_("这一项已经有 %(most)s 份材料，放不下了。请先撤下一份，或者并成一份。")


class PaperGone(Refusal):
    code = "paper_gone"
    status = 410
    sentence = N_("这份材料撤下来了：%(reason)s")


def refusal_of_paper(*, name: str, size: int, others: int) -> Refusal | None:
    """Whether a file of ``size`` bytes may be looked at, beside ``others`` on the same item."""
    if others >= MOST_PAPERS:
        return PapersFull(most=MOST_PAPERS)
    if size > MOST_PAPER_BYTES:
        return PaperTooLarge(name=name)
    return PaperUnreadable(name=name) if size == 0 else None
