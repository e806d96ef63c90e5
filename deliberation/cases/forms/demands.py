"""Taking down what somebody said: made for the keyboard, one page, the next caller on the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.validators import AnyOf, InputRequired, Length

from deliberation.cases import rules
from deliberation.cases.queries import office_name
from deliberation.cases.rules import Course, DemandSource, Heard, PrivateNeed
from deliberation.cases.rules.demands import MOST_NAME, MOST_TEXT, MOST_TITLE
from deliberation.kernel.forms import Filled, Form, key_field, line_field, text_field
from deliberation.people.models import User
from deliberation.places.models import Place
from deliberation.proposals.rules import ProposalKind
from deliberation.proposals.wording import KINDS


class DemandForm(Form):
    """``handler_id`` 0 leaves it to the liaison. ``joins`` is the number of the matter that it is the same as."""

    source = RadioField(_l("怎么听到的"), default=str(DemandSource.phone), validators=[Filled()])
    place = HiddenField(validators=[Filled()])
    heard_on = DateField(_l("哪一天"), validators=[InputRequired(_l("请填听到的日子。"))])
    title = line_field(
        _l("什么事"),
        most=MOST_TITLE,
        least=4,
        hint=_l("一句话，别写姓名、电话和车牌。除非下面选了不公开，谁都看得到。"),
    )
    text = text_field(
        _l("情况和希望"),
        most=MOST_TEXT,
        least=4,
        hint=_l("照对方的意思写，不加自己的判断。除非下面选了不公开，谁都看得到。"),
    )
    kind = SelectField(_l("哪一类"), default=str(ProposalKind.other))
    spot = line_field(_l("具体在哪里"), most=40, required=False)
    name = line_field(_l("称呼"), most=MOST_NAME, required=False, hint=_l("公开页只写姓。"))
    phone = line_field(
        _l("电话"),
        most=20,
        required=False,
        hint=_l("只有联络站和办理的人看得到，办结一年后删掉。有账号的会收到每一步进展。"),
    )
    firm = line_field(_l("代表哪家单位"), most=80, required=False)
    privacy = RadioField(_l("公开吗"), default="")
    handler_id = SelectField(_l("派给谁"), coerce=int, default=0)
    limit = RadioField(_l("多久答复"), default="ordinary", validators=[Filled()])
    solution = text_field(_l("怎么办好的"), most=MOST_TEXT, required=False, hint=_l("结果告知马上发给提出的人。"))
    joins = HiddenField(validators=[Length(max=40)])
    is_new = HiddenField(validators=[Length(max=1)])
    submission_key = key_field()

    def __init__(
        self,
        *args: Any,
        places: Sequence[Place],
        handlers: Sequence[User],
        limits: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source.choices = [(str(each), _(rules.SOURCE_WORDS[each])) for each in rules.TYPED_IN]
        self.place.validators = [AnyOf([place.code for place in places])]
        self.kind.choices = [(str(kind), _(words)) for kind, words in KINDS.items()]
        needs = [(str(need), _("不公开：%(need)s", need=_(words))) for need, words in rules.NEED_WORDS.items()]
        self.privacy.choices = [("", _("公开办")), *needs]
        self.handler_id.choices = [(0, _("先不派，由联络站派")), *((user.id, office_name(user)) for user in handlers)]
        self.limit.choices = list(limits)

    def heard(self) -> Heard:
        return Heard(
            source=DemandSource(self.source.data),
            kind=ProposalKind(self.kind.data),
            private_need=PrivateNeed(self.privacy.data) if self.privacy.data else None,
            **{
                name: self[name].data
                for name in ("title", "text", "heard_on", "spot", "name", "phone", "firm", "submission_key")
            },
        )

    def chosen(self, *, is_solved: bool) -> Course:
        if is_solved:
            return Course(is_solved=True, solution=self.solution.data)
        return Course(handler_id=self.handler_id.data or None, limit=self.limit.data)
