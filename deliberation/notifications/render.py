"""A message in the words and the language of the person who gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from deliberation.kernel.i18n import day_text
from deliberation.matters.models import Matter
from deliberation.notifications.models import Channel
from deliberation.notifications.queries import Content
from deliberation.notifications.wording import reason_sentence
from deliberation.settings import Settings

_TIME_TAG = re.compile(r'<time datetime="[^"]*">(.*?)</time>')
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、）】]+")
SMS_LENGTH = 80  # Characters of the plain summary (domain.md C7 ⑨); the address comes on top.


@dataclass(frozen=True)
class Rendered:
    subject: str
    body: str

    @property
    def first_line(self) -> str:
        """What the inbox shows below the subject."""
        return next((line for line in self.body.splitlines() if line.strip()), "")


def public_link(path: str) -> str:
    """The absolute address of a page of ours."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url}{path}"


def render(content: Content, *, locale: str | None = None) -> Rendered:
    """The subject and the plain text of a message; ``locale`` defaults to the receiver's own.

    The environment is used directly, since the page's context (who is looking) has no meaning in a mail.
    """
    message = content.message
    with force_locale(locale or content.user.locale):
        text = current_app.jinja_env.get_template(f"messages/{message.kind}.txt").render(
            data=message.data,
            user=content.user,
            matter=content.matter,
            reason=worded_reason(message.reason, content.since),
            link=public_link,
        )
    subject, _separator, body = _TIME_TAG.sub(r"\1", text).strip().partition("\n")
    return Rendered(subject.strip(), _tidy(body))


def _tidy(body: str) -> str:
    """No trailing blanks and no more than one empty line in a row, however the template was laid out."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.splitlines())).strip() + "\n"


def worded_reason(reason: str, since: datetime | None) -> str:
    """Why this person hears it: "您收到这条，因为您 3月2日 周一 联名了这件事。"."""
    sentence = gettext(reason_sentence(reason, is_dated=since is not None))
    return sentence % {"day": day_text(since)} if since is not None and "%(day)s" in sentence else sentence


def as_sms(content: Content, rendered: Rendered) -> str:
    """One short line and the first address of the text, for a telephone that shows no more."""
    shows_first_line = content.message.data.get("sms") == "first_line"
    line = (rendered.first_line if shows_first_line else rendered.subject)[:SMS_LENGTH]
    with force_locale(content.user.locale):
        text = gettext("【五步议事】%(line)s", line=line)
    address = _ADDRESS.search(rendered.body)
    return f"{text}\n{address.group()}" if address else text


def for_channel(content: Content, channel: Channel) -> Rendered:
    rendered = render(content)
    if channel is Channel.sms:
        return Rendered(rendered.subject, as_sms(content, rendered))
    return rendered


def with_links(text: str) -> Markup:
    """Plain text as HTML whose addresses can be clicked."""
    parts: list[str] = []
    last = 0
    for found in _ADDRESS.finditer(text):
        parts.append(str(escape(text[last : found.start()])))
        parts.append(str(Markup('<a href="{0}">{0}</a>').format(found.group())))
        last = found.end()
    return Markup("".join([*parts, str(escape(text[last:]))]))  # noqa: S704 - each part is escaped above.


def grouped(contents: Iterable[Content]) -> list[tuple[Matter | None, list[Content]]]:
    """Contents by matter, in the order of each matter's first; what has no matter stands alone."""
    groups: dict[str, tuple[Matter | None, list[Content]]] = {}
    for content in contents:
        key = f"matter:{content.matter.id}" if content.matter else f"message:{content.message.id}"
        groups.setdefault(key, (content.matter, []))[1].append(content)
    return list(groups.values())
