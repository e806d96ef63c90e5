"""The shapes of what people send about themselves and about accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, EqualTo, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from deliberation.kernel.forms import Filled, Form, clean_line, line_field
from deliberation.kernel.i18n import LOCALES
from deliberation.people import rules
from deliberation.people.access import GRANTED, Role
from deliberation.people.wording import ROLES


def _phone_or_email(_form: Any, field: Any) -> None:
    if not (rules.canonical_phone(field.data) or rules.canonical_email(field.data)):
        raise ValidationError(_l("这不像手机号，也不像邮箱。手机号是 11 位数字，邮箱里有 @。"))


def _empty_or_phone(_form: Any, field: Any) -> None:
    if field.data and not rules.canonical_phone(field.data):
        raise ValidationError(_l("这不像手机号。手机号是 11 位数字，境外号码以 + 开头。"))


def _empty_or_email(_form: Any, field: Any) -> None:
    if field.data and not rules.canonical_email(field.data):
        raise ValidationError(_l("这不像邮箱。邮箱里有 @，比如 zhou@example.com。"))


class AddressField(StringField):
    """A type of its own: nobody needs to see how many of 254 characters an address has."""


class RegisterForm(Form):
    name = line_field(_l("姓名"), most=30, hint=_l("写真名。网页上只显示姓，比如「周*」。"))
    contact = AddressField(
        _l("手机号或邮箱"),
        filters=[clean_line],
        validators=[Filled(), Length(max=254), _phone_or_email],
        description=_l("用来登录和收通知，不公开。验证码会发到这里。"),
    )
    home_place_id = SelectField(_l("您在哪里上班或居住"), coerce=int, validators=[InputRequired(_l("请选一个地方。"))])
    consent = BooleanField(
        _l("我看过并同意上面的个人信息说明"),
        validators=[InputRequired(_l("同意以后才能开通账号。不同意也可以浏览所有公开的内容。"))],
    )


class DisplayForm(Form):
    """Each part may be left out; a button of the shell sends one of them."""

    mode = StringField(validators=[Optional(), AnyOf(["standard", "elder"])])
    theme = StringField(validators=[Optional(), AnyOf(["light", "dark", "auto"])])
    locale = StringField(validators=[Optional(), AnyOf(list(LOCALES))])
    elder_size = IntegerField(
        _l("关怀版字号"), validators=[Optional(), NumberRange(rules.ELDER_SIZES[0], rules.ELDER_SIZES[-1])]
    )


class FollowForm(Form):
    follow = StringField(validators=[InputRequired(), AnyOf(["0", "1"])])


class PasswordForm(Form):
    current = PasswordField(
        _l("现在的密码"), validators=[Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        _l("新密码"),
        validators=[InputRequired(_l("这里还没填。")), Length(max=200)],
        description=_l("至少 8 位。几个不相干的词连起来，又长又好记。"),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("再输一次新密码"),
        validators=[EqualTo("new", message=_l("两次输的不一样，请再输一次。"))],
        render_kw={"autocomplete": "new-password"},
    )


class ProofForm(Form):
    """Who it is, asked once more (people.proof)."""

    passcode = PasswordField(
        _l("您的密码，或者收到的验证码"),
        validators=[InputRequired(_l("这里还没填。")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )


class IdentityForm(Form):
    reason = line_field(
        _l("为什么要看"),
        least=4,
        most=200,
        hint=_l("比如「核对提案地点，要打电话」。理由和时间会记进审计日志，任何人都改不了。"),
    )


class AccountForm(Form):
    name = line_field(_l("姓名"), most=30)
    phone = AddressField(_l("手机号"), filters=[clean_line], validators=[Length(max=30), _empty_or_phone])
    email = AddressField(_l("邮箱"), filters=[clean_line], validators=[Length(max=254), _empty_or_email])
    duty = line_field(_l("职务"), most=40, required=False, hint=_l("显示在名字旁边，比如「联络员」。"))
    home_place_id = SelectField(_l("所在的地方"), coerce=int)


class AppointForm(Form):
    role = RadioField(
        _l("身份"),
        choices=[(role.value, _l(ROLES[role])) for role in Role if role in GRANTED],
        coerce=Role,
        validators=[InputRequired(_l("请选一个身份。"))],
    )
    place_id = SelectField(_l("在哪里有效"), coerce=int, description=_l("在这个地方和它下面的所有地方都有效。"))


class CalendarForm(Form):
    year = IntegerField(_l("年份"), validators=[InputRequired(_l("这里还没填。")), NumberRange(2004, 2100)])
    days = TextAreaField(
        _l("放假和调休的日子"),
        validators=[InputRequired(_l("这里还没填。")), Length(max=8000)],
        description=_l("一行一天，照国务院办公厅的通知写，周末不用写。"),
    )


class DraftKeyForm(Form):
    key = StringField(validators=[InputRequired(), Regexp(rules.DRAFT_KEY)])


class DraftForm(DraftKeyForm):
    """``content`` is JSON that only the page itself reads again."""

    content = StringField(
        filters=[lambda text: (text or "").replace("\x00", "")],
        validators=[InputRequired(), Length(max=rules.LONGEST_DRAFT)],
    )
