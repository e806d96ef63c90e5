"""The shape of what is planned, and of every message of the room."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, DateTimeLocalField, SelectField, TimeField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.errors import N_
from deliberation.kernel.forms import (
    LARGEST_ID,
    Form,
    Payload,
    WholeNumber,
    clean_line,
    id_field,
    line_field,
    number_field,
    text_field,
)
from deliberation.meetings.rules import Answer, Frequency, MotionKind, Reaction, RestDays, Rhythm, Side, TallyAbout

LONGEST_MEETING = 240
LONGEST_QUEUE = 1000
WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
NTH = {1: N_("第一个"), 2: N_("第二个"), 3: N_("第三个"), 4: N_("第四个"), 5: N_("最后一个")}


def _places() -> WholeNumber:
    span = NumberRange(1, 5000, message=_l("请填 %(min)s 到 %(max)s 之间的整数。"))
    hint = _l("席位上的人和主持人不用报名，不占名额。空着就不限。")
    return WholeNumber(_l("报名名额"), validators=[Optional(), span], description=hint)


class MeetingChangeForm(Form):
    """What can be changed of a meeting until it opens; the body stays."""

    title = line_field(_l("会议名称"), most=60, least=2)
    venue = line_field(_l("地点"), most=80)
    starts_at = DateTimeLocalField(
        _l("开会时间"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("这里还没填。"))]
    )
    planned_minutes = number_field(_l("开多少分钟"), least=10, most=LONGEST_MEETING)
    chair_id = SelectField(_l("主持人"), coerce=int)
    capacity = _places()

    def starts_at_instant(self) -> datetime:
        """The hour as it was typed, which is Shanghai's (R-01)."""
        typed: datetime = self.starts_at.data
        return typed.replace(tzinfo=SHANGHAI)


class RhythmForm(Form):
    """The rhythm of a series, its hour and its room."""

    title = line_field(_l("会议名称"), most=60, least=2, hint=_l("比如：汀岸园午间议事会。每一次都叫这个名字"))
    venue = line_field(_l("地点"), most=80)
    frequency = SelectField(
        _l("多久一次"),
        choices=[
            (Frequency.weekly, _l("每周")),
            (Frequency.biweekly, _l("每两周")),
            (Frequency.monthly_weekday, _l("每月第几个星期几")),
            (Frequency.monthly_day, _l("每月几号")),
        ],
        coerce=Frequency,
    )
    weekday = SelectField(_l("星期几"), choices=[(day, _l(name)) for day, name in enumerate(WEEKDAYS)], coerce=int)
    nth = SelectField(_l("第几个"), choices=[(number, _l(name)) for number, name in NTH.items()], coerce=int)
    month_day = number_field(_l("几号"), least=1, most=31)
    first_day = DateField(_l("从哪天起"), validators=[InputRequired(_l("这里还没填。"))])
    at_time = TimeField(_l("几点开始"), validators=[InputRequired(_l("这里还没填。"))])
    rest_days = SelectField(
        _l("碰上休息日"),
        choices=[
            (RestDays.move, _l("挪到下一个工作日，调休上班的日子也算")),
            (RestDays.skip, _l("这一次不开")),
            (RestDays.hold, _l("照开，比如固定在周末的会")),
        ],
        coerce=RestDays,
    )

    def rhythm(self) -> Rhythm:
        names = ("frequency", "first_day", "weekday", "nth", "month_day", "rest_days")
        return Rhythm(**{name: self.data[name] for name in names})

    @property
    def at_minute(self) -> int:
        at: time = self.at_time.data
        return at.hour * 60 + at.minute


class SeriesForm(RhythmForm):
    committee_id = SelectField(_l("哪个议事会"), coerce=int)
    planned_minutes = number_field(_l("开多少分钟"), least=10, most=LONGEST_MEETING)
    chair_id = SelectField(_l("主持人"), coerce=int)
    capacity = _places()


class MeetingForm(Form):
    committee_id = SelectField(_l("哪个议事会"), coerce=int)
    title = line_field(_l("会议名称"), most=60, least=2, hint=_l("比如：汀岸园楼委会第 9 次会议"))
    venue = line_field(_l("地点"), most=80)
    starts_at = DateTimeLocalField(
        _l("开会时间"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("这里还没填。"))]
    )
    planned_minutes = number_field(_l("开多少分钟"), least=10, most=LONGEST_MEETING)
    chair_id = SelectField(_l("主持人"), coerce=int)
    capacity = _places()

    def starts_at_instant(self) -> datetime:
        """The hour as it was typed, which is Shanghai's (R-01)."""
        typed: datetime = self.starts_at.data
        return typed.replace(tzinfo=SHANGHAI)


class ItemForm(Form):
    """An item of the agenda: a waiting matter, or a title of its own."""

    matter_id = SelectField(_l("从已受理的提案里选"), coerce=int)
    title = line_field(_l("标题"), most=80, required=False, hint=_l("选了提案，可以不填"))
    motion_text = text_field(
        _l("动议文字"), most=1000, required=False, hint=_l("要表决就写清楚：做什么、谁做、什么时候。发出通知后不能改")
    )
    minutes = number_field(_l("留多少分钟"), least=1, most=LONGEST_MEETING)


class ItemChangeForm(Form):
    title = line_field(_l("标题"), most=80)
    motion_text = text_field(_l("动议文字"), most=1000, required=False)
    minutes = number_field(_l("留多少分钟"), least=1, most=LONGEST_MEETING)


