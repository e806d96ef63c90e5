"""The shape of what people send to votes: the draft, the ballot, and the socket messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from deliberation.committees.models import Committee
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.forms import LARGEST_ID, Form, Payload, WholeNumber, id_field, line_field, text_field
from deliberation.people.models import User
from deliberation.votes.rules import Channel

LONGEST_CHOICE = 20_000
NO_SEAT = _l("没有说是哪一席的票。请刷新页面再投。")
BALLOT_ID = r"^[A-Za-z0-9-]{8,64}$"


class PrepareForm(Form):
    """A draft. The choices of committee and handler are set by the view."""

    title = line_field(_l("表决的题目"), most=60, least=4)
    text = text_field(_l("要表决的文字"), most=2000, least=4, hint=_l("一条写一行。发布后一个字也不能改，请先读一遍。"))
    committee_id = SelectField(_l("由谁表决"), coerce=int, validators=[InputRequired(_l("请选一个。"))])
    opens_at = DateTimeLocalField(_l("什么时候开始投"), validators=[InputRequired(_l("请填开始时间。"))])
    closes_at = DateTimeLocalField(_l("什么时候截止"), validators=[InputRequired(_l("请填截止时间。"))])
    needs_external_approval = BooleanField(_l("通过后还要报别的部门批准，才能生效"))
    approval_body = line_field(_l("报哪个部门"), most=60, required=False, hint=_l("例如公安交管部门"))
    handler_id = SelectField(_l("通过后由谁办"), coerce=int, validate_choice=True)
    handler_working_days = IntegerField(
        _l("几个工作日内答复"),
        default=15,
        validators=[InputRequired(_l("请填天数。")), NumberRange(1, 120, _l("请填 1 到 120 之间的数。"))],
    )

    def validate_approval_body(self, field: Any) -> None:
        if self.needs_external_approval.data and not field.data:
            raise ValidationError(_l("要报批，请写明报哪个部门。"))

    def offer(self, *, bodies: Sequence[Committee], handlers: Sequence[User]) -> None:
        """Fill the lists to choose from."""
        self.committee_id.choices = [(body.id, body.name) for body in bodies]
        people = [(user.id, f"{user.name} · {user.duty}" if user.duty else user.name) for user in handlers]
        self.handler_id.choices = [(0, _l("通过后再定")), *people]

    def draft(self, handlers: Sequence[User]) -> dict[str, Any]:
        """What ``prepare_vote`` takes; times were typed in Shanghai, the handler's unit is the handler's own."""
        handler = next((user for user in handlers if user.id == self.handler_id.data), None)
        return {
            "committee_id": self.committee_id.data,
            "title": self.title.data,
            "text": self.text.data,
            "opens_at": self.opens_at.data.replace(tzinfo=SHANGHAI),
            "closes_at": self.closes_at.data.replace(tzinfo=SHANGHAI),
            "needs_external_approval": self.needs_external_approval.data,
            "approval_body": self.approval_body.data or "",
            "handler_id": handler.id if handler else None,
            "handler_unit_id": handler.organisation_id if handler else None,
            "handler_working_days": self.handler_working_days.data,
        }


class BallotFields:
    """One voter's ballot: the same fields on the page, from a program, and over the socket.

    ``choice`` is a word, an option's code, or JSON for a list, points or a ranking. Without a script the page sends
    ``mark`` (several), ``points-<code>`` or ``rank-<code>`` instead.
    """

    roll_entry_id = WholeNumber(validators=[InputRequired(NO_SEAT), NumberRange(1, LARGEST_ID, NO_SEAT)])
    choice = StringField(validators=[Length(max=LONGEST_CHOICE)])
    reason = line_field(_l("为什么反对"), most=200, required=False)
    client_ballot_id = StringField(
        validators=[InputRequired(_l("请刷新页面再投。")), Regexp(BALLOT_ID, message=_l("请刷新页面再投。"))]
    )
    replaces = StringField(validators=[Optional(), Regexp(BALLOT_ID, message=_l("请刷新页面再投。"))])


class BallotForm(BallotFields, Form):
    channel = StringField(default="web", validators=[AnyOf(["web", "live"])])

    def validate_choice(self, field: Any) -> None:
        if not field.data and not written_choice(request.form):
            raise ValidationError(_l("请先选一项。"))

    def ballot(self) -> dict[str, Any]:
        """What ``cast_ballot`` takes."""
        return {
            "roll_entry_id": self.roll_entry_id.data,
            "choice": read_choice(self.choice.data) if self.choice.data else written_choice(request.form),
            "reason": self.reason.data or "",
            "client_ballot_id": self.client_ballot_id.data,
            "replaces": self.replaces.data or "",
            "channel": Channel(self.channel.data),
        }


def written_choice(sent: MultiDict[str, str]) -> Any:
    """What the fields of a page without a script say: marks, points or ranks; nothing when all are empty."""
    if sent.getlist("mark"):
        return sent.getlist("mark")
    points = {name.removeprefix("points-"): given.strip() for name, given in sent.items() if name.startswith("points-")}
    if any(points.values()):
        return {code: _number(given) for code, given in points.items() if given}
    ranks = {name.removeprefix("rank-"): given for name, given in sent.items() if name.startswith("rank-")}
    places = sorted({int(given) for given in ranks.values() if given.isdecimal() and len(given) < 4})
    return [[code for code, given in ranks.items() if given == str(place)] for place in places]


def read_choice(text: str) -> Any:
    """The choice of a ballot as a program writes it: a list or an object is JSON, everything else stands for itself."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _number(given: str) -> int | str:
    return int(given) if given.isdecimal() and len(given) < 10 else given


class BallotPayload(BallotFields, Payload):
    vote_id = id_field()

    def validate_choice(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("请先选一项。"))


class VotePayload(Payload):
    vote_id = id_field()


class CodeForm(Form):
    code = StringField(validators=[InputRequired(), Length(max=80)])
