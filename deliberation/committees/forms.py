"""The shape of a committee, its charter and its seats, as its administrators enter them."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from deliberation.committees.models import CommitteeKind, SeatKind
from deliberation.committees.rules import LONGEST_LABEL, Charter, share_text
from deliberation.committees.wording import BASES, COMMITTEE_KINDS, RULES, SEAT_KINDS
from deliberation.kernel.forms import Filled, Form, clean_line, line_field, number_field, text_field

_SHARE = re.compile(r"([0-9]{1,4})\s*[/／]\s*([0-9]{1,4})")
CHARTER = (
    "rule_kind", "quorum", "threshold", "threshold_basis", "threshold_strict", "charter_clause",
    "notice_working_days", "turn_seconds", "turns_per_motion",
)  # fmt: skip


class ShareField(Field):
    """A share written as "2/3"; its data is the two whole numbers, or ``None`` when nothing was written."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return share_text(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean_line(valuelist[0]) if valuelist else ""
        if not text:
            return
        found = _SHARE.fullmatch(text)
        if found is None:
            raise ValueError(_l("请写成分数，比如 2/3。"))
        self.data = (int(found.group(1)), int(found.group(2)))


class AddressField(StringField):
    """A type of its own: nobody needs to see how many of 254 characters an address has."""


def _seat_kind() -> SelectField:
    kinds = [(kind.value, _l(name)) for kind, name in SEAT_KINDS.items()]
    return SelectField(_l("哪一种席位"), choices=kinds, coerce=SeatKind, description=_l("顾问可以发言，不投票。"))


class CommitteeForm(Form):
    """What can be changed of a committee at any time."""

    name = line_field(_l("名称"), most=60, least=2, hint=_l("比如「梧桐里弄管会」。"))
    venue = line_field(_l("平时在哪里开会"), most=60, required=False)
    rule_kind = RadioField(
        _l("怎样算通过"),
        choices=[(kind, _l(name)) for kind, name in RULES.items()],
        validators=[InputRequired(_l("请选一种。"))],
    )
    quorum = ShareField(
        _l("多少席位参加才算数"), description=_l("写成分数，比如 2/3；没有要求就空着。「全体席位过半数」不用填。")
    )
    threshold = ShareField(_l("多少同意才算通过"), description=_l("写成分数，比如 2/3。只有「按章程写的份额」要填。"))
    threshold_basis = SelectField(_l("按什么算份额"), choices=[(kind, _l(name)) for kind, name in BASES.items()])
    threshold_strict = BooleanField(_l("要超过这个份额，刚好达到不算"))
    charter_clause = line_field(
        _l("写在章程哪一条"), most=80, required=False, hint=_l("公示时会写明，比如「章程第 12 条」。")
    )
    notice_working_days = number_field(_l("提前几个工作日通知开会"), least=1, most=60)
    turn_seconds = number_field(_l("每次发言最多几秒"), least=15, most=1800)
    turns_per_motion = number_field(_l("每人每项最多发言几次"), least=1, most=20)

    def charter(self) -> Charter:
        return Charter(**{name: self.data[name] for name in CHARTER})


class NewCommitteeForm(CommitteeForm):
    """Place and kind are chosen once. The view offers the places."""

    place_id = SelectField(_l("属于哪里"), coerce=int, validators=[InputRequired(_l("请选一个地方。"))])
    kind = SelectField(
        _l("是什么"), choices=[(kind.value, _l(name)) for kind, name in COMMITTEE_KINDS.items()], coerce=CommitteeKind
    )


class SeatForm(Form):
    label = line_field(_l("席位"), most=LONGEST_LABEL, hint=_l("比如「18 号二层」或者企业的名字，不写个人姓名。"))
    kind = _seat_kind()
    address = AddressField(
        _l("谁坐这一席"),
        filters=[clean_line],
        validators=[Length(max=254)],
        description=_l("本人登录用的手机号或邮箱。还没有人就空着，也算在总数里。"),
    )


class SeatsForm(Form):
    kind = _seat_kind()
    lines = text_field(_l("席位名单"), most=20000, hint=_l("一行一席：席位，手机号或邮箱。可以从表格里整列复制过来。"))


class HolderForm(Form):
    address = AddressField(
        _l("请谁坐"),
        filters=[clean_line],
        validators=[Filled(), Length(max=254)],
        description=_l("本人登录用的手机号或邮箱。"),
    )
