"""Forms say what shape input has: lengths, choices, files. Rights and states are for the rules."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, StopValidation

from deliberation.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, SignInNeeded
from deliberation.kernel.i18n import say
from deliberation.kernel.web import wants_json

MOST_DIGITS = 10**18  # Python turns no longer number into text than it is told to; none of ours is that long.
LARGEST_ID = 2**31 - 1
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean_line(value: str | None) -> str:
    """One line without invisible characters, spaces trimmed and joined."""
    return " ".join(_INVISIBLE.sub("", value or "").split())


def clean_text(value: str | None) -> str:
    """Several lines without invisible characters; line ends become "\\n"."""
    text = _INVISIBLE.sub("", value or "").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


class Form(FlaskForm):
    """A page's form, with its CSRF token. A program may send the same fields as a flat object of JSON."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            is_sent = formdata is not None and request.method in ("POST", "PUT", "PATCH", "DELETE")
            if is_sent and request.is_json and not isinstance(formdata, MultiDict):
                sent = request.get_json(silent=True)
                return MultiDict(_flat(sent) if isinstance(sent, Mapping) else {})
            return super().wrap_formdata(form, formdata)


def say_on(form: Form, refusal: Refusal, entries: Mapping[str, str]) -> None:
    """Say a refusal on the form that was sent, where all that was typed still stands: beside the entry it is about
    (``entries``: the refusal's code → the entry), else on top. What a program sent, or no form can mend, is raised on.
    """
    if wants_json() or isinstance(refusal, NotAllowed | NotFound | SignInNeeded):
        raise refusal
    name = entries.get(refusal.code)
    if name is not None and name in form:
        form[name].errors = [say(refusal)]
    else:
        form.form_errors.append(say(refusal))


def with_form(sent: Form | None, template: str, /, **shown: Any) -> str:
    """The page with a form that was sent, or none. Where that does not stand on it any more, since things have moved on
    meanwhile, what was typed and why it was refused stand on top.
    """
    body = render_template(template, **shown)
    if sent is None or any(f'name="{field.name}"' in body for field in sent if not isinstance(field, HiddenField)):
        return body
    return render_template(template, lost=sent, **shown)


class Payload(PlainForm):
    """A socket message's fields; the same validators, no CSRF token (the connection's origin is checked)."""


def line_field(label: Any, *, most: int, required: bool = True, least: int = 0, hint: Any = "") -> StringField:
    """A single line of ``least`` to ``most`` characters, cleaned before it is checked."""
    return StringField(label, filters=[clean_line], validators=_text_checks(required, least, most), description=hint)


def text_field(label: Any, *, most: int, required: bool = True, least: int = 0, hint: Any = "") -> TextAreaField:
    """Several lines of ``least`` to ``most`` characters, cleaned before they are checked."""
    return TextAreaField(label, filters=[clean_text], validators=_text_checks(required, least, most), description=hint)


class WholeNumber(IntegerField):
    """A whole number; what is not one is said in the person's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = int(text)
        except ValueError as error:
            raise ValueError(_l("这里要填一个整数。")) from error


def number_field(label: Any, *, least: int, most: int, required: bool = True) -> WholeNumber:
    checks = [InputRequired(_l("这里还没填。")) if required else Optional()]
    span = NumberRange(least, most, message=_l("请填 %(min)s 到 %(max)s 之间的整数。"))
    return WholeNumber(label, validators=[*checks, span])


KEY = r"[A-Za-z0-9_-]{16,64}"


def new_key() -> str:
    """What makes sending one form twice harmless."""
    return secrets.token_urlsafe(18)


def key_field() -> HiddenField:
    """The key of this one form, given with ``new_key`` when the empty form is shown."""
    message = _l("这一页的凭据不完整，已换新的。请再交一次，内容都还在。")
    return HiddenField(_l("这一页"), validators=[Regexp(f"^{KEY}$", message=message)])


def id_field() -> WholeNumber:
    return number_field("", least=1, most=LARGEST_ID)


def _text_checks(required: bool, least: int, most: int) -> list[Any]:
    checks: list[Any] = [Filled()] if required else []
    if least:
        checks.append(Length(min=least, message=_l("再多写几个字，至少 %(min)d 个字。")))
    checks.append(Length(max=most, message=_l("太长了，最多 %(max)d 个字。请删短一些，内容还在。")))
    return checks


class Filled(InputRequired):
    """Not empty once it has been cleaned."""

    def __init__(self) -> None:
        super().__init__(_l("这里还没填。"))

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            field.errors[:] = []
            raise StopValidation(str(self.message))


def read_payload(form_class: type[Payload], payload: Any) -> dict[str, Any]:
    """Check a socket message's payload and return its fields; raise ``BadInput`` with each field's errors."""
    if not isinstance(payload, Mapping):
        raise BadInput()
    form = form_class(formdata=MultiDict(_flat(payload)))
    if not form.validate():
        raise BadInput({name: [str(e) for e in errors] for name, errors in form.errors.items() if name})
    return dict(form.data)


def _flat(payload: Mapping[Any, Any]) -> dict[str, str]:
    """Texts, whole numbers and yes or no, as a form would have sent them; anything else was not sent at all."""
    return {str(name): _as_form_text(value) for name, value in payload.items() if isinstance(value, str | int)}


def _as_form_text(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else ""  # Not "1", which would be a number.
    return str(value) if isinstance(value, str) or -MOST_DIGITS < value < MOST_DIGITS else ""
