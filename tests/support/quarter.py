"""A quarter day by day, by the real services and jobs: 300 cases of the kinds that domain.md tells (E3–E8, E10).

The clock is passed in. What happens to each case is drawn beforehand from a seed; nothing here reads a figure.
"""

from __future__ import annotations

import functools
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from sqlalchemy import select

from deliberation.cases import clocks
from deliberation.cases import jobs as case_jobs
from deliberation.cases import queries as case_queries
from deliberation.cases import service as cases
from deliberation.cases.models import Assignment, Case
from deliberation.cases.queries import limits as limit_queries
from deliberation.cases.rules import AssignmentState, CaseState, HandOver, ReplyKind
from deliberation.feedback import jobs, queries, service
from deliberation.feedback.models import LookBack, LookBackVisit
from deliberation.feedback.rules import Answer, Rating
from deliberation.kernel.clock import SHANGHAI
from deliberation.kernel.database import db, transaction
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason, Step
from deliberation.notifications import jobs as deliveries
from deliberation.notifications.channels import Parcel, Undeliverable
from deliberation.notifications.models import Channel, Delivery, DeliveryState
from deliberation.people import queries as people_queries
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.people.models import OrganisationKind, User
from deliberation.places.models import Place
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.support import cycle, make

FIRST, LAST = date(2026, 3, 2), date(2026, 5, 29)
CALM, END = date(2026, 6, 30), date(2026, 12, 28)  # From the one on little happens; by the other all is looked at.
# How many cases; all of a quarter's 300 with QUARTER=300 pytest tests/feedback/quarter_of_cases.py (two minutes).
HOW_MANY = int(os.environ.get("QUARTER") or 100)
WEEKDAYS = (0, 2, 4)  # The scheduler may miss a day: what it missed is done on the next.
HANDLED = (CaseState.assigned, CaseState.contacted, CaseState.in_progress)


@dataclass(frozen=True)
class Kind:
    """What a matter of domain.md part E is about, by which kinds of reply it is answered, and how many cases."""

    name: str
    about: ProposalKind
    title: str
    replies: tuple[ReplyKind, ...]
    share: int


A, B, C, D = ReplyKind
KINDS = (
    Kind("E3", ProposalKind.facilities, "车棚晚上排不上充电", (B, A), 45),
    Kind("E4", ProposalKind.services, "暑假两头带娃太难", (A,), 40),
    Kind("E5", ProposalKind.enterprise, "轻资产能不能凭订单贷款", (B, A), 40),
    Kind("E6", ProposalKind.traffic, "转角那辆车积灰半年", (A,), 65),
    Kind("E7", ProposalKind.services, "冬天想洗个安稳澡", (A,), 40),
    Kind("E8", ProposalKind.enterprise, "股权转让那一页每次都要改", (D,), 30),
    Kind("E10", ProposalKind.facilities, "夜里下班还想打印社保单", (C, C, A), 40),
)


@dataclass
class Story:
    """What is drawn for one case: when things are done after it is given to somebody, and what people say of it."""

    number: int
    kind: Kind
    opens_on: date
    contact_after: int | None
    reply_after: int | None  # None: never, in this quarter and the next.
    extends_after: int | None
    refused_rounds: int  # How often people say that it is not fixed.
    refusal: Answer
    returns: int  # How often whoever is asked to lead hands it back.
    pauses: bool
    case_id: int = 0
    replied: int = 0


@dataclass
class Quarter:
    """The places and their people, the days still to come, and what has been seen on the way."""

    random: random.Random
    places: list[Place]
    residents: list[User]
    liaison: Actor
    supervisor: Actor
    handlers: list[Actor]
    visitor: Actor
    days: dict[date, list[Callable[[datetime], None]]] = field(default_factory=lambda: defaultdict(list))
    stories: dict[int, Story] = field(default_factory=dict)
    states: set[CaseState] = field(default_factory=set)
    hand_overs: set[HandOver] = field(default_factory=set)
    assignments: set[AssignmentState] = field(default_factory=set)
    deliveries: set[DeliveryState] = field(default_factory=set)
    sent: list[Parcel] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    others: cycle.World | None = None  # The resolution that waited for another office.

    def on(self, day: date, act: Callable[[datetime], None]) -> None:
        """Do something on ``day``, or on the next one of those on which anything is done here."""
        while day.weekday() not in WEEKDAYS:
            day += timedelta(days=1)
        self.days[day].append(act)