class PaperForm(Form):
    """A file for an item of the agenda; without a title it goes by the file's own name."""

    title = line_field(_l("叫什么"), most=80, required=False, hint=_l("不填就用文件名。"))
    file = FileField(
        _l("文件"),
        validators=[FileRequired(_l("请选一份文件。"))],
        description=_l("PDF、Word（.docx）或照片，每份最多 10 MB。"),
    )

    @property
    def file_name(self) -> str:
        return clean_line((self.file.data.filename or "").replace("\\", "/").rsplit("/", 1)[-1])


class ReasonForm(Form):
    reason = text_field(_l("原因"), most=300, least=2)


class CodeForm(Form):
    code = line_field(_l("签到码"), most=12, hint=_l("大屏上的六位数字，每 30 秒换一次"))


class Keyed(Payload):
    """``client_key`` is the device's own name for this act, so that sending it again is harmless."""

    client_key = line_field("", most=64, required=False)


class MeetingPayload(Keyed):
    meeting_id = id_field()


class JoinPayload(MeetingPayload):
    screen_key = line_field("", most=64, required=False)


class ItemPayload(Keyed):
    item_id = id_field()


class TurnPayload(ItemPayload):
    """``speaking``: whom the device shows as speaking, 0 for nobody; left out where it does not say."""

    speaking = number_field("", least=0, most=LARGEST_ID, required=False)


class ReasonedItemPayload(ItemPayload):
    reason = text_field("", most=300, least=2)


class OwnedPayload(ItemPayload):
    """Who does something and by when: an office, a unit, or as it was said."""

    due_on = DateField(validators=[Optional()])
    owner_id = number_field("", least=1, most=LARGEST_ID, required=False)
    owner_unit_id = number_field("", least=1, most=LARGEST_ID, required=False)
    owner_name = line_field("", most=40, required=False)


class DecisionPayload(OwnedPayload):
    text = text_field("", most=1000, least=2)
    is_other = BooleanField()


class StepPayload(OwnedPayload):
    text = text_field("", most=300, least=2)


class AgreedStepPayload(Keyed):
    step_id = id_field()


class HandPayload(ItemPayload):
    side = line_field("", most=16)

    def validate_side(self, field: Any) -> None:
        AnyOf([side.value for side in Side], message=_l("请选赞成、反对、提问或程序问题。"))(self, field)


class SpeakerPayload(Keyed):
    speaker_id = id_field()


class MovePayload(SpeakerPayload):
    place = number_field("", least=1, most=LONGEST_QUEUE)
    reason = text_field("", most=100, least=2)


class ExtensionPayload(ItemPayload):
    everybody = BooleanField()


class AttendancePayload(MeetingPayload):
    user_id = id_field()


class StandInPayload(ItemPayload):
    user_id = id_field()


class WalkInPayload(MeetingPayload):
    """No more than a name and where somebody comes from (R-51)."""

    name = line_field("", most=20)
    unit = line_field("", most=40)
    seat_id = number_field("", least=1, most=LARGEST_ID, required=False)


class LeftPayload(MeetingPayload):
    attendance_id = id_field()


class ProposePayload(ItemPayload):
    kind = line_field("", most=16)
    text = text_field("", most=1000, least=4)
    mover_id = number_field("", least=1, most=LARGEST_ID, required=False)

    def validate_kind(self, field: Any) -> None:
        AnyOf([kind.value for kind in MotionKind], message=_l("请选动议或修正案。"))(self, field)


class MotionPayload(Keyed):
    motion_id = id_field()


class SecondPayload(MotionPayload):
    seconder_id = number_field("", least=1, most=LARGEST_ID, required=False)


class ReasonedMotionPayload(MotionPayload):
    reason = text_field("", most=300, least=2)


class OpenTallyPayload(ItemPayload):
    about = line_field("", most=16)

    def validate_about(self, field: Any) -> None:
        AnyOf([about.value for about in TallyAbout], message=_l("请选要大家举手定的是什么。"))(self, field)


class TallyPayload(Keyed):
    tally_id = id_field()


class AnswerPayload(TallyPayload):
    answer = line_field("", most=16)
    attendance_id = number_field("", least=1, most=LARGEST_ID, required=False)

    def validate_answer(self, field: Any) -> None:
        AnyOf([answer.value for answer in Answer], message=_l("请选同意、反对或弃权。"))(self, field)


class AskPayload(ItemPayload):
    text = text_field("", most=200, least=4)


class QuestionPayload(Keyed):
    question_id = id_field()


class LikePayload(QuestionPayload):
    is_liked = BooleanField()


class AnsweredPayload(QuestionPayload):
    is_answered = BooleanField()


class ReasonedQuestionPayload(QuestionPayload):
    reason = text_field("", most=300, least=2)


class OpenPulsePayload(ItemPayload):
    text = line_field("", most=120, least=2)
    options = text_field("", most=400)


class PulsePayload(Keyed):
    pulse_id = id_field()


class AnswerPulsePayload(PulsePayload):
    option = number_field("", least=0, most=10)


class ReactionPayload(MeetingPayload):
    kind = line_field("", most=16)

    def validate_kind(self, field: Any) -> None:
        AnyOf([kind.value for kind in Reaction], message=_l("没有这个表情。"))(self, field)
