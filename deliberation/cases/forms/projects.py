"""What the handler writes down about a project, notices on what stands in the way, and contractors' points."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from deliberation.cases.rules import SIDE_WORDS, ObjectState
from deliberation.kernel.forms import Filled, Form, line_field, number_field, text_field


def _day(label: str) -> DateField:
    return DateField(label, validators=[InputRequired(_l("请填日子。"))])


class LeadForm(Form):
    side = RadioField(
        _l("哪一方"), choices=[(str(side), _l(words)) for side, words in SIDE_WORDS.items()], validators=[Filled()]
    )
    name = line_field(_l("姓名"), most=40, hint=_l("会公开。两边各一位，实名。"))
    office = line_field(_l("单位和职务"), most=80, required=False)


class MilestoneForm(Form):
    title = line_field(_l("到哪一步"), most=80, least=2, hint=_l("会公开，如：线路检修完。"))
    due_on = _day(_l("哪一天以前"))


class ReachForm(Form):
    reached_on = _day(_l("哪一天完成的"))


class MeasureForm(Form):
    name = line_field(_l("测什么"), most=40, hint=_l("如：台阶处照度。"))
    unit = line_field(_l("读数的单位"), most=20, hint=_l("如：勒克斯。"))
    baseline = line_field(_l("动手之前的读数"), most=20)
    baseline_on = _day(_l("哪一天测的"))
    target = line_field(_l("要达到"), most=20)


class ReadingForm(Form):
    value = line_field(_l("读数"), most=20)
    read_on = _day(_l("哪一天测的"))


class NoticeObjectForm(Form):
    label = line_field(_l("车牌，或怎么认出它"), most=40, hint=_l("公开页只显示一部分。"))
    spot = line_field(_l("停在哪里"), most=40)


class StagedNoticeForm(Form):
    basis = line_field(_l("依据"), most=120, hint=_l("哪一部法规、哪一条。"))
    remedy = text_field(_l("要怎么做"), most=300, least=4)
    due_on = _day(_l("哪一天以前"))
    photo = FileField(_l("贴好以后的照片"))


class SettleForm(Form):
    outcome = RadioField(
        _l("怎么了结的"),
        choices=[(str(ObjectState.moved), _l("车主自己挪走了")), (str(ObjectState.towed), _l("会同民警拖走了"))],
        validators=[Filled()],
    )
    note = line_field(_l("说明"), most=120, required=False)


class DeductForm(Form):
    """``contractor_id`` gets its choices from the firms: see views."""

    contractor_id = SelectField(_l("哪家单位"), coerce=int)
    points = number_field(_l("扣几分"), least=1, most=12)
    reason = text_field(_l("为什么"), most=500, least=4, hint=_l("会公开。写清楚哪一天、哪里、违了哪一条。"))
    photo = FileField(_l("凭据照片"))


class AppealForm(Form):
    text = text_field(_l("申诉的理由"), most=1000, least=4, hint=_l("会公开。"))


class DecideForm(Form):
    is_upheld = RadioField(
        _l("结果"), choices=[("1", _l("申诉成立，把分加回来")), ("0", _l("维持扣分"))], validators=[Filled()]
    )
    answer = text_field(_l("理由"), most=1000, least=4, hint=_l("会公开。"))
