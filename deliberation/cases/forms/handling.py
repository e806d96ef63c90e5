"""What the handler, the liaison and the supervisor fill in on the page of a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, RadioField
from wtforms.validators import InputRequired, Optional

from deliberation.cases.rules import KIND_WORDS
from deliberation.kernel.forms import Form, line_field, number_field, text_field

LONGEST_TEXT = 2000


class ContactForm(Form):
    note = text_field(
        _l("联系的情况"),
        most=500,
        required=False,
        hint=_l("只有办理的人和联络站看得到，不会公开。请不要写电话和门牌。"),
    )


class ProgressForm(Form):
    text = text_field(_l("做了什么"), most=LONGEST_TEXT, least=2, hint=_l("会公开在这件事的进展里。"))
    stage = RadioField(
        _l("这是"), choices=[("", _l("一般进展")), ("before", _l("动手之前")), ("after", _l("办好之后"))], default=""
    )
    measure = line_field(_l("读数"), most=40, required=False, hint=_l("有测量的写上，带单位，如 22 勒克斯。"))
    photo = FileField(_l("照片"))


class ReplyForm(Form):
    kind = RadioField(
        _l("答复类型"),
        choices=[(str(kind), _l(words)) for kind, words in KIND_WORDS.items()],
        validators=[InputRequired(_l("请选一种答复类型。"))],
    )
    text = text_field(_l("答复"), most=LONGEST_TEXT, least=4, hint=_l("做了什么、结果怎样。办不到的，写清楚为什么。"))
    promised_on = DateField(
        _l("哪一天办成"), validators=[Optional()], description=_l("正在办、列入计划的要写。到那天系统会提醒您。")
    )
    slip_reason = text_field(
        _l("上次答应的日子没办成，为什么"), most=500, required=False, hint=_l("改日子的时候要写，会公开。")
    )


class ApprovalForm(Form):
    reference = line_field(_l("批准文号"), most=80)
    published_on = DateField(_l("公布日期"), validators=[InputRequired(_l("请填公布的日期。"))])


class ExtendForm(Form):
    working_days = number_field(_l("延长几个工作日"), least=1, most=99)
    reason = text_field(_l("理由"), most=500, least=4, hint=_l("会公开。原定的日子仍然看得到。"))


class AskExtensionForm(Form):
    working_days = number_field(_l("还要几个工作日"), least=1, most=99)
    reason = text_field(_l("为什么来不及"), most=500, least=4, hint=_l("会公开。写清楚卡在哪里、接下来怎么办。"))


class DecideExtensionForm(Form):
    is_granted = RadioField(
        _l("给不给"),
        choices=[("1", _l("给这些天")), ("0", _l("不给，照原来的期限办"))],
        validators=[InputRequired(_l("请选给还是不给。"))],
    )
    reason = text_field(_l("怎么说"), most=500, required=False, hint=_l("不给的要写明为什么。会公开。"))
