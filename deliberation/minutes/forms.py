"""What the recorder and the chair fill in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from deliberation.kernel.errors import N_
from deliberation.kernel.forms import Form, text_field
from deliberation.minutes.rules import LONGEST_PASSAGE

BASE = "base-"
# Each part of the text with its label and what belongs there.
WORDS: dict[str, tuple[str, str]] = {
    "opening": (N_("开场要记的"), N_("主持人说明的规则、迟到早退里值得一提的事。没有就空着。")),
    "promises": (N_("上次说好的事，会上怎么说"), N_("哪些办好了，哪些没有、为什么。")),
    "for": (N_("赞成的主要理由"), N_("写要点，不写是谁说的；要引原话，先得到本人同意。")),
    "against": (N_("反对和担心的主要理由"), N_("同样写要点。少数人的意见也要写上。")),
    "dissent": (N_("要求记下来的不同意见"), N_("本人要求写进纪要的，照本人的话写，写不写名字由本人定。")),
    "left": (N_("还没说清的问题"), N_("留到以后的问题，谁去弄清楚。")),
    "closing": (N_("其他要记的"), N_("没有就空着。")),
    "annexes": (N_("附件"), N_("会上用过的图、表、材料，一行一份。")),
}


class PassagesForm(Form):
    """Made for the passages of one meeting by ``passages_form``."""

    def typed(self, keys: Iterable[str]) -> dict[str, str]:
        return {key: self[key].data or "" for key in keys}

    def bases(self, keys: Iterable[str]) -> dict[str, str]:
        return {key: self[BASE + key].data or "" for key in keys}


def part_of(key: str) -> str:
    return key.rsplit("-", 1)[-1]


def passages_form(keys: Iterable[str], *, stored: dict[str, str], bases: dict[str, str]) -> PassagesForm:
    """A form with a field for each passage, and beside it the digest of the text it was opened with.

    That field is no hidden one: what a device keeps of an unsent form must keep both, or an old text would pass for a
    change of the newest.
    """
    fields: dict[str, Any] = {}
    for key in keys:
        label, hint = WORDS[part_of(key)]
        fields[key] = text_field(_l(label), most=LONGEST_PASSAGE, required=False, hint=_l(hint))
        fields[BASE + key] = StringField()
    form_class = type("PassagesOfMeetingForm", (PassagesForm,), fields)
    data = {**{key: stored.get(key, "") for key in keys}, **{BASE + key: bases[key] for key in keys}}
    form: PassagesForm = form_class(data=data)
    return form


class RecorderForm(Form):
    """``user_id`` gets its choices from the place: see views."""

    user_id = SelectField(_l("谁来记录"), coerce=int)


class ReturnForm(Form):
    reason = text_field(_l("要改什么"), most=300, least=2, hint=_l("记录员会收到。"))


class CorrectionForm(Form):
    reason = text_field(_l("为什么更正"), most=300, least=2, hint=_l("会写在新的一版上，大家都看得到。"))
