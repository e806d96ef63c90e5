"""What the liaison changes in a notice, and what people answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Optional

from deliberation.feedback.rules import LONGEST_SUMMARY, Answer, Rating
from deliberation.feedback.wording import RATINGS
from deliberation.kernel.forms import Form, line_field, number_field, text_field
from deliberation.proposals.wording import KINDS


class NoticeForm(Form):
    reason = text_field(_l("理由"), most=2000, hint=_l("没有采纳的也要写清楚为什么。不要写别人的个人情况。"))
    summary = line_field(_l("一句话"), most=LONGEST_SUMMARY, hint=_l("短信和关怀版用的，80 个字以内。"))


class AnswerForm(Form):
    answer = RadioField(_l("您看到的"), choices=[(str(each), "") for each in Answer])
    reason = text_field(
        _l("哪里没好"), most=500, required=False, hint=_l("说没好、又坏了的，请写一句。这句话会公开，不带您的名字。")
    )
    rating = RadioField(_l("办得满意吗"), choices=[("", "")], validators=[Optional()])
    photo = FileField(_l("照片"), description=_l("只有办理的单位看得到。请避开别人的脸和车牌。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rating.choices = [(str(each), _(words)) for each, words in RATINGS.items()]

    def rated(self) -> Rating | None:
        return Rating(self.rating.data) if self.rating.data else None


class PlanForm(Form):
    """``kind`` gets what is not said yet: see views."""

    kind = SelectField(_l("哪一类的事"), default="")
    days = line_field(_l("答复以后第几天问"), most=40, hint=_l("用逗号隔开，比如 30, 90。"))
    days_to_answer = number_field(_l("留几天回话"), least=1, most=60)
    asks_visit = BooleanField(
        _l("每次都请人到现场看"), description=_l("由联络员请一位不是办理人的去看，带照片回来写清楚。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("所有的事")), *((str(kind), _(words)) for kind, words in KINDS.items())]
