"""The deadline table, one limit at a time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from deliberation.cases.rules import LimitUnit
from deliberation.kernel.forms import Form, line_field, number_field, text_field


class LimitForm(Form):
    """``place_id`` gets its choices from what the administrator has: see views. Zero is everywhere."""

    place_id = SelectField(_l("哪里"), coerce=int)
    value = number_field(_l("多久"), least=1, most=999)
    unit = SelectField(
        _l("按什么算"),
        coerce=LimitUnit,
        choices=[
            (LimitUnit.working_days.value, _l("工作日")),
            (LimitUnit.days.value, _l("天")),
            (LimitUnit.months.value, _l("个月")),
        ],
    )
    basis = line_field(_l("依据"), most=200, hint=_l("哪条规定，写到第几条；没有规定的写「自定」。"))
    reason = text_field(_l("为什么改"), most=500, least=4, hint=_l("和改动一起留在这一页和审计日志里。"))


class DropLimitForm(Form):
    reason = text_field(_l("为什么取消"), most=500, least=4)
