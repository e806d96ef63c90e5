"""The shapes of what people wish for, and of what is posted where."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from deliberation.kernel.forms import Form, line_field
from deliberation.notifications import wording

HOURS = [(hour, f"{hour}:00") for hour in range(24)]
# Whom browsers let push: Google, Mozilla, Apple, Microsoft. An endpoint is an address this server will call.
PUSH_SERVICES = ("googleapis.com", "mozilla.com", "push.apple.com", "notify.windows.com")


class WishesForm(Form):
    first = RadioField(_l("先用哪一种告诉您"), validators=[InputRequired(_l("请选一种。"))])
    rhythm = RadioField(
        _l("一般消息多久发一次"),
        choices=[(value, _l(text)) for value, text in wording.RHYTHMS.items()],
        validators=[InputRequired(_l("请选一种。"))],
    )
    wants_reminders = BooleanField(_l("开会前、要您说说办得怎么样的时候，提醒我"))
    quiet_from = SelectField(_l("从几点起不响"), coerce=int, choices=HOURS)
    quiet_until = SelectField(_l("到几点为止"), coerce=int, choices=HOURS)


def _of_push_service(_form: Any, field: Any) -> None:
    parts = urlsplit(field.data or "")
    host = parts.hostname or ""
    is_known = any(host == known or host.endswith(f".{known}") for known in PUSH_SERVICES)
    if parts.scheme != "https" or not is_known or parts.port not in (None, 443):
        raise ValidationError(_l("这个浏览器的推送服务我们不认识。可以选邮件或短信。"))


class PushForm(Form):
    """What PushSubscription.toJSON() says, flattened."""

    endpoint = StringField(validators=[InputRequired(), Length(max=1000), _of_push_service])
    p256dh = StringField(validators=[InputRequired(), Length(min=80, max=100)])
    auth = StringField(validators=[InputRequired(), Length(min=16, max=32)])


class ForgetPushForm(Form):
    endpoint = StringField(validators=[InputRequired(), Length(max=1000)])


class MuteForm(Form):
    mute = StringField(validators=[AnyOf(["0", "1"])])


class PaperForm(Form):
    how = StringField(validators=[AnyOf(["told", "handed", "posted"])])


class RobotForm(Form):
    channel = RadioField(
        _l("哪一家的群机器人"),
        choices=[(name, _l(wording.CHANNELS[name])) for name in ("wecom", "dingtalk", "feishu")],
        validators=[InputRequired(_l("请选一家。"))],
    )
    name = line_field(_l("哪个群"), most=40, hint=_l("给自己看的名字，比如「1 号楼业主群」。"))
    token = line_field(
        _l("机器人地址里的那一串"),
        most=200,
        hint=_l("企业微信是 key= 后面的，钉钉是 access_token= 后面的，飞书是最后一个 / 后面的。"),
    )
    secret = line_field(
        _l("签名密钥"), most=200, required=False, hint=_l("钉钉、飞书选「加签」以后给的；企业微信没有。")
    )
