"""How a matter is given to somebody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from deliberation.cases.forms.hand_over import LEVELS
from deliberation.cases.forms.handling import LONGEST_TEXT
from deliberation.kernel.forms import Form, text_field


class TakeUpForm(Form):
    """``handler_id`` gets its choices from the place: see views. Words, unit and day are the meeting's."""

    handler_id = SelectField(_l("派给谁"), coerce=int)


class DispatchForm(Form):
    """``handler_id`` and ``limit`` get their choices from the place: see views."""

    handler_id = SelectField(_l("派给谁"), coerce=int)
    task = text_field(
        _l("要办什么"), most=LONGEST_TEXT, least=4, hint=_l("会公开。一件事写一件事，写清楚办到什么样算办好。")
    )
    level = RadioField(_l("几级"), coerce=int, choices=LEVELS, default=1, validators=[InputRequired(_l("请选一级。"))])
    limit = RadioField(_l("多久答复"), validators=[InputRequired(_l("请选一个期限。"))])
