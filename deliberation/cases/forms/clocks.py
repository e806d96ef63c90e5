"""Pausing, splitting off, and a deputy's suggestion."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from deliberation.cases.forms.handling import LONGEST_TEXT
from deliberation.kernel.forms import Form, line_field, text_field


class PauseForm(Form):
    until = DateField(
        _l("停到哪一天"), validators=[InputRequired(_l("请选一天。"))], description=_l("到那天早上自动接着计时。")
    )
    reason = text_field(_l("为什么暂停"), most=500, least=4, hint=_l("会告诉每一位参与的人。"))


class SplitForm(Form):
    """``handler_id`` and ``limit`` get their choices from the place: see views."""

    title = line_field(_l("分出来的是什么事"), most=60, least=4)
    task = text_field(_l("要办什么"), most=LONGEST_TEXT, least=4, hint=_l("会公开。"))
    handler_id = SelectField(_l("派给谁"), coerce=int)
    limit = RadioField(_l("多久答复"), validators=[InputRequired(_l("请选一个期限。"))])


class SuggestionForm(Form):
    """``deputy_id`` gets its choices from the place: see views."""

    deputy_id = SelectField(_l("哪位代表提的"), coerce=int)
    is_hard = BooleanField(_l("涉及面广、难办的，答复期限更长"))
