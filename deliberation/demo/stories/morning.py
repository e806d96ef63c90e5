"""What lies on the desks this morning: a handler's cases of every kind, what waits for the supervisor and the liaison,
and a deputy's suggestion. Eight cases, so that whoever signs in sees at once what a desk is for.
"""

from __future__ import annotations

from datetime import datetime

from deliberation.cases import queries as case_queries
from deliberation.cases import service as cases
from deliberation.cases.rules import Course, DemandSource, Heard, ReplyKind
from deliberation.demo.stage import Stage, at
from deliberation.kernel.clock import shanghai_date
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason
from deliberation.people.access import Actor
from deliberation.places.models import Place
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind

OVERDUE = "地下车库出口的道闸抬得慢"
OUTSIDE = "沿街小吃店的桌子摆到盲道上"
DUE_TODAY = "一号楼三层的卫生间没有热水"
NEW = "连廊的地垫翘起来绊脚"
PROMISED = "三号楼货梯的门合不拢"
OFFERED = "东门外的共享单车堆到台阶上"
DISPUTED = "河边步道的灯一半不亮"
RETURNED = "园区西侧围挡挡住了盲道"
SUGGESTED = "河边步道接到地铁口"
PASSED_ON = "梧桐里的老人想有人教用手机"


def tell(stage: Stage, *, delivery: Proposal) -> None:
    """A week of telephone calls, up to eleven this morning. ``delivery`` is talked over on Wednesday."""
    Morning(stage).tell(delivery)


class Morning:
    """The people of this morning, as they act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        with stage.scene():
            self.liaison, self.supervisor, self.deputy, self.qian, self.gao = (
                stage.cast.actor(name) for name in ("shen", "shi", "fan", "qian", "gao")
            )

    def tell(self, delivery: Proposal) -> None:
        with self.stage.scene():
            self._of_the_engineer()
        with self.stage.scene():
            self._passed_round()
        with self.stage.scene():
            self._of_the_deputy(delivery)

    def _of_the_engineer(self) -> None:
        """One overdue, one due today, one to be called back today, one that was promised for Friday."""
        late = self._given(OVERDUE, "下班高峰车排到坡道上。", self.qian, now=at(5, 28, 10, 0))
        cases.record_contact(self.qian, late, note="去看过，电机要换。", now=at(5, 28, 15, 0))
        today = self._given(DUE_TODAY, "洗手是冰的，冬天更不行。", self.qian, now=at(6, 1, 10, 0))
        cases.record_contact(self.qian, today, note="", now=at(6, 1, 14, 0))
        promised = self._given(PROMISED, "要用脚顶着才关得上。", self.qian, now=at(6, 2, 9, 30))
        cases.record_contact(self.qian, promised, note="", now=at(6, 2, 11, 0))
        cases.reply(
            self.qian, promised, kind=ReplyKind.B, text="门机的皮带老化，厂家周五来换。",
            promised_on=shanghai_date(at(6, 12, 9, 0)), now=at(6, 3, 16, 0),
        )  # fmt: skip
        self._given(NEW, "早上有人差点摔倒。", self.qian, now=at(6, 5, 10, 0))

    def _passed_round(self) -> None:
        """One waits for the engineer to take it on, one for the liaison, one for the supervisor's word; one is late."""
        offered = self._given(OFFERED, "推婴儿车上不去。", self.gao, now=at(6, 5, 9, 0))
        self._hand_back(self.gao, offered, "台阶在园区红线里面，归园区管。", now=at(6, 5, 14, 0))
        cases.ask_another(self.liaison, offered, handler_id=self.qian.user_id or 0, now=at(6, 8, 9, 10))
        disputed = self._given(DISPUTED, "晚上七点以后看不清路。", self.gao, now=at(6, 4, 9, 0))
        self._hand_back(self.gao, disputed, "灯杆是园区立的，请园区来修。", now=at(6, 4, 15, 0))
        cases.ask_another(self.liaison, disputed, handler_id=self.qian.user_id or 0, now=at(6, 5, 9, 20))
        self._hand_back(self.qian, disputed, "步道已经移交给街道，电也是街道在付。", now=at(6, 8, 9, 20))
        outside = self._given(
            OUTSIDE, "中午排队的人也站在上面。", self.gao, now=at(5, 27, 9, 0), where=self.stage.cast.lane
        )
        cases.record_contact(self.gao, outside, note="", now=at(5, 27, 11, 0))
        returned = self._given(RETURNED, "看不见的人要绕到车道上。", self.gao, now=at(6, 5, 11, 0))
        self._hand_back(self.gao, returned, "围挡是园区施工围的，请园区挪开。", now=at(6, 8, 9, 40))

    def _of_the_deputy(self, delivery: Proposal) -> None:
        """A suggestion that the station still has to forward, somebody's wish passed on, and Wednesday's meeting."""
        suggested = self._taken(SUGGESTED, "步道到头是堵墙，上班要绕一公里。", self.deputy, now=at(6, 4, 10, 0))
        cases.register_suggestion(
            self.liaison, matter_id=suggested, deputy_id=self.deputy.user_id or 0, is_hard=True, now=at(6, 4, 11, 0)
        )
        passed_on = self._taken(
            PASSED_ON,
            "接待的时候三位阿姨都说到，想每周有半天。",
            self.deputy,
            now=at(6, 3, 10, 0),
            where=self.stage.cast.lane,
        )
        cases.dispatch(
            self.liaison, matter_id=passed_on, handler_id=self.gao.user_id or 0, lead_unit_id=None,
            task="每周半天，教老人用手机", now=at(6, 3, 14, 0),
        )  # fmt: skip
        matters.add_participants(
            delivery.matter_id, [self.deputy.user_id or 0], reason=ParticipationReason.follower, now=at(6, 3, 10, 30)
        )

    def _taken(
        self, title: str, text: str, by: Actor, *, now: datetime, handler: Actor | None = None,
        where: Place | None = None,
    ) -> int:  # fmt: skip
        heard = Heard(
            source=DemandSource.reception if by is self.deputy else DemandSource.phone, title=title, text=text,
            heard_on=shanghai_date(now), kind=ProposalKind.facilities,
        )  # fmt: skip
        course = Course(handler_id=handler.user_id if handler else None)
        place = where or self.stage.cast.park
        return cases.take_in(by, place_id=place.id, heard=heard, course=course, now=now).matter_id

    def _given(self, title: str, text: str, handler: Actor, *, now: datetime, where: Place | None = None) -> int:
        """The id of the case."""
        matter_id = self._taken(title, text, self.liaison, now=now, handler=handler, where=where)
        case = case_queries.case_of_matter(matter_id)
        if case is None:
            raise LookupError(title)
        return case.id

    def _hand_back(self, by: Actor, case_id: int, reason: str, *, now: datetime) -> None:
        asked = case_queries.open_lead(case_queries.assignments(case_id))
        if asked is None:
            raise LookupError(case_id)
        cases.hand_back(by, asked.id, reason=reason, now=now)
