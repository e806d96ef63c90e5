"""What the liaison changes in a notice, and what people answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from deliberation.feedback.rules import LONGEST_SUMMARY, Answer
from deliberation.kernel.forms import Form, line_field, text_field


class NoticeForm(Form):
    reason = text_field(_l("理由"), most=2000, hint=_l("没有采纳的也要写清楚为什么。不要写别人的个人情况。"))
    summary = line_field(_l("一句话"), most=LONGEST_SUMMARY, hint=_l("短信和关怀版用的，80 个字以内。"))


class AnswerForm(Form):
    answer = RadioField(_l("您看到的"), choices=[(str(each), "") for each in Answer])
    reason = text_field(
        _l("哪里没好"), most=500, required=False, hint=_l("说没好、又坏了的，请写一句。这句话会公开，不带您的名字。")
    )
