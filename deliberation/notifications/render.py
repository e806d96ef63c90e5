"""A message in the words and the language of the person who gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import current_app
from flask_babel import force_locale, gettext, ngettext
from jinja2 import meta
from markupsafe import Markup, escape

from deliberation.kernel.i18n import day_text, language_tag
from deliberation.matters.models import Matter
from deliberation.notifications import wording
from deliberation.notifications.models import Channel
from deliberation.notifications.queries import Content, Public
from deliberation.notifications.wording import reason_sentence
from deliberation.settings import Settings

_TIME_TAG = re.compile(r'<time datetime="[^"]*">(.*?)</time>')
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、）】]+")
Known = dict[tuple[int, str, str, datetime | None], "Rendered"]
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


def render(content: Content, *, locale: str | None = None, known: Known | None = None) -> Rendered:
    """The subject and the plain text of a message; ``locale`` defaults to the receiver's own.

    The environment is used directly, since the page's context (who is looking) has no meaning in a mail. ``known``
    keeps what many people are told in the same words, for a batch.
    """
    message, chosen = content.message, locale or content.user.locale
    same = (message.occasion_id, chosen, message.reason, content.since)
    shares = known is not None and message.own_data is None and not _is_personal(message.kind)
    if known is not None and shares and same in known:
        return known[same]
    with force_locale(chosen):
        text = current_app.jinja_env.get_template(f"messages/{message.kind}.txt").render(
            data=message.data,
            user=content.user,
            matter=content.matter,
            reason=worded_reason(message.reason, content.since),
            link=public_link,
        )
    subject, _separator, body = _TIME_TAG.sub(r"\1", text).strip().partition("\n")
    rendered = Rendered(subject.strip(), _tidy(body))
    if known is not None and shares:
        known[same] = rendered
    return rendered


@lru_cache(maxsize=256)
def _is_personal(kind: str) -> bool:
    """Whether the template asks who reads it, so that its words are nobody else's."""
    environment = current_app.jinja_env
    if environment.loader is None:
        return True
    source, _name, _is_current = environment.loader.get_source(environment, f"messages/{kind}.txt")
    return "user" in meta.find_undeclared_variables(environment.parse(source))


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


def for_channel(content: Content, channel: Channel, *, known: Known | None = None) -> Rendered:
    rendered = render(content, known=known)
    if channel is Channel.sms:
        return Rendered(rendered.subject, as_sms(content, rendered))
    if channel is Channel.push:
        return Rendered(rendered.subject, rendered.first_line)
    return rendered


def as_html(rendered: Rendered, locale: str, *, known: dict[tuple[Rendered, str], str]) -> str:
    """The same as a page for mail programs that show one: nothing is loaded from anywhere. ``known`` as above."""
    if (rendered, locale) not in known:
        blocks = [with_links(block) for block in rendered.body.strip().split("\n\n")]
        page = current_app.jinja_env.get_template("notifications/mail.html")
        with force_locale(locale):
            said = {"subject": rendered.subject, "blocks": blocks, "lang": language_tag()}
            known[rendered, locale] = page.render(**said, wishes=public_link("/me/notices"))
    return known[rendered, locale]


def target_of(content: Content) -> str:
    """The path of what a message is about."""
    fallback = f"/matters/{content.matter.number}" if content.matter else "/inbox"
    return str(content.message.data.get("path") or fallback)


def digest(contents: Sequence[Content], channel: Channel) -> tuple[str, str]:
    """The subject and the text of one digest, matter by matter; a text message only says how many and where."""
    with force_locale(contents[0].user.locale):
        count = len(contents)
        subject = ngettext("您关心的事有 %(num)s 条新消息", "您关心的事有 %(num)s 条新消息", count)
        if channel is not Channel.email:
            return subject, gettext("【五步议事】%(line)s", line=subject) + "\n" + public_link("/inbox")
        parts = []
        for matter, group in grouped(contents):
            lines = [f"{matter.plate} {matter.title}"] if matter else []
            for content in group:
                lines += [f"· {render(content).subject}", f"  {public_link(f'/inbox/{content.message.id}')}"]
            parts.append("\n".join(lines))
        foot = gettext("这是您选的合成一封。改收法：%(link)s", link=public_link("/me/notices"))
        return subject, "\n\n".join([*parts, foot]) + "\n"


@dataclass(frozen=True)
class PublicLine:
    """A public occasion in words that name nobody."""

    label: str
    title: str
    link: str
    summary: str

    @property
    def text(self) -> str:
        """For a group's robot: one line and where it leads."""
        return gettext("【五步议事】%(label)s：%(title)s", label=self.label, title=self.title) + f"\n{self.link}"


def public_line(public: Public) -> PublicLine:
    occasion, matter = public.occasion, public.matter
    title = matter.title if matter else str(occasion.data.get("title", ""))
    path = f"/matters/{matter.number}" if matter else str(occasion.data.get("path", "/"))
    said = occasion.data.get("summary", "")
    shown = current_app.jinja_env.filters["notice_part"](said) if occasion.kind == "outcome.notice" and said else ""
    return PublicLine(gettext(wording.PUBLIC[occasion.kind]), title, public_link(path), str(shown))


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
