"""A form with a field of every kind, for the page that shows the components."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, MultipleFileField, RadioField, SelectField

from deliberation.kernel.forms import Form, line_field, text_field


class SampleForm(Form):
    title = line_field(_l("什么事"), most=60, hint=_l("一句话，像跟邻居说话那样。"))
    text = text_field(_l("说说情况，希望怎么办"), most=500)
    day = DateField(_l("哪一天"))
    kind = SelectField(_l("哪一类"), choices=[("light", _l("照明")), ("traffic", _l("交通"))])
    photos = MultipleFileField(_l("照片"))
    hides_name = RadioField(_l("公开页上怎么写您"), choices=[("0", _l("只写姓")), ("1", _l("不写名字"))], default="0")
    agrees = BooleanField(_l("我看过了"))
