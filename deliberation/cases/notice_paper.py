"""A staged notice as a sheet to post, as plain data for the template that sets it (C7: towing, three notices)."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask_babel import get_locale
from flask_babel import gettext as _

from deliberation.cases.models import NoticeObject, StagedNotice
from deliberation.cases.rules import STAGE_WORDS
from deliberation.kernel import typesetting
from deliberation.kernel.i18n import day_text, moment_text
from deliberation.matters.models import Matter
from deliberation.people.masking import mask_plate_number
from deliberation.places.models import Place


def notice_pdf(notice: StagedNotice, stands: NoticeObject, matter: Matter, place: Place, address: str) -> bytes:
    """One A4 page: stage, object (its plate masked), basis, remedy, day, contact, and the server's time of posting."""
    return typesetting.pdf("cases/notice.typ", paper(notice, stands, matter, place, address))


def paper(notice: StagedNotice, stands: NoticeObject, matter: Matter, place: Place, address: str) -> dict[str, Any]:
    locale, file = get_locale(), io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=0, xmldecl=False, svgns=True)
    contact = " · ".join(each for each in (place.contact_name, place.contact_phone, place.contact_hours) if each)
    return {
        "lang": locale.language if locale else "zh",
        "title": _(STAGE_WORDS[notice.stage]),
        "place": place.name,
        "object": mask_plate_number(stands.label),
        "spot": stands.spot,
        "basis": notice.basis,
        "remedy": notice.remedy,
        "due": day_text(notice.due_on),
        "posted": moment_text(notice.posted_at),
        "number": matter.plate,
        "contact": contact,
        "address": address,
        "qr": file.getvalue().decode(),
        "words": {
            "object": _("告知对象"), "spot": _("地点"), "basis": _("依据"), "remedy": _("请您"), "due": _("期限"),
            "posted": _("张贴时间"), "number": _("编号"), "scan": _("扫码看这件事的经过"),
            "contact": _("有疑问，请联系"),
        },
    }  # fmt: skip
