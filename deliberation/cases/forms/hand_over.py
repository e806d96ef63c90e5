"""Accepting, handing back, asking others, and the level."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from deliberation.cases.forms.handling import LONGEST_TEXT
from deliberation.kernel.forms import Form, text_field

LEVELS = [
    (1, _l("一级：一个单位就能办")),
    (2, _l("二级：几个单位一起办，上下一次联席会议")),
    (3, _l("三级：难办，上下一次领导会商")),
]


class HandBackForm(Form):
    reason = text_field(
        _l("为什么退回"), most=500, least=4, hint=_l("会公开。写清楚为什么不归您办，知道归谁的也写上。")
    )


class AskAnotherForm(Form):
    """``handler_id`` gets its choices from the place: see views."""

    handler_id = SelectField(_l("改派给谁"), coerce=int)


class DecideLeadForm(Form):
    handler_id = SelectField(_l("由谁主办"), coerce=int)
    reason = text_field(_l("理由"), most=500, least=4, hint=_l("会公开。定下来以后不能再退回。"))


class AskAssistanceForm(Form):
    handler_id = SelectField(_l("请谁协办"), coerce=int)
    task = text_field(_l("请他办什么"), most=LONGEST_TEXT, least=4, hint=_l("会公开。"))


class FinishAssistanceForm(Form):
    text = text_field(_l("办好了什么"), most=LONGEST_TEXT, least=4, hint=_l("会公开，主办的人会收到。"))


class LevelForm(Form):
    level = RadioField(_l("改成"), coerce=int, choices=LEVELS, validators=[InputRequired(_l("请选一级。"))])
    reason = text_field(_l("理由"), most=500, least=4, hint=_l("会公开。"))


class ChiefForm(Form):
    """Both get their choices from what the office may name: see views. Zero is nobody."""

    place_id = SelectField(_l("哪里"), coerce=int)
    user_id = SelectField(_l("由谁兜底"), coerce=int)
