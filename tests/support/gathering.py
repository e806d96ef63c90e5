"""A meeting at any stage, through the real services: ten seats, a liaison who chairs, two accepted proposals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from deliberation.committees.rules import CommitteeKind, SeatKind
from deliberation.kernel.database import transaction
from deliberation.matters import queries as matters
from deliberation.matters.models import Matter
from deliberation.meetings import queries, rules, service
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.places.models import PlaceKind
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.support import kept, make

NOW = make.NOW  # Monday 2 March 2026, 09:00 in Shanghai.
STARTS = NOW + timedelta(days=4, hours=3, minutes=15)  # Friday 6 March, 12:15: three whole working days lie between.
MOTION = "采用丙方案：一期先补亮三号楼后台阶与坡道，二期加装智能调光，11月20日前完工。"
MAJORITY = {"rule_kind": "all_members_majority", "charter_clause": "楼委会章程第 8 条"}


class Gathering:
    """``shen`` chairs; ``members`` hold the first of ten voting seats; ``proposer`` holds none, ``lu`` may stand in."""

    def __init__(self, *, members: int = 7, seats: int = 10, **charter: Any) -> None:
        kept.arrange(self, f"gathered {members} {seats} {charter}", lambda: self._gather(members, seats, charter))

    def _gather(self, members: int, seats: int, charter: dict[str, Any]) -> None:
        with transaction():
            self.place = make.place(kind=PlaceKind.park)
            kind = CommitteeKind.building_committee
            self.body = make.committee(place=self.place, kind=kind, **(charter or MAJORITY))
            self.shen = self.person("沈岚", duty="联络员", roles=[Role.liaison], place=self.place)
            self.lu = self.person("陆明", duty="园区经理", roles=[Role.park_manager], place=self.place)
            self.proposer = self.person("罗青")
            self.follower = self.person("何静")
            people.follow_place(user_id=self.follower.user_id or 0, place_id=self.place.id, now=NOW)
            users = [make.person(name=f"{name}某") for name in "赵宋许龙安白程唐戴钱"[:members]]
            self.members = [make.actor(user) for user in users]
            make.seats(self.body, count=seats, users=users, kind=SeatKind.member)
        self.matters = [self.accepted("三号楼后面看不清台阶"), self.accepted("快递柜挪到连廊")]
        self.meeting: Meeting = None  # type: ignore[assignment]

    def person(self, name: str, **details: Any) -> Actor:
        return make.actor(make.person(name=name, **details))

    def accepted(self, title: str) -> Matter:
        with transaction():
            proposal = proposals.submit(
                self.proposer,
                place_id=self.place.id,
                title=title,
                text="加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。",
                kind=ProposalKind.lighting,
                now=NOW,
            )
            proposals.accept(self.shen, proposal_id=proposal.id, now=NOW)
        return matters.matter(proposal.matter_id)

    def plan(self, **changed: Any) -> Gathering:
        fields = {
            "title": "楼委会第 9 次会议",
            "venue": "三号楼 2 层会议室",
            "starts_at": STARTS,
            "planned_minutes": 60,
        }
        fields |= {"chair_id": self.shen.user_id, "now": NOW, "committee_id": self.body.id, **changed}
        with transaction():
            self.meeting = service.plan_meeting(self.shen, **fields)
        return self

    def add(self, number: int = 0, *, motion_text: str = MOTION, now: datetime = NOW) -> AgendaItem:
        with transaction():
            return service.add_item(
                self.shen,
                meeting_id=self.meeting.id,
                matter_id=self.matters[number].id,
                motion_text=motion_text,
                minutes=20,
                now=now,
            )

    def notice(self) -> Gathering:
        """Planned, with one matter on the agenda, and called."""
        kept.arrange(self, "called", self._notice)
        return self

    def _notice(self) -> None:
        self.plan()
        self.add()
        with transaction():
            service.post_notice(self.shen, meeting_id=self.meeting.id, now=NOW)

    def open(self, *, present: int = 6) -> Gathering:
        """Called, ``present`` members checked in, opened at its hour."""
        kept.arrange(self, f"open {present}", lambda: self._open(present))
        return self

    def _open(self, present: int) -> None:
        self._notice()
        for member in self.members[:present]:
            self.arrive(member)
        self.act(service.open_meeting, self.shen, meeting_id=self.meeting.id)

    def debate(self, *, present: int = 6) -> Gathering:
        """Open, with the motion in hand."""
        kept.arrange(self, f"in debate {present}", lambda: self._debate(present))
        return self

    def _debate(self, present: int) -> None:
        self._open(present)
        self.act(service.start_item, self.shen, item_id=self.item.id)

    def arrive(self, actor: Actor, *, now: datetime = STARTS) -> None:
        secret = queries.meeting(self.meeting.id).check_in_secret
        code = rules.check_in_code(secret, meeting_id=self.meeting.id, at=now)
        self.act(service.check_in, actor, meeting_id=self.meeting.id, code=code, now=now)

    def act(self, verb: Any, actor: Actor, **fields: Any) -> Any:
        with transaction():
            return verb(actor, **{"now": STARTS, **fields})

    @property
    def item(self) -> AgendaItem:
        """The item of the first matter."""
        return next(each for each in queries.items(self.meeting.id) if each.matter_id == self.matters[0].id)

    def state(self, actor: Actor | None = None, *, now: datetime = STARTS) -> dict[str, Any]:
        return queries.whole_state(queries.meeting(self.meeting.id), actor or self.shen, now=now)
