"""The shape of what people send to votes: the draft, the ballot, and the socket messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from deliberation.committees.models import Committee
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.errors import BadInput, Refusal
from deliberation.kernel.forms import (
    LARGEST_ID,
    Form,
    Payload,
    WholeNumber,
    id_field,
    line_field,
    number_field,
    text_field,
)
from deliberation.people.models import User
from deliberation.votes.counting import ChoiceError, Method, RuleKind
from deliberation.votes.rules import (
    TELLERS_DECIDE,
    AgentHoldsEnough,
    AgentIsPrincipal,
    AgentUnknown,
    Channel,
    InvalidReason,
    OptionBarred,
    ParkingRule,
    ProxyTermWrong,
    RollSource,
    Term,
    Terms,
    code_of,
)
from deliberation.votes.wording import AIMS, ITEMS, METHODS, PARKING, SOURCES

LONGEST_CHOICE = 20_000
NO_SEAT = _l("没有说是哪一席的票。请刷新页面再投。")
BALLOT_ID = r"^[A-Za-z0-9-]{8,64}$"


def _select(label: Any, names: Mapping[Any, str], *, kind: Any = str) -> SelectField:
    choices = [(str(value), _l(name)) for value, name in names.items()]
    return SelectField(label, choices=choices, coerce=kind, default=choices[0][0])


class TermsFields:
    """On what terms the vote is taken; a plain vote of a body's seats leaves all of it as it is."""

    aim = _select(_l("要不要定下来"), AIMS)
    method = _select(_l("怎么选"), METHODS, kind=Method)
    options = text_field(_l("选项，一行一个"), most=1200, required=False)
    barred = text_field(
        _l("办不到的选项和原因，一行一个"),
        most=1200,
        required=False,
        hint=_l("写成「楼梯间旁：占了消防车道」。大家看得到，征询意见时也能选，但不会选出来。"),
    )
    seats_to_fill = number_field(_l("选出几个"), least=1, most=20, required=False)
    choice_limit = number_field(_l("一张票最多选几个、给几分"), least=1, most=100, required=False)
    is_secret = BooleanField(_l("秘密表决：谁投了什么，谁也看不到"))
    allows_paper = BooleanField(_l("也收纸质票"))
    proxy_cap = number_field(_l("一个人最多代几份委托，0 就是不能委托"), least=0, most=20, required=False)
    source = _select(_l("谁来投"), SOURCES)
    item_class = SelectField(
        _l("业主共同决定的哪一项"),
        coerce=int,
        default=0,
        description=_l("由业主大会表决的都要选：选了才知道要过半数，还是要四分之三。占了几项的，选要求最高的一项。"),
    )
    zones = line_field(
        _l("只由哪几幢的业主定"), most=200, required=False, hint=_l("写楼栋或区域，用顿号隔开；不写就是全体。")
    )
    each_zone = BooleanField(_l("每一幢都要够票"))
    parking_rule = _select(_l("车位算不算"), PARKING, kind=ParkingRule)
    is_about_parking = BooleanField(_l("这件事就是车位的事"))
    deemed_clause = line_field(_l("没回音按多数算：写明议事规则哪一条"), most=120, required=False)
    electronic_clause = line_field(
        _l("网上投票：写明议事规则哪一条"),
        most=120,
        required=False,
        hint=_l("不写，就照业主大会章程里写的；章程里也没有，就不收网上投的票，要收纸质票。"),
    )
    extension_days = number_field(_l("参与不够时，可以延长几天，0 就是不能延长"), least=0, most=30, required=False)
    issuer = line_field(_l("通知由谁发"), most=60, required=False)
    how_to_vote = line_field(_l("纸质票交到哪里，什么时候有人"), most=200, required=False)
    help_desk = line_field(_l("不会用手机的找谁帮忙，在哪里"), most=200, required=False)
    objection_contact = line_field(_l("有异议找谁"), most=100, required=False)

    def terms(self, body: Committee) -> Terms:
        """What ``prepare_vote`` takes; a body of owners votes by its register, any other by its seats."""
        is_owners = body.rule_kind == RuleKind.owners
        usual = RollSource.units if is_owners else RollSource.seats
        given: dict[str, Any] = {name: getattr(self, name).data for name in TERM_NAMES}
        options = tuple(line.strip() for line in (self.options.data or "").splitlines() if line.strip())
        zones = [zone.strip() for zone in (self.zones.data or "").replace("，", "、").split("、") if zone.strip()]
        return Terms(
            roll_source=RollSource(self.source.data) if self.source.data else usual,
            rule_kind=RuleKind(self.aim.data) if self.aim.data else None,
            item_class=(self.item_class.data or None) if is_owners else None,
            options=options,
            barred=barred_of(self.barred.data or "", options),
            seats_to_fill=self.seats_to_fill.data or 1,
            proxy_cap=self.proxy_cap.data or 0,
            roll_scope=tuple(zones),
            chambers_by="zone" if self.each_zone.data else "",
            chamber_rule="each" if self.each_zone.data else None,
            deemed_clause=self.deemed_clause.data or "",
            electronic_clause=self.electronic_clause.data or body.electronic_clause,
            extension_days=self.extension_days.data or 0,
            notice={name: getattr(self, name).data or "" for name in NOTICE_NAMES},
            **given,
        )