def prepared(seed: int) -> Quarter:
    """A subdistrict with a lane and a park; the lane asks early and sends somebody to look at services."""
    with transaction():
        street = make.place()
        lane, park = make.place(parent=street), make.place(parent=street)
        everyone = [make.person(name="周敏", email=number % 12 == 0, phone=number % 12 == 1) for number in range(60)]
        everyone += [make.person(name="郑伯", email=True, phone=True) for _each in range(4)]
        names = ("道路设施科", "营商服务中心", "养老服务中心")
        units = [people.create_organisation(name=name, kind=OrganisationKind.department) for name in names]
        handlers = [
            make.person(name=f"钱工{number}", email=False, roles=[Role.handler], place=street, organisation_id=unit.id)
            for number, unit in enumerate(units)
        ]
        liaison = make.actor(make.person(name="沈岚", duty="联络员", email=False, roles=[Role.liaison], place=street))
        supervisor = make.person(name="葛督", email=False, roles=[Role.supervisor], place=street)
        visitor = make.person(name="顾阿姨", duty="居委会", email=False, roles=[Role.residents_committee], place=street)
        for kind, days, asks_visit in (("", "10", False), ("services", "12", True)):
            service.set_plan(
                liaison, place_id=lane.id, kind=kind, days=days, days_to_answer=5, asks_visit=asks_visit, now=make.NOW
            )
    quarter = Quarter(
        random=random.Random(seed),
        places=[lane, lane, lane, park],
        residents=everyone,
        liaison=liaison,
        supervisor=make.actor(supervisor),
        handlers=[make.actor(each) for each in handlers],
        visitor=make.actor(visitor),
    )
    _approve_later(quarter)
    stories = list(_drawn(quarter.random))
    assert len(stories) == HOW_MANY
    max(stories, key=lambda each: each.opens_on).reply_after = None
    for story in stories:
        quarter.on(story.opens_on, _opening(quarter, story))
    return quarter


def _approve_later(quarter: Quarter) -> None:
    """One more case, of a resolution that another office has to approve before anybody's clock runs."""
    with transaction():
        hall = cycle.settled(needs_approval=True)
    quarter.others = hall

    def answer(now: datetime) -> None:
        hall.reply(now=now)

    def approve(now: datetime) -> None:
        day = now.date()
        cases.record_approval(hall.hall.liaison, hall.case.id, reference="沪公交 2026-12", published_on=day, now=now)
        quarter.on(day + timedelta(days=1), answer)

    quarter.on(FIRST + timedelta(days=14), approve)


def _drawn(drawing: random.Random) -> Iterator[Story]:
    kinds = [kind for kind in KINDS for _each in range(kind.share)]
    drawing.shuffle(kinds)
    for number, kind in enumerate(kinds[:HOW_MANY]):
        late = drawing.random()
        paces = (9, 12, 16) if late < 0.15 else (2, 4, 5, 6)
        yield Story(
            number=number,
            kind=kind,
            opens_on=FIRST + timedelta(days=drawing.randrange((LAST - FIRST).days + 1)),
            contact_after=drawing.choice((0, 0, 0, 0, 0, 2, 4, None)),
            reply_after=drawing.choice(paces),
            extends_after=drawing.choice((3, 10)) if 0.05 < late < 0.15 else None,
            refused_rounds=drawing.choices((0, 1, 2), (80, 14, 6))[0],
            refusal=drawing.choice((Answer.no, Answer.came_back)),
            returns=drawing.choices((0, 1, 2), (84, 8, 8))[0],
            pauses=drawing.random() < 0.1,
        )


def _opening(quarter: Quarter, story: Story) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        drawing, place = quarter.random, quarter.places[story.number % len(quarter.places)]
        author, *others = drawing.sample(quarter.residents, 3)
        matter_id = _brought_up(quarter, story, author, place, now=now)
        reason = ParticipationReason.supporter
        matters.add_participants(matter_id, [each.id for each in others], reason=reason, now=now)
        handler = quarter.handlers[story.number % len(quarter.handlers)]
        case = _dispatched(quarter, story, matter_id, handler, now=now)
        story.case_id = case.id
        quarter.stories[case.id] = story
        _plan_hand_over(quarter, story, now=now)
        _plan_handling(quarter, story, now=now)

    return act


