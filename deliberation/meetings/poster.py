"""The convening notice for the notice board, as plain data for the template that sets it."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask_babel import gettext
from flask_babel import gettext as _

from deliberation.kernel import typesetting
from deliberation.kernel.i18n import clock_text, language_tag, moment_text
from deliberation.meetings.pages import NoticePage, ends_at


def poster_pdf(page: NoticePage, address: str) -> bytes:
    """One A4 page with what was announced and a QR that leads to ``address``; a long agenda is set smaller."""
    return typesetting.pdf("meetings/poster.typ", poster(page, address))


def poster(page: NoticePage, address: str) -> dict[str, Any]:
    """The data of meetings/poster.typ: only what stood in the notice."""
    meeting, place = page.meeting, page.place
    contact = " · ".join(each for each in (place.contact_name, place.contact_phone, place.contact_hours) if each)
    return {
        "lang": language_tag(),
        "body": page.committee.name,
        "title": meeting.title,
        "when": f"{moment_text(meeting.starts_at)}–{clock_text(ends_at(meeting))}",
        "venue": meeting.venue,
        "chair": f"{page.chair.name} · {page.chair.duty}".rstrip(" ·"),
        "items": [{"title": gettext(each.title), "motion": each.motion_text} for each in page.items if each.in_notice],
        "qr": _qr(address),
        "contact": contact,
        "address": address,
        "words": {
            "when": _("时间"),
            "venue": _("地点"),
            "chair": _("主持人"),
            "agenda": _("议什么"),
            "scan": _("扫码看通知和材料，也可以报名"),
            "come": _("欢迎来听。没有手机，到了和门口的人说一声就行。"),
        },
    }


def _qr(address: str) -> str:
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=0, xmldecl=False, svgns=True)
    return file.getvalue().decode()