NOTICE_NAMES = ("issuer", "how_to_vote", "help_desk", "objection_contact")
TERM_NAMES = ("method", "choice_limit", "is_secret", "allows_paper", "parking_rule", "is_about_parking")


def barred_of(text: str, options: Sequence[str]) -> dict[str, str]:
    """The reason for each option that cannot be done: a line names it by its words or by its code."""
    by_code = {code_of(number): label for number, label in enumerate(options)}
    found = {}
    for line in filter(str.strip, text.splitlines()):
        name, _colon, reason = line.replace(":", "：", 1).partition("：")
        found[by_code.get(name.strip(), name.strip())] = reason.strip()
    return found


class PrepareForm(TermsFields, Form):
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
        self.item_class.choices = [(0, _l("不是业主共同决定的事")), *((item, _l(name)) for item, name in ITEMS.items())]
        people = [(user.id, f"{user.name} · {user.duty}" if user.duty else user.name) for user in handlers]
        self.handler_id.choices = [(0, _l("通过后再定")), *people]

    def draft(self, handlers: Sequence[User], bodies: Sequence[Committee]) -> dict[str, Any]:
        """What ``prepare_vote`` takes; times were typed in Shanghai, the handler's unit is the handler's own."""
        handler = next((user for user in handlers if user.id == self.handler_id.data), None)
        return {
            "terms": self.terms(next(body for body in bodies if body.id == self.committee_id.data)),
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
    ``mark`` (several), ``points-<code>`` or ``rank-<code>`` instead. The labels are empty, not missing: for a missing
    one WTForms makes up a name and has it translated, with each ballot.
    """

    roll_entry_id = WholeNumber("", validators=[InputRequired(NO_SEAT), NumberRange(1, LARGEST_ID, NO_SEAT)])
    choice = StringField("", validators=[Length(max=LONGEST_CHOICE)])
    reason = line_field(_l("为什么反对"), most=200, required=False)
    client_ballot_id = StringField(
        "", validators=[InputRequired(_l("请刷新页面再投。")), Regexp(BALLOT_ID, message=_l("请刷新页面再投。"))]
    )
    replaces = StringField("", validators=[Optional(), Regexp(BALLOT_ID, message=_l("请刷新页面再投。"))])
    known = StringField("", validators=[Optional(), Regexp(r"^[0-9a-f]{64}$", message=_l("请刷新页面再投。"))])


class BallotForm(BallotFields, Form):
    class Meta(Form.Meta):
        csrf = False  # The gate has checked the token already (kernel.web.csrf), as with every write.

    channel = StringField("", default="web", validators=[AnyOf(["web", "live"])])

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
            "known": self.known.data,  # None where a program says nothing of it.
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


class CallPayload(Payload):
    """A vote called by the chair in the room: the few terms that are chosen there."""

    item_id = id_field()
    text = text_field("", most=1000, required=False)
    aim = _select("", AIMS)
    method = _select("", METHODS, kind=Method)
    options = text_field("", most=1200, required=False)
    seats_to_fill = number_field("", least=1, most=20, required=False)
    choice_limit = number_field("", least=1, most=100, required=False)
    is_secret = BooleanField()
    is_for_everybody = BooleanField()  # Whoever has checked in votes, instead of the body's seats.
    quorum_count = number_field("", least=1, most=100_000, required=False)
    minutes = number_field("", least=1, most=120)
    handler_id = number_field("", least=1, most=LARGEST_ID, required=False)


class CodeForm(Form):
    code = StringField(validators=[InputRequired(), Length(max=80)])


class CheckedForm(Form):
    """A short form of its own page part: what is wrong is answered as a refusal, with the way back."""

    def check(self) -> None:
        if not self.validate():
            raise BadInput({name: [str(each) for each in errors] for name, errors in self.errors.items() if name})


class CheckForm(CheckedForm):
    note = text_field(_l("审查意见"), most=1000, required=False)
    passes = StringField(validators=[Length(max=1)])


class ObjectionForm(CheckedForm):
    text = text_field(_l("哪里不对"), most=1000, least=4)


class AnswerForm(CheckedForm):
    answer = text_field(_l("核对的结果"), most=1000)
    is_upheld = StringField(validators=[Length(max=1)])


class InspectForm(CheckedForm):
    reason = line_field(_l("为什么要查阅"), most=200, least=4)
    after = number_field("", least=1, most=LARGEST_ID, required=False)


class HaltForm(CheckedForm):
    reason = text_field(_l("为什么"), most=500)
    reference = line_field(_l("依据的文书和文号"), most=120, required=False)


class ReadingForm(CheckedForm):
    choice = StringField(validators=[Length(max=LONGEST_CHOICE)])
    invalid_reason = StringField(validators=[Optional(), AnyOf([str(reason) for reason in InvalidReason])])
    helper = line_field(_l("帮着填的人"), most=60, required=False)
    witness = line_field(_l("见证人"), most=60, required=False)
    reason = line_field(_l("为什么反对"), most=200, required=False)


class ConflictForm(CheckedForm):
    decision = StringField(validators=[InputRequired(), AnyOf([str(each) for each in TELLERS_DECIDE])])
    evidence = line_field(_l("凭什么"), most=300, required=False)


class ProxyForm(Form):
    roll_entry_id = WholeNumber(validators=[InputRequired(NO_SEAT), NumberRange(1, LARGEST_ID, NO_SEAT)])
    agent_address = line_field(_l("对方的手机号或邮箱"), most=120)
    choice = StringField(_l("您的意见"), validators=[Length(max=LONGEST_CHOICE)])
    valid_until = DateField(_l("有效到哪天"), validators=[InputRequired(_l("请填日期。"))])

    def validate_choice(self, field: Any) -> None:
        if not field.data and not written_choice(request.form):
            raise ValidationError(_l("请先选一项。"))

    def blame(self, refusal: Refusal, sentence: str) -> None:
        """Say a refusal beside the field it is about, or above them all."""
        of = (
            (self.agent_address, (AgentUnknown, AgentIsPrincipal, AgentHoldsEnough)),
            (self.valid_until, (ProxyTermWrong,)),
            (self.choice, (ChoiceError, OptionBarred)),
        )
        field = next((field for field, kinds in of if isinstance(refusal, kinds)), None)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class OpinionForm(Form):
    """What somebody says on paper or at the desk; the choices stand as on a ballot, by the vote's method."""

    number = number_field(_l("名册第几号"), least=1, most=LARGEST_ID)
    choice = StringField(validators=[Length(max=LONGEST_CHOICE)])
    reason = line_field(_l("为什么反对"), most=200, required=False)

    def validate_choice(self, field: Any) -> None:
        if not field.data and not written_choice(request.form):
            raise ValidationError(_l("请先选一项。"))

    @property
    def said(self) -> Any:
        return self.choice.data or written_choice(request.form)


def _day_field(label: Any) -> DateField:
    return DateField(label, validators=[InputRequired(_l("请填日期。"))])


class AuthorityForm(OpinionForm):
    """An authority signed on paper. The photo may have been sent before (``kept_photo``)."""

    agent_address = line_field(_l("受托人的手机号或邮箱"), most=120, hint=_l("要是注册过的，他才能登录代投。"))
    signed_on = _day_field(_l("哪天签的"))
    valid_from = _day_field(_l("从哪天起"))
    valid_until = _day_field(_l("到哪天止"))
    photo = FileField(_l("签了名的委托书"))

    @property
    def term(self) -> Term:
        return Term(self.signed_on.data, self.valid_from.data, self.valid_until.data)


class RefuseForm(CheckedForm):
    reason = line_field(_l("为什么不能用"), most=200)


class AssistForm(OpinionForm):
    witness = line_field(
        _l("见证人的姓名"), most=60, hint=_l("另一个人，在旁边看着填的。不能是您，也不能是投票的本人。")
    )
    client_ballot_id = StringField(
        validators=[InputRequired(_l("请刷新页面再投。")), Regexp(BALLOT_ID, message=_l("请刷新页面再投。"))]
    )