def _brought_up(quarter: Quarter, story: Story, author: User, place: Place, *, now: datetime) -> int:
    """What concerns services is proposed and taken in; the rest the liaison was told on the telephone."""
    title = f"{story.kind.title}（{story.number}）"
    if story.kind.about is not ProposalKind.services:
        matter = matters.open_matter(place=place, title=title, now=now)
        matters.move(matter, step=Step.proposal, state="accepted", now=now)
        matters.add_participants(matter.id, [author.id], reason=ParticipationReason.proposer, now=now)
        return matter.id
    proposal = proposals.submit(
        Actor(user_id=author.id, name=author.name),
        place_id=place.id,
        title=title,
        text=f"{title}，请看看怎么办好。",
        kind=story.kind.about,
        now=now,
    )
    proposals.accept(quarter.liaison, proposal_id=proposal.id, now=now)
    return proposal.matter_id


def _plan_hand_over(quarter: Quarter, story: Story, *, now: datetime) -> None:
    """Handed back once or twice the same day; loans need a second unit, and a few baths are said to be hard."""
    first = quarter.handlers.index(_lead(quarter, story))
    others = [quarter.handlers[(first + step) % len(quarter.handlers)] for step in (1, 2)]
    soon = now + timedelta(hours=1)
    if story.returns:
        _hand_back(story, quarter.handlers[first], now=soon)
        quarter.on(now.date() + timedelta(days=1), lambda at: _ask_another(quarter, story, others, at))
    if story.kind.name == "E5" and not story.returns:
        asked = cases.ask_assistance(
            quarter.liaison, story.case_id, handler_id=others[0].user_id or 0, task="请银行来答疑。", now=soon
        )
        if story.number % 2:
            quarter.on(now.date() + timedelta(days=1), lambda at: _assist(others[0], asked.id, at))
    if story.kind.name == "E7" and story.number % 4 == 0:
        cases.set_level(quarter.liaison, story.case_id, level=3, reason="要几家一起定补贴", now=soon)


def _lead(quarter: Quarter, story: Story) -> Actor:
    handler_id = db.session.get_one(Case, story.case_id).handler_id
    return next(each for each in quarter.handlers if each.user_id == handler_id)


def _hand_back(story: Story, handler: Actor, *, now: datetime) -> None:
    db.session.flush()
    asked = case_queries.open_lead(case_queries.assignments(story.case_id))
    assert asked is not None
    cases.hand_back(handler, asked.id, reason="不是我们管的", now=now)


def _ask_another(quarter: Quarter, story: Story, others: list[Actor], now: datetime) -> None:
    case = db.session.get_one(Case, story.case_id)
    if case.hand_over is not HandOver.returned or case.state not in HANDLED:
        return
    cases.ask_another(quarter.liaison, case.id, handler_id=others[0].user_id or 0, now=now)
    if story.returns == 2:
        _hand_back(story, others[0], now=now)
        quarter.on(now.date() + timedelta(days=1), lambda at: _decide(quarter, story, others[1], at))


def _decide(quarter: Quarter, story: Story, handler: Actor, now: datetime) -> None:
    """After the second return the supervisor says who leads, unless it has been answered meanwhile."""
    case = db.session.get_one(Case, story.case_id)
    if case.hand_over is HandOver.disputed and case.state in HANDLED:
        cases.decide_lead(quarter.supervisor, case.id, handler_id=handler.user_id or 0, reason="按职责归这里", now=now)


def _assist(helper: Actor, assignment_id: int, now: datetime) -> None:
    cases.finish_assistance(helper, assignment_id, text="银行来过了，答了疑。", now=now)


def _dispatched(quarter: Quarter, story: Story, matter_id: int, handler: Actor, *, now: datetime) -> Case:
    return cases.dispatch(
        quarter.liaison,
        matter_id=matter_id,
        handler_id=handler.user_id or 0,
        lead_unit_id=None,
        task=f"{story.kind.title}：看现场，办好，答复。",
        now=now,
    )


