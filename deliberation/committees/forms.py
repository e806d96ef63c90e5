"""The shape of a committee, its charter and its seats, as its administrators enter them."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from deliberation.committees.rules import LONGEST_LABEL, Charter, CommitteeKind, SeatKind, share_text
from deliberation.committees.wording import BASES, CONVENERS, RULES, SEAT_KINDS
from deliberation.kernel.forms import Filled, Form, clean_line, line_field, number_field, text_field

_SHARE = re.compile(r"([0-9]{1,4})\s*[/／]\s*([0-9]{1,4})")
CHARTER = (
    "rule_kind", "quorum", "threshold", "threshold_basis", "threshold_strict", "charter_clause", "convener",
    "electronic_clause", "objection_days", "extension_days",
    "turn_seconds", "turns_per_motion", "needs_second", "allows_amendments", "allows_remote", "minutes_working_days",
)  # fmt: skip
WORKING, CALENDAR = "working", "calendar"


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
    return SelectField(_l("哪一种席位"), choices=kinds, coerce=SeatKind)


def _seat_label() -> StringField:
    return line_field(_l("席位的名字"), most=LONGEST_LABEL, hint=_l("比如「18 号二层」或者企业的名字，不写个人姓名。"))


def _has_vote() -> BooleanField:
    return BooleanField(_l("这一席有表决权"), default=True, description=_l("顾问没有表决权，勾了也不算。"))


class CommitteeForm(Form):
    """What can be changed of a body at any time: its name, where it meets, and the whole charter."""

    name = line_field(_l("名称"), most=60, least=2, hint=_l("比如「梧桐里弄管会」。"))
    venue = line_field(_l("平时在哪里开会"), most=60, required=False)
    convener = SelectField(_l("谁召集"), choices=[(role, _l(name)) for role, name in CONVENERS.items()])
    notice_days = number_field(_l("提前多少天通知开会"), least=1, most=90)
    notice_unit = SelectField(
        _l("按什么天数算"),
        choices=[(WORKING, _l("工作日，调休上班的也算")), (CALENDAR, _l("日历天，休息日也算"))],
    )
    rule_kind = RadioField(
        _l("怎样算通过"),
        choices=[(kind, _l(name)) for kind, name in RULES.items()],
        validators=[InputRequired(_l("请选一种。"))],
    )
    quorum = ShareField(
        _l("多少席位参加才算数"),
        description=_l("写成分数，比如 2/3；没有要求就空着。只有「按章程写的份额」和「赞成多于反对」用得着。"),
    )
    threshold = ShareField(_l("多少同意才算通过"), description=_l("写成分数，比如 2/3。只有「按章程写的份额」要填。"))
    threshold_basis = SelectField(_l("按什么算份额"), choices=[(kind, _l(name)) for kind, name in BASES.items()])
    threshold_strict = BooleanField(_l("要超过这个份额，刚好达到不算"))
    turn_seconds = number_field(_l("每次发言最多几秒"), least=15, most=1800)
    turns_per_motion = number_field(_l("每人每项最多发言几次"), least=1, most=20)
    needs_second = BooleanField(_l("动议要有另一位附议，才拿来讨论"))
    allows_amendments = BooleanField(_l("可以对动议提修正案"))
    allows_remote = BooleanField(_l("可以线上参加，签到时和到场的分开记"))
    minutes_working_days = number_field(_l("会后几个工作日内公布纪要"), least=1, most=30)
    charter_clause = line_field(
        _l("写在章程哪一条"), most=80, required=False, hint=_l("公示时会写明，比如「章程第 12 条」。")
    )
    electronic_clause = line_field(
        _l("议事规则哪一条写了可以网上投票"),
        most=120,
        required=False,
        hint=_l("业主大会没有写，就不收网上投的票，要用纸质票。"),
    )
    objection_days = number_field(_l("结果公布以后公示几天，可以提异议"), least=0, most=60, required=False)
    extension_days = number_field(_l("参与不够时，表决可以延长几天，只能一次"), least=0, most=30, required=False)

    def offer_rules(self, kind: CommitteeKind) -> None:
        """Owners decide by the law's rule and nobody else does, so neither is asked for the other."""
        is_assembly = kind is CommitteeKind.owners_assembly
        self.rule_kind.choices = [(rule, _l(name)) for rule, name in RULES.items() if (rule == "owners") is is_assembly]

    def charter(self) -> Charter:
        is_calendar, days = self.notice_unit.data == CALENDAR, self.notice_days.data
        given: dict[str, Any] = {name: self.data[name] for name in CHARTER}
        given |= {name: given[name] or 0 for name in ("objection_days", "extension_days")}
        given["electronic_clause"] = given["electronic_clause"] or ""
        given |= {"notice_working_days": 0 if is_calendar else days, "notice_calendar_days": days if is_calendar else 0}
        return Charter(**given)


def shown(charter: Charter) -> dict[str, Any]:
    """A charter as the form's fields show it."""
    is_calendar = charter.notice_calendar_days > charter.notice_working_days
    return {
        **{name: getattr(charter, name) for name in CHARTER},
        "notice_days": charter.notice_calendar_days if is_calendar else charter.notice_working_days,
        "notice_unit": CALENDAR if is_calendar else WORKING,
    }


class NewCommitteeForm(CommitteeForm):
    """The place is chosen once. The view offers the places; the kind was chosen on the page before."""

    place_id = SelectField(_l("属于哪里"), coerce=int, validators=[InputRequired(_l("请选一个地方。"))])


class SeatForm(Form):
    label = _seat_label()
    kind = _seat_kind()
    is_voting = _has_vote()
    address = AddressField(
        _l("谁坐这一席"),
        filters=[clean_line],
        validators=[Length(max=254)],
        description=_l("本人登录用的手机号或邮箱。还没有人就空着，也算在总数里。"),
    )


class SeatChangeForm(Form):
    label = _seat_label()
    kind = _seat_kind()
    is_voting = _has_vote()


class SeatsForm(Form):
    kind = _seat_kind()
    is_voting = _has_vote()
    lines = text_field(_l("席位名单"), most=20000, hint=_l("一行一席：席位，手机号或邮箱。可以从表格里整列复制过来。"))


class HolderForm(Form):
    address = AddressField(
        _l("请谁坐"),
        filters=[clean_line],
        validators=[Filled(), Length(max=254)],
        description=_l("本人登录用的手机号或邮箱。"),
    )


class StandInForm(Form):
    """Somebody sits in for the holder of a seat; one day is one meeting."""

    address = AddressField(
        _l("请谁代"),
        filters=[clean_line],
        validators=[Filled(), Length(max=254)],
        description=_l("本人登录用的手机号或邮箱，要先有账号。"),
    )
    first_day = DateField(_l("从哪天起"), validators=[InputRequired(_l("这里还没填。"))])
    last_day = DateField(
        _l("到哪天为止"), validators=[InputRequired(_l("这里还没填。"))], description=_l("只代一次会，两天填同一天。")
    )
    basis = line_field(_l("因为什么"), most=120, required=False, hint=_l("比如「出差」，或者任期里的委托书编号。"))
