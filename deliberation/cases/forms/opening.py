"""How a matter is given to somebody."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from deliberation.cases.forms.handling import LONGEST_TEXT
from deliberation.kernel.forms import Form, text_field


class TakeUpForm(Form):
    """``handler_id`` gets its choices from the place: see views. Words, unit and day are the meeting's."""

    handler_id = SelectField(_l("派给谁"), coerce=int)


class DispatchForm(Form):
    """``handler_id`` gets its choices from the place: see views."""

    handler_id = SelectField(_l("派给谁"), coerce=int)
    task = text_field(
        _l("要办什么"), most=LONGEST_TEXT, least=4, hint=_l("会公开。一件事写一件事，写清楚办到什么样算办好。")
    )
    working_days = RadioField(
        _l("多久答复"), coerce=int, choices=[(5, _l("一般的事，5 个工作日")), (15, _l("难办的事，15 个工作日"))]
    )