def _plan_handling(quarter: Quarter, story: Story, *, now: datetime) -> None:
    """What the handler does from now on, in the pace that was drawn; a second time everything goes quickly."""
    today, case = now.date(), db.session.get_one(Case, story.case_id)
    is_again = case.times_reopened > 0
    contact_after = 1 if is_again else story.contact_after
    reply_after = 4 if is_again else story.reply_after
    if contact_after is not None:
        quarter.on(today + timedelta(days=contact_after), lambda at: _contact(quarter, story, at))
    if reply_after is None:
        return
    if story.number % 3 == 0:
        quarter.on(today + timedelta(days=max(1, reply_after - 2)), lambda at: _progress(quarter, story, at))
    quarter.on(today + timedelta(days=reply_after), lambda at: _reply(quarter, story, at))
    if story.pauses and not is_again:
        quarter.on(today + timedelta(days=1), lambda at: _pause(quarter, story, at))
    if story.extends_after is not None and not is_again:
        quarter.on(today + timedelta(days=story.extends_after), lambda at: _extend(quarter, story, at))


def _case(story: Story) -> tuple[Case, Actor]:
    case = db.session.get_one(Case, story.case_id)
    return case, make.actor(db.session.get_one(User, case.handler_id))


def _contact(quarter: Quarter, story: Story, now: datetime) -> None:
    case, handler = _case(story)
    if case.state is CaseState.assigned:
        cases.record_contact(handler, case.id, note="", now=now)


def _progress(quarter: Quarter, story: Story, now: datetime) -> None:
    case, handler = _case(story)
    if case.state in (CaseState.assigned, CaseState.contacted):
        cases.add_progress(handler, case.id, text="看过现场，已经安排。", now=now)


def _extend(quarter: Quarter, story: Story, now: datetime) -> None:
    case, _handler = _case(story)
    if case.state in HANDLED and case.extended_at is None:
        cases.extend(quarter.supervisor, case.id, working_days=5, reason="等材料到货", now=now)


def _pause(quarter: Quarter, story: Story, now: datetime) -> None:
    case, _handler = _case(story)
    if case.state in HANDLED and case.paused_at is None:
        until = now.date() + timedelta(days=14)
        cases.pause(quarter.supervisor, case.id, reason="等专家来看过", until=until, now=now)


def _reply(quarter: Quarter, story: Story, now: datetime) -> None:
    """B and C promise a day and come again on it; E10 puts it off once, as its supply slips."""
    case, handler = _case(story)
    if case.state not in HANDLED:
        return
    kind = story.kind.replies[min(story.replied, len(story.kind.replies) - 1)]
    story.replied += 1
    promised = now.date() + timedelta(days=10) if kind in (B, C) else None
    given: dict[str, Any] = {"kind": kind, "text": "做了这些，结果是这样。", "promised_on": promised}
    cases.reply(handler, case.id, slip_reason="设备晚到" if case.promised_on else "", now=now, **given)
    if promised is not None:
        quarter.on(promised, lambda at: _reply(quarter, story, at))


JOBS = (
    case_jobs.accept, case_jobs.go_on, case_jobs.remind, case_jobs.climb, case_jobs.fall_back, jobs.issue_due,
    jobs.end_due, jobs.send_due, jobs.remind_of_visits, deliveries.unfold,
)  # fmt: skip


# What everybody else does, day by day


def run(quarter: Quarter, until: date = END) -> None:
    """Day by day: what was planned for it, then the jobs, then what people do about it."""
    day = FIRST
    with delivered_by(quarter), tables_read_once():
        while day <= until:
            if day.weekday() == 0 or (day.weekday() in WEEKDAYS and (day <= CALM or quarter.days.get(day))):
                _one_day(quarter, day)
            day += timedelta(days=1)


def _one_day(quarter: Quarter, day: date) -> None:
    morning = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    with transaction():
        for act in quarter.days.pop(day, []):
            act(morning)
    _look(quarter)
    noon = morning + timedelta(hours=2)
    for job in JOBS:
        job(noon)
    deliveries.deliver(noon)
    _look(quarter)
    with transaction():
        _answer_later(quarter, noon)
        _visit_later(quarter, noon)
        _close(quarter, noon)


def _look(quarter: Quarter) -> None:
    quarter.states |= set(db.session.scalars(select(Case.state).distinct()))
    quarter.assignments |= set(db.session.scalars(select(Assignment.state).distinct()))
    quarter.hand_overs |= set(db.session.scalars(select(Case.hand_over).distinct()))
    quarter.deliveries |= set(db.session.scalars(select(Delivery.state).distinct()))


