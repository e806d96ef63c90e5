"""Forms say what shape input has: lengths, choices, files. Rights and states are for the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation

from deliberation.kernel.errors import BadInput

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_line(value: str | None) -> str:
    """One line without invisible characters, spaces trimmed and joined."""
    return " ".join(_INVISIBLE.sub("", value or "").split())


def clean_text(value: str | None) -> str:
    """Several lines without invisible characters; line ends become "\\n"."""
    text = _INVISIBLE.sub("", value or "").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


class Form(FlaskForm):
    """A page's form, with its CSRF token."""


class Payload(PlainForm):
    """A socket message's fields; the same validators, no CSRF token (the connection's origin is checked)."""


def line_field(label: Any, *, most: int, required: bool = True, least: int = 0, hint: Any = "") -> StringField:
    """A single line of ``least`` to ``most`` characters, cleaned before it is checked."""
    return StringField(label, filters=[clean_line], validators=_text_checks(required, least, most), description=hint)


def text_field(label: Any, *, most: int, required: bool = True, least: int = 0, hint: Any = "") -> TextAreaField:
    """Several lines of ``least`` to ``most`` characters, cleaned before they are checked."""
    return TextAreaField(label, filters=[clean_text], validators=_text_checks(required, least, most), description=hint)


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
    flat = {str(name): value for name, value in payload.items() if isinstance(value, str | int | bool)}
    form = form_class(formdata=MultiDict({name: _as_form_text(value) for name, value in flat.items()}))
    if not form.validate():
        raise BadInput({name: [str(e) for e in errors] for name, errors in form.errors.items() if name})
    return dict(form.data)


def _as_form_text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
