"""The shape of a place."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional, Regexp

from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import Form, line_field, text_field
from deliberation.kernel.i18n import say
from deliberation.places import queries
from deliberation.places.models import PlaceKind
from deliberation.places.rules import Emblem, read_colour
from deliberation.places.wording import EMBLEMS, PLACE_KINDS


class PlaceForm(Form):
    """What can be changed of a place at any time."""

    name = line_field(_l("名称"), most=60)
    address = line_field(_l("地址"), most=120, required=False)
    description = text_field(_l("介绍"), most=500, required=False)
    contact_name = line_field(_l("联络站"), most=60, required=False)
    contact_phone = line_field(_l("电话"), most=30, required=False)
    contact_hours = line_field(_l("什么时候有人"), most=60, required=False)
    spots = text_field(
        _l("常用地点"), most=1000, required=False, hint=_l("一行一个，提事情的时候可以直接选，比如「三号楼东门」。")
    )
    colour = line_field(
        _l("这里的颜色"), most=7, required=False,
        hint=_l("六位色号，比如 #7A3E00，门牌和页首用它。太浅看不清的存不下；空着就用平台的颜色。"),
    )  # fmt: skip
    emblem = SelectField(
        _l("这里的标志"),
        choices=[("", _l("不用标志")), *((each.value, _l(EMBLEMS[each])) for each in Emblem)],
        default="",
    )
    preview = StringField(validators=[Optional()])  # Only of the buttons that show the colour, which keep nothing.

    def wants_preview(self) -> bool:
        """Whether the colour is only to be shown, with all that was typed; the button may bring another colour."""
        pressed = self.preview.data or ""
        if pressed.startswith("#"):
            self.colour.data = pressed[:7]
        return bool(pressed)

    def validate_colour(self, field: Any) -> None:
        try:
            read_colour(field.data or "")
        except Refusal as refusal:
            raise ValidationError(say(refusal)) from None


class NewPlaceForm(PlaceForm):
    """The code and the plate stand in every number, so they are chosen once."""

    code = line_field(_l("代号"), most=8, hint=_l("2 到 8 个大写字母或数字，写在每件事的编号里，以后不能改。"))
    plate = line_field(_l("门牌字"), most=2, hint=_l("一两个字，写在门牌上，比如「梧」。"))
    kind = SelectField(
        _l("是什么地方"), choices=[(kind.value, _l(PLACE_KINDS[kind])) for kind in PlaceKind], coerce=PlaceKind
    )
    parent_id = SelectField(_l("属于哪里"), coerce=int, validators=[InputRequired(_l("请选一个地方。"))])

    def validate_code(self, field: Any) -> None:
        field.data = field.data.upper()
        try:
            Regexp(r"^[A-Z0-9]{2,8}$")(self, field)
        except ValidationError:
            raise ValidationError(_l("代号是 2 到 8 个大写字母或数字，比如 WTL。")) from None
        if queries.is_code_taken(field.data):
            raise ValidationError(_l("这个代号已经有了，请换一个。"))

    def validate_plate(self, field: Any) -> None:
        parent = queries.place(self.parent_id.data) if self.parent_id.data else None
        if queries.is_plate_taken(field.data, parent=parent):
            raise ValidationError(_l("这个门牌字别处在用，两处的编号会分不清。请换一个。"))
