"""What the liaison changes in a notice, and what people answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from deliberation.feedback.rules import LONGEST_SUMMARY, Answer, Rating
from deliberation.feedback.wording import ANSWERS, RATINGS
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


class VisitorForm(Form):
    """``visitor_id`` gets its choices from the place: see views."""

    visitor_id = SelectField(_l("请谁去看"), coerce=int)
    due_on = DateField(_l("哪天以前去看"), validators=[InputRequired(_l("请填一个日子。"))])


class VisitForm(Form):
    finding = RadioField(_l("您看到的"), validators=[InputRequired(_l("请选一项。"))])
    text = text_field(_l("看到了什么"), most=2000, hint=_l("会公开，署您的名字和职务。不要写别人的姓名和门牌。"))
    photo = FileField(_l("照片"), description=_l("会公开。请避开别人的脸和车牌。"))
    no_photo_reason = line_field(_l("没有照片的，写一句为什么"), most=200, required=False)
    asked = number_field(_l("上门或打电话问了几位没有账号的人"), least=0, most=10_000, required=False)
    rated = number_field(_l("其中评了的有几位"), least=0, most=10_000, required=False)
    satisfied = number_field(_l("其中满意的有几位"), least=0, most=10_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding.choices = [(str(each), _(words)) for each, words in ANSWERS.items()]

    def counts(self) -> tuple[int, int, int]:
        return self.asked.data or 0, self.rated.data or 0, self.satisfied.data or 0


class LessonForm(Form):
    """One of several on the page: ``case_id`` says whose it is."""

    case_id = HiddenField()
    text = text_field(_l("教了我们什么"), most=1000, hint=_l("会公开。说事，不说人。"))
    owner_name = line_field(_l("谁来改"), most=60, required=False)
    due_on = DateField(_l("哪天以前"), validators=[Optional()])


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
