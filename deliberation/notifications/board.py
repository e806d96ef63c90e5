"""What is public of a place, as a feed (RFC 4287) and as one A4 sheet for the notice board."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from xml.etree import ElementTree

import segno
from flask_babel import gettext as _

from deliberation.kernel import typesetting
from deliberation.kernel.i18n import day_text, language_tag
from deliberation.notifications.queries import Public
from deliberation.notifications.render import public_line, public_link
from deliberation.places.models import Place

ATOM = "http://www.w3.org/2005/Atom"
EMPTY = "1970-01-01T00:00:00+00:00"


def atom(place: Place, publics: Sequence[Public]) -> bytes:
    """The feed of a place, newest first. An entry's id never changes; it says what is public, and no names."""
    home = public_link(f"/places/{place.code}")
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language_tag()})
    _add(feed, "id", home)
    _add(feed, "title", _("%(place)s · 五步议事", place=place.name))
    _add(feed, "updated", _instant(publics[0]) if publics else EMPTY)
    _add(feed, "link", href=f"{home}/feed.atom", rel="self", type="application/atom+xml")
    _add(feed, "link", href=home, rel="alternate", type="text/html")
    author = ElementTree.SubElement(feed, "author")
    _add(author, "name", place.name)
    for public in publics:
        line = public_line(public)
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", public_link(f"/notices/{public.occasion.id}"))
        _add(entry, "title", _("%(label)s：%(title)s", label=line.label, title=line.title))
        _add(entry, "updated", _instant(public))
        _add(entry, "link", href=line.link, rel="alternate", type="text/html")
        _add(entry, "summary", line.summary or line.title)
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = text or None


def _instant(public: Public) -> str:
    return public.occasion.created_at.astimezone(UTC).isoformat(timespec="seconds")


def poster_pdf(public: Public, place: Place) -> bytes:
    return typesetting.pdf("notifications/poster.typ", poster(public, place))


def poster(public: Public, place: Place) -> dict[str, Any]:
    """The data of notifications/poster.typ."""
    line = public_line(public)
    contact = " · ".join(each for each in (place.contact_name, place.contact_phone, place.contact_hours) if each)
    code = io.BytesIO()
    segno.make(line.link, error="m", micro=False).save(code, kind="svg", border=0, xmldecl=False, svgns=True)
    return {
        "lang": language_tag(),
        "body": place.name,
        "label": line.label,
        "title": line.title,
        "summary": line.summary,
        "posted": _("%(day)s 张贴", day=day_text(public.occasion.created_at)),
        "qr": code.getvalue().decode(),
        "contact": contact,
        "address": line.link,
        "words": {"scan": _("扫码看全文"), "come": _("没有手机，或者想听人讲一遍，找下面这位就行。")},
    }
