"""The shape of what is planned, and of every message of the room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, SelectField
from wtforms.validators import AnyOf, InputRequired

from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.forms import Form, Payload, id_field, line_field, number_field, text_field
from deliberation.meetings.rules import Side

LONGEST_MEETING = 240


class MeetingForm(Form):
    committee_id = SelectField(_l("哪个议事会"), coerce=int)
    title = line_field(_l("会议名称"), most=60, least=2, hint=_l("比如：汀岸园楼委会第 9 次会议"))
    venue = line_field(_l("地点"), most=80)
    starts_at = DateTimeLocalField(
        _l("开会时间"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], validators=[InputRequired(_l("这里还没填。"))]
    )
    planned_minutes = number_field(_l("开多少分钟"), least=10, most=LONGEST_MEETING)
    chair_id = SelectField(_l("主持人"), coerce=int)

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


class ReasonedItemPayload(ItemPayload):
    reason = text_field("", most=300, least=2)


class DecisionPayload(ItemPayload):
    text = text_field("", most=1000, least=2)


class HandPayload(ItemPayload):
    side = line_field("", most=16)

    def validate_side(self, field: Any) -> None:
        AnyOf([side.value for side in Side], message=_l("请选赞成、反对或提问。"))(self, field)


class SpeakerPayload(Keyed):
    speaker_id = id_field()


class ExtensionPayload(ItemPayload):
    everybody = BooleanField()


class AttendancePayload(MeetingPayload):
    user_id = id_field()


class StandInPayload(ItemPayload):
    user_id = id_field()