def _answer_later(quarter: Quarter, now: datetime) -> None:
    """Two days after they were asked most people say something; one of a case that is to fail says no."""
    for look_back in db.session.scalars(select(LookBack).where(LookBack.asked_at == now)):
        quarter.on(now.date() + timedelta(days=2), _answering(quarter, look_back))


def _answering(quarter: Quarter, look_back: LookBack) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        story, drawing = quarter.stories.get(look_back.case_id), quarter.random
        if story is None or look_back.cancelled_at is not None:
            return
        asked = sorted(db.session.scalars(queries.people_of(look_back.matter_id)))
        fails = look_back.round <= story.refused_rounds
        for user_id in asked[1:]:
            if drawing.random() < 0.5:
                rating = drawing.choice((None, *Rating))
                _answer(look_back, user_id, drawing.choice((Answer.fixed, Answer.partly)), rating=rating, now=now)
        if fails:
            _answer(look_back, asked[0], story.refusal, rating=drawing.choice((None, Rating.dissatisfied)), now=now)
            _plan_handling(quarter, story, now=now)

    return act


def _answer(look_back: LookBack, user_id: int, said: Answer, *, rating: Rating | None, now: datetime) -> None:
    words = "又和以前一样了"
    service.answer_look_back(
        look_back_id=look_back.id, user_id=user_id, answer=said, reason=words, by_link=False, rating=rating, now=now
    )


def _visit_later(quarter: Quarter, now: datetime) -> None:
    """The liaison sends somebody the same day, who goes a week later: a few are late and are reminded."""
    for visit in db.session.scalars(select(LookBackVisit).where(LookBackVisit.wanted_at == now)):
        day = now.date() + timedelta(days=5)
        service.send_visitor(quarter.liaison, visit.id, visitor_id=quarter.visitor.user_id or 0, due_on=day, now=now)
        late = quarter.random.choice((0, 0, 0, 4))
        quarter.on(day + timedelta(days=late), _visiting(quarter, visit))


def _visiting(quarter: Quarter, visit: LookBackVisit) -> Callable[[datetime], None]:
    def act(now: datetime) -> None:
        if visit.is_over:
            return
        is_bath = quarter.stories[visit.case_id].kind.name == "E7"
        service.report_visit(
            quarter.visitor,
            visit.id,
            finding=Answer.fixed,
            text="去看过了，也打电话问了。",
            no_photo_reason="在家里，不便拍照",
            counts=(36, 35, 33) if is_bath else (0, 0, 0),
            now=now,
        )

    return act


def _close(quarter: Quarter, now: datetime) -> None:
    """The liaison closes what nobody found wanting."""
    ready = select(Case.id).where(Case.looked_back_at.is_not(None), Case.state != CaseState.closed)
    for case_id in db.session.scalars(ready).all():
        others = quarter.others if case_id not in quarter.stories else None
        cases.close_case(others.hall.liaison if others else quarter.liaison, case_id, now=now)


@contextmanager
def tables_read_once() -> Iterator[None]:
    """Working days and deadlines stay as they are in this quarter; reading them anew each time is half of its time."""
    calendar = functools.cache(people_queries.working_calendar)
    limits = functools.cache(limit_queries._in_force)
    with (
        mock.patch.object(people_queries, "working_calendar", calendar),
        mock.patch.object(clocks, "working_calendar", calendar),
        mock.patch.object(limit_queries, "_in_force", limits),
    ):
        yield


@contextmanager
def delivered_by(quarter: Quarter) -> Iterator[None]:
    """A way out that keeps what it is given; some mailboxes are gone, and some gateways fail now and then."""

    class Way:
        gone: frozenset[str] = frozenset()

        def send(self, parcel: Parcel) -> None:
            number = int("".join(filter(str.isdigit, parcel.address)) or 0)
            if parcel.channel is Channel.email and number % 16 == 0:
                quarter.given_up.add(parcel.key)
                raise Undeliverable("no such mailbox")
            if number % 5 == 0 and parcel.key not in quarter.given_up:
                quarter.given_up.add(parcel.key)
                raise OSError("not now")
            quarter.sent.append(parcel)

        def close(self) -> None:
            return None

    @contextmanager
    def opened(_settings: Any) -> Iterator[dict[Channel, Way]]:
        yield dict.fromkeys(Channel, Way())

    with mock.patch.object(deliveries, "opened", opened):
        yield
