"""The shape of what people hand in and of what liaisons answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, SelectField, ValidationError

from deliberation.kernel.forms import Filled, Form, key_field, line_field, new_key, text_field
from deliberation.people.masking import personal_numbers
from deliberation.places.models import Place
from deliberation.proposals import rules
from deliberation.proposals.rules import ProposalKind, RedirectChannel
from deliberation.proposals.wording import KINDS, REDIRECTS


def _refuse_numbers(field: Any) -> None:
    """R-50: everybody reads it from the first moment on, so nobody's number may stand in it."""
    found = personal_numbers(field.data or "")
    if found:
        numbers = "、".join(found)
        raise ValidationError(
            _("这里谁都看得到，请删去 %(numbers)s。联络站从您的账号就能找到您；说车牌，写后三位就够。", numbers=numbers)
        )


class WordsForm(Form):
    """What an author says. ``photos`` are chosen now; those sent before come back as ``kept`` ids beside the form."""

    title = line_field(_l("什么事"), most=rules.MOST_TITLE, hint=_l("一句话，像跟邻居说话那样。"))
    text = text_field(
        _l("说说情况，希望怎么办"), most=rules.MOST_TEXT, hint=_l("交上去就公开，请别写别人的姓名、电话和车牌。")
    )
    spot = line_field(_l("具体在哪里"), most=rules.MOST_SPOT, required=False)
    other_spot = line_field(_l("别处"), most=rules.MOST_SPOT, required=False)
    kind = SelectField(_l("哪一类"), validators=[Filled()])
    photos = MultipleFileField(_l("照片"))
    hides_name = RadioField(_l("公开页上怎么写您"), default="0", validators=[Filled()])

    def __init__(self, *args: Any, public_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("请选一类")), *((str(kind), _(words)) for kind, words in KINDS.items())]
        self.hides_name.choices = [("0", public_name), ("1", _("不写名字"))]

    def validate_title(self, field: Any) -> None:
        _refuse_numbers(field)

    def validate_text(self, field: Any) -> None:
        _refuse_numbers(field)

    def said(self) -> dict[str, Any]:
        """The checked words, as the service takes them."""
        return {
            "title": self.title.data,
            "text": self.text.data,
            "kind": ProposalKind(self.kind.data),
            "spot": self.other_spot.data or self.spot.data or "",
            "hides_name": self.hides_name.data == "1",
        }


class ProposalForm(WordsForm):
    """A new proposal: the words, the place, and the key of this one form."""

    place = SelectField(_l("哪个地方"), validators=[Filled()])
    submission_key = key_field()

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place.choices = [("", _("请选一个地方")), *((place.code, place.full_name) for place in places)]

    def renew_key(self) -> None:
        self.submission_key.data = new_key()


class AcceptForm(Form):
    """Accepting needs no words."""


class ReturnForm(Form):
    reason = text_field(_l("为什么退回，怎么改"), most=rules.MOST_REASON, hint=_l("提出人会原样看到。"))


class RedirectForm(Form):
    channel = RadioField(_l("转到哪里"), validators=[Filled()])
    reason = text_field(_l("为什么转办"), most=rules.MOST_REASON, hint=_l("提出人会原样看到。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = [(str(channel), _(words[0])) for channel, words in REDIRECTS.items()]

    def chosen(self) -> RedirectChannel:
        return RedirectChannel(self.channel.data)


class MergeForm(Form):
    """``into`` is a number ("TAY-2026-001") or a plate ("汀岸 2026-001")."""

    into = line_field(_l("并到哪一件（编号）"), most=40)
    reason = text_field(
        _l("为什么并案"), most=rules.MOST_REASON, hint=_l("提出人会原样看到。另一位联络员复核以后才算数。")
    )


class DeclineForm(Form):
    reason = text_field(_l("为什么不并"), most=rules.MOST_REASON)


class IdentityForm(Form):
    reason = line_field(_l("为什么要看"), most=100, hint=_l("每次查看都留下记录。"))
