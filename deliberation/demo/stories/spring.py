"""A spring of cases in three places: what the figures, the look-backs and the monthly review are about.

Told for whoever starts the demo; tests of pages do without it, since it is as long as all the others together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from deliberation.cases import queries as case_queries
from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.cases.rules import (
    CaseState,
    Course,
    DemandSource,
    Heard,
    ObjectState,
    ReplyKind,
    Side,
)
from deliberation.committees import service as committees
from deliberation.committees.rules import CommitteeKind
from deliberation.demo.acts import store
from deliberation.demo.pictures import van_in_lane
from deliberation.demo.stage import YEAR, Stage, at
from deliberation.demo.stories.spring_cases import (
    BUILT,
    CARE,
    CITY,
    CLIMBED,
    DECLINED,
    DONE,
    KINDS,
    NOTICED,
    POORLY_DONE,
    ROADS,
    SLIPPED,
    SPRING,
    TWICE_RETURNED,
    WORKS,
    End,
    Told,
)
from deliberation.feedback import queries, service
from deliberation.feedback.models import LookBack, LookBackVisit, ReviewPack
from deliberation.feedback.rules import Answer, Rating
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.access import Actor, Role
from deliberation.people.models import Organisation, OrganisationKind, User
from deliberation.places import queries as places

BEFORE = at(3, 1, 9, 0)
FIRST, LAST = date(YEAR, 3, 2), date(YEAR, 6, 5)
END = at(6, 8, 9, 0)
SOURCES = (DemandSource.phone, DemandSource.visit, DemandSource.reception)
TUESDAY, FRIDAY = 1, 4  # When the house looks after what is due: it is enough for a story.
RATINGS = (Rating.satisfied, Rating.satisfied, Rating.satisfied, Rating.fair, Rating.satisfied, Rating.dissatisfied)
LESSONS = {
    End.again: "修补只管了表面，下回先查下面的管线再动手。",
    End.declined: "说不行之前先问清楚谁能办，再把人送到那里。",
}
TOO_LATE = "接单的人请假没有人顶，以后每单写明第二个人。"
REASONS = {Answer.partly: "好些了，雨天还要再看。", Answer.came_back: "好了没几天，又和以前一样。"}
Act = Callable[[datetime], object]


def tell(stage: Stage) -> None:
    """From March to June, day by day."""
    Spring(stage).tell()


class Spring:
    """What is still to come, by day, and who handles what."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.days: dict[date, list[Act]] = defaultdict(list)
        self.case_ids: dict[str, int] = {}
        self.told_of: dict[int, Told] = {}
        with stage.scene():
            self.district = places.place_by_code("HSX")
            self.handlers = self._handlers()
            self.liaison = stage.cast.actor("shen")
            self.supervisor = stage.cast.actor("shi")
            self.place_ids = {code: places.place_by_code(code).id for code in ("WTL", "TAY", "GUI")}
            self.crowds = {code: self._crowd(place_id) for code, place_id in self.place_ids.items()}
            self._plan("14", now=BEFORE)
            service.set_plan(
                self.liaison, place_id=self.place_ids["GUI"], kind=KINDS[CARE], days="14", days_to_answer=5,
                asks_visit=True, now=BEFORE,
            )  # fmt: skip

    def _handlers(self) -> dict[str, Actor]:
        """One of each department, without an address: their reminders would bury the mailbox of the demo."""
        found = {}
        for number, unit in enumerate((ROADS, CITY, CARE, WORKS)):
            known = db.session.scalar(select(Organisation).where(Organisation.name == unit))
            organisation = known or people_service.create_organisation(name=unit, kind=OrganisationKind.department)
            user = people_service.create_user(
                name=("钟海", "汤明", "余芳", "贺群")[number], duty=unit, organisation_id=organisation.id,
                now=BEFORE,
            )  # fmt: skip
            people_service.grant_role(user_id=user.id, role=Role.handler, place_id=self.district.id, now=BEFORE)
            found[unit] = people.actor(user.id)
        return found

    def _crowd(self, place_id: int) -> list[int]:
        rows = select(User.id).where(User.home_place_id == place_id, User.email.is_(None))
        return list(db.session.scalars(rows.order_by(User.id).limit(60)))

    def _plan(self, days: str, *, now: datetime) -> None:
        service.set_plan(
            self.liaison, place_id=self.district.id, kind="", days=days, days_to_answer=7,
            asks_visit=False, now=now,
        )  # fmt: skip

    def on(self, day: date, act: Act) -> None:
        """On that day, or on the Monday after it."""
        self.days[day + timedelta(days=7 - day.weekday() if day.weekday() > FRIDAY else 0)].append(act)

    def after(self, now: datetime, days: int, act: Act) -> None:
        self.on(shanghai_date(now) + timedelta(days=days), act)

    def tell(self) -> None:
        for number, told in enumerate(SPRING):
            self.on(date(YEAR, *told.on), self._opening(number, told))
        day = FIRST
        while day <= LAST:
            self._one_day(day)
            day += timedelta(days=1)
        with self.stage.scene():
            self._plan("30, 90", now=at(6, 5, 16, 0))
        self._take_points_off()
        self._review()

    def _one_day(self, day: date) -> None:
        morning = at(day.month, day.day, 10, 0)
        acts = self.days.pop(day, [])
        if acts:
            with self.stage.scene():
                for act in acts:
                    act(morning)
        if day.weekday() in (TUESDAY, FRIDAY):
            noon = morning + timedelta(hours=2)
            self.stage.let_time_pass(noon)
            with self.stage.scene():
                self._ask(noon)
                self._close(noon)

    # How each begins

    def _opening(self, number: int, told: Told) -> Act:
        def act(now: datetime) -> None:
            heard = Heard(
                source=SOURCES[number % len(SOURCES)], title=told.title, text=f"{told.title}，请来看看怎么办好。",
                heard_on=shanghai_date(now), kind=KINDS[told.unit],
            )  # fmt: skip
            course = Course(handler_id=self.handlers[told.unit].user_id)
            taken = cases.take_in(
                self.liaison, place_id=self.place_ids[told.place], heard=heard, course=course, now=now
            )
            crowd = self.crowds[told.place]
            joined = [crowd[(number * 7 + step) % len(crowd)] for step in range(6)]
            matters.add_participants(taken.matter_id, joined, reason=ParticipationReason.supporter, now=now)
            case = case_queries.case_of_matter(taken.matter_id)
            if case is None:
                raise LookupError(told.title)
            self.case_ids[told.title], self.told_of[case.id] = case.id, told
            if told.level > 1:
                reason = "要几家一起办" if told.level == 2 else "涉及面广，要街道一起商量"
                cases.set_level(self.liaison, case.id, level=told.level, reason=reason, now=now)
            self._plan_handling(told, case.id, now=now)

        return act

    def _plan_handling(self, told: Told, case_id: int, *, now: datetime) -> None:
        if told.title == TWICE_RETURNED:
            self._hand_round(told, case_id, now=now)
        handler = self.handlers[told.unit]
        if told.is_late:
            self.after(now, 5, lambda at: cases.record_contact(handler, case_id, note="", now=at))
        else:
            cases.record_contact(handler, case_id, note="", now=now + timedelta(hours=1))
        reply_after = 17 if told.title == CLIMBED else 9 if told.is_late else 3
        if told.title == NOTICED:
            self._give_notice(case_id, now=now)
        elif told.title == SLIPPED:
            self._promise(case_id, now=now)
        else:
            self.after(now, reply_after, lambda at: self._reply(told, case_id, at))
        if told.title == BUILT:
            self.after(now, 1, lambda at: self._build(case_id, at))

    def _reply(self, told: Told, case_id: int, now: datetime) -> None:
        is_declined = told.end is End.declined
        kind, text = (ReplyKind.D, DECLINED[told.unit]) if is_declined else (ReplyKind.A, DONE[told.unit])
        case = db.session.get_one(Case, case_id)
        cases.reply(people.actor(case.handler_id), case_id, kind=kind, text=text, now=now)

    def _hand_round(self, told: Told, case_id: int, *, now: datetime) -> None:
        """Nobody wants it: handed back twice, and then the supervisor says whose it is."""
        first, second = self.handlers[told.unit], self.handlers[ROADS]

        def hand_back(by: Actor, reason: str, at: datetime) -> None:
            asked = case_queries.open_lead(case_queries.assignments(case_id))
            if asked is not None:
                cases.hand_back(by, asked.id, reason=reason, now=at)

        def again(at: datetime) -> None:
            cases.ask_another(self.liaison, case_id, handler_id=second.user_id or 0, now=at)
            hand_back(second, "盲道是好的，占道的车不归我们管。", at)

        def decide(at: datetime) -> None:
            reason = "停放秩序归城运中心，两家一起去看现场。"
            cases.decide_lead(self.supervisor, case_id, handler_id=first.user_id or 0, reason=reason, now=at)

        hand_back(first, "盲道归道路设施科，请他们来看。", now + timedelta(hours=1))
        self.after(now, 1, again)
        self.after(now, 2, decide)

    def _promise(self, case_id: int, *, now: datetime) -> None:
        """A day is promised, put off once with a reason, and kept then."""
        handler = self.handlers[WORKS]

        def promise(at: datetime, text: str, slip: str = "") -> None:
            promised_on = shanghai_date(at) + timedelta(days=10)
            cases.reply(
                handler, case_id, kind=ReplyKind.B, text=text, promised_on=promised_on, slip_reason=slip, now=at
            )

        def keep(at: datetime) -> None:
            cases.reply(handler, case_id, kind=ReplyKind.A, text="雨棚接好了，大雨里看过，不漏了。", now=at)

        self.after(now, 3, lambda at: promise(at, "雨棚要加一段，材料已经订了。"))
        self.after(now, 12, lambda at: promise(at, "材料晚到，到了就装。", "厂家发错了型号，重发要一周"))
        self.after(now, 20, keep)

    def _give_notice(self, case_id: int, *, now: datetime) -> None:
        """A car without an owner: three notices, a photo of each, and then it is towed."""
        handler = self.handlers[ROADS]
        found: list[int] = []

        def put_up(at: datetime) -> None:
            found.append(cases.add_object(handler, case_id, label="沪A·38216", spot="东门外转角", now=at).id)
            promised_on = shanghai_date(at) + timedelta(days=28)
            text = "那辆车没有人认，按三次告知来办，走完了由民警一起拖走。"
            cases.reply(handler, case_id, kind=ReplyKind.B, text=text, promised_on=promised_on, now=at)

        def post(stage: int, at: datetime) -> None:
            cases.post_notice(
                handler, found[0], stage=stage, basis="《上海市道路交通管理条例》第六十一条",
                remedy="请把车挪到不挡路的地方", due_on=shanghai_date(at) + timedelta(days=7), photo_id=photo_id,
                now=at,
            )  # fmt: skip

        def tow(at: datetime) -> None:
            cases.settle_object(handler, found[0], outcome=ObjectState.towed, note="会同民警拖走", now=at)
            cases.reply(handler, case_id, kind=ReplyKind.A, text="车拖走了，地上画了禁停线。", now=at)

        photo_id = self._photo(handler, caption="告知单贴在车窗上", now=now)
        self.after(now, 1, put_up)
        for stage in (1, 2, 3):
            self.after(now, 2 + 8 * (stage - 1), partial(post, stage))
        self.after(now, 26, tow)

    def _photo(self, by: Actor, *, caption: str, now: datetime) -> int:
        return store(
            self.stage, van_in_lane(), caption=caption, uploaded_by_id=by.user_id or 0, is_private=True, now=now
        )

    def _build(self, case_id: int, now: datetime) -> None:
        """Two leads, a milestone and something to measure by."""
        handler, day = self.handlers[WORKS], shanghai_date(now)
        for side, name, office in ((Side.client, "贺群", WORKS), (Side.contractor, "项峰", "捷安市政")):
            cases.name_lead(handler, case_id, side=side, name=name, office=office, now=now)
        milestone = cases.add_milestone(handler, case_id, title="重新画完标线", due_on=day + timedelta(days=2), now=now)
        measure = cases.add_measure(
            handler, case_id, name="看得清的车位", unit="个", baseline="41", baseline_on=day, target="120", now=now
        )
        cases.record_reading(handler, measure.id, value="118", read_on=day, now=now)
        cases.reach_milestone(handler, milestone.id, reached_on=day, now=now)

    # What people say of it

    def _ask(self, now: datetime) -> None:
        for look_back in db.session.scalars(select(LookBack).where(LookBack.asked_at == now)).all():
            told = self.told_of.get(look_back.case_id)
            if told is not None:
                self.after(now, 1, partial(self._answer, look_back.id, told))
        for visit in db.session.scalars(select(LookBackVisit).where(LookBackVisit.wanted_at == now)).all():
            visitor = self.stage.cast.named["wu"].id
            day = shanghai_date(now) + timedelta(days=2)
            service.send_visitor(self.liaison, visit.id, visitor_id=visitor, due_on=day, now=now)
            self.after(now, 2, partial(self._visit, visit.id))

    def _answer(self, look_back_id: int, told: Told, now: datetime) -> None:
        look_back = db.session.get_one(LookBack, look_back_id)
        asked = sorted(db.session.scalars(queries.people_of(look_back.matter_id)))
        for number, user_id in enumerate(asked[:5]):
            answer = Answer.partly if number == 3 else Answer.fixed
            self._say(look_back_id, user_id, answer, RATINGS[(look_back_id + number) % len(RATINGS)], now)
        if told.end is End.again and look_back.round == 1:
            self._say(look_back_id, asked[-1], Answer.came_back, Rating.dissatisfied, now)
            self.after(now, 3, lambda at: self._reply(told, look_back.case_id, at))

    def _say(self, look_back_id: int, user_id: int, answer: Answer, rating: Rating, now: datetime) -> None:
        reason = {Answer.partly: "好些了，雨天还要再看。", Answer.came_back: "好了没几天，又和以前一样。"}.get(
            answer, ""
        )
        service.answer_look_back(
            look_back_id=look_back_id, user_id=user_id, answer=answer, reason=reason, by_link=False, rating=rating,
            now=now,
        )  # fmt: skip

    def _visit(self, visit_id: int, now: datetime) -> None:
        if not db.session.get_one(LookBackVisit, visit_id).is_over:
            service.report_visit(
                self.stage.cast.actor("wu"), visit_id, finding=Answer.fixed, text="上门看过，老人说用得上。",
                no_photo_reason="在老人家里，不便拍照", counts=(6, 6, 5), now=now,
            )  # fmt: skip

    def _close(self, now: datetime) -> None:
        ready = select(Case.id).where(Case.looked_back_at.is_not(None), Case.state != CaseState.closed)
        for case_id in db.session.scalars(ready.where(Case.id.in_(self.told_of))).all():
            cases.close_case(self.liaison, case_id, now=now)

    # What comes of it all

    def _take_points_off(self) -> None:
        """The contractor loses points for what came back; of one deduction it complains, and is right."""
        case_id = self.case_ids[POORLY_DONE]
        with self.stage.scene():
            firm = people_service.create_organisation(name="捷安市政", kind=OrganisationKind.firm)
            builder = people_service.create_user(
                name="项峰", duty="捷安市政", organisation_id=firm.id, now=at(4, 27, 9, 0)
            )
            photo_id = self._photo(self.liaison, caption="井盖边的沥青又裂开了", now=at(4, 27, 9, 0))
            entries = [
                cases.deduct(
                    self.liaison, contractor_id=firm.id, case_id=case_id, points=points, reason=reason,
                    photo_id=photo_id, now=at(4, 27, 10, 0),
                )
                for points, reason in ((2, "修好三天，井盖边又裂开。"), (1, "收工时没有把围挡撤走。"))
            ]  # fmt: skip
            text = "围挡是应交警要求多留了一晚，有当天的通知。"
            raised = cases.appeal(people.actor(builder.id), entry_id=entries[1].id, text=text, now=at(4, 28, 9, 0))
            answer = "查到了那天的通知，这一分退回。"
            cases.decide(self.supervisor, appeal_id=raised.id, is_upheld=True, answer=answer, now=at(4, 30, 9, 0))

    def _review(self) -> None:
        """April's talk has been held, its lessons are published; the pack of May lies ready."""
        with self.stage.scene():
            committees.create_committee(
                place=self.district, kind=CommitteeKind.monthly_review, name="合川街道月谈会", venue="街道二楼会议室",
                rule_kind="advisory",
            )  # fmt: skip
            pack = service.draft_review(self.district.id, date(YEAR, 4, 1), now=at(5, 6, 9, 0))
            if pack is None:
                raise LookupError("there is a pack of April already")
            self._write_lessons(pack)
            service.publish_review(self.liaison, pack.id, now=at(5, 15, 9, 0))
            service.draft_review(self.district.id, date(YEAR, 5, 1), now=at(6, 1, 9, 0))

    def _write_lessons(self, pack: ReviewPack) -> None:
        for case_id in pack.failed_case_ids:
            told = self.told_of[case_id]
            text = LESSONS[told.end] if told.end is not End.solved else TOO_LATE
            service.write_lesson(
                self.liaison, pack.id, case_id=case_id, text=text, owner_name=told.unit, due_on=date(YEAR, 6, 30),
                now=at(5, 12, 9, 0),
            )  # fmt: skip
