"""The shape of each step, and of an invitation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import Length

from deliberation.committees.rules import TEMPLATES, CommitteeKind
from deliberation.committees.wording import COMMITTEE_KINDS
from deliberation.kernel.forms import Form, clean_line, line_field, number_field, text_field
from deliberation.people.access import Role
from deliberation.people.wording import ROLES
from deliberation.setup.rules import LONGEST_NAME, MOST_DAYS, MOST_USES

INVITED = (
    Role.liaison,
    Role.park_manager,
    Role.handler,
    Role.deputy,
    Role.association,
    Role.residents_committee,
    Role.teller,
)


def table_field(label: Any, hint: Any) -> FileField:
    return FileField(label, description=hint, render_kw={"accept": ".xlsx,.csv"})


class BuildingsForm(Form):
    lines = text_field(_l("楼名"), most=20000, hint=_l("一行一栋，比如「1 号楼」。代号自动编，以后不变。"))


class UnitsForm(Form):
    """A pasted list; a file may be sent instead of it."""

    file = table_field(_l("填好的表格"), _l("xlsx 或 csv，三列：楼栋、名称、种类。有一行不对，就什么都不存。"))
    lines = text_field(
        _l("或者把表格里的几列贴在这里"),
        most=100_000,
        required=False,
        hint=_l("一行一个：楼栋，名称，种类。不分楼的，楼栋空着。"),
    )


class CommitteeForm(Form):
    kind = SelectField(
        _l("哪一种"), choices=[(kind.value, _l(COMMITTEE_KINDS[kind])) for kind in TEMPLATES], coerce=CommitteeKind
    )
    name = line_field(_l("名称"), most=60, least=2, hint=_l("比如「梧桐里弄管会」。"))
    venue = line_field(_l("平时在哪里开会"), most=60, required=False)
    core = text_field(_l("1：召集席"), most=2000, required=False, hint=_l("比如「园区管理办公室」。一行一席。"))
    members = text_field(
        _l("N：有表决权的席位"), most=20000, required=False, hint=_l("一行一席，比如企业名或门牌。人可以下一步再请。")
    )
    advisers = text_field(
        _l("X：顾问"), most=20000, required=False, hint=_l("比如「消防」「规划」。顾问发言，不表决。")
    )


class LinkForm(Form):
    """An open link: whoever has it can come in as a participant."""

    uses = number_field(_l("最多多少人用"), least=1, most=MOST_USES)
    days = number_field(_l("几天内有效"), least=1, most=MOST_DAYS)


class PersonForm(Form):
    """One person, perhaps with an office or a seat."""

    name = line_field(_l("姓名"), most=LONGEST_NAME)
    address = StringField(_l("手机号或邮箱"), filters=[clean_line], validators=[Length(max=254)])
    role = SelectField(
        _l("给什么身份"), choices=[("", _l("参与者")), *((role.value, _l(ROLES[role])) for role in INVITED)]
    )
    days = number_field(_l("几天内有效"), least=1, most=MOST_DAYS)


class ListForm(Form):
    file = table_field(_l("名单表格"), _l("xlsx 或 csv，三列：姓名、手机号或邮箱、席位。"))
    lines = text_field(
        _l("或者把名单贴在这里"),
        most=100_000,
        required=False,
        hint=_l("一行一位：姓名，手机号或邮箱。请他坐一席的，后面再写席位。"),
    )
    days = number_field(_l("几天内有效"), least=1, most=MOST_DAYS)
