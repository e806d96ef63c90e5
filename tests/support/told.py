"""The demo's stories, told once for a whole run, with a few scenes more so that every page has something to show."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import event, select
from werkzeug.datastructures import FileStorage

from deliberation.app import create_app
from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.committees.models import Committee, Seat
from deliberation.demo.acts import check_in, propose
from deliberation.demo.cast import DOMAIN, Cast
from deliberation.demo.pictures import steps_at_night
from deliberation.demo.stage import YEAR, Stage, at
from deliberation.demo.stories import NOW, noon, tell_all
from deliberation.feedback import service as feedback
from deliberation.feedback.models import LookBack
from deliberation.feedback.service import visits
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.meetings import service as meetings
from deliberation.meetings.models import AgendaItem, Meeting
from deliberation.meetings.rules import Side
from deliberation.meetings.rules.recurrence import Frequency, Rhythm
from deliberation.people.models import Organisation, User
from deliberation.photos import service as photos
from deliberation.places import queries as places
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from deliberation.settings import from_environment
from deliberation.setup import service as setup
from deliberation.votes import service as votes
from deliberation.votes.models import RollEntry, Vote
from deliberation.votes.rules import Choice
from deliberation.votes.rules.proxies import Term

RETURNED = "停车位再画几个"
DRAFT = "会议室午休开放"
SERIES = "梧桐里每周三议事"
OWNERS_VOTE = "北侧绿地边上装充电桩"
LANE_VOTE = "梧桐里收货时段"
WHEN = at(6, 8, 12, 25)  # When the pages are looked at: the session of noon has begun.


def demo_application(data: Path, **environment: str) -> Flask:
    """An application whose files and SQLite database lie in ``data``, set up as the demo is."""
    demo = {"DELIBERATION_ENV": "demo", "DELIBERATION_DATA": str(data), "RUN_SCHEDULER": "0"}
    return create_app(from_environment(demo | environment))


def tell(into: Path) -> None:
    """Make ``into`` a data folder in which the demo has been told and our scenes played; takes half a minute.

    Its tables are made from the models. No commit waits for the disk: what a thousand scenes wait for is longer than
    they are.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        app = demo_application(data)
        with app.app_context():
            event.listen(db.engine, "connect", hurry)
            db.create_all()
        tell_all(app)
        _play(app)
        with app.app_context(), db.engine.connect() as link:
            link.exec_driver_sql("COMMIT")
            link.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        with app.app_context():
            db.engine.dispose()
        shutil.move(data, into)


def hurry(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Scenes(Stage):
    """A stage that finds the people of a demo that has been told already."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        with app.app_context():
            people = db.session.scalars(select(User).where(User.email.is_not(None))).all()
            named = {str(user.email).split("@")[0]: user for user in people}
            db.session.expunge_all()
        self.cast = Cast(named=named, **dict.fromkeys(_UNUSED))  # type: ignore[arg-type]

    def id_of(self, statement: object) -> int:
        with self.app.app_context():
            return int(db.session.scalars(statement).one())  # type: ignore[call-overload]


def _take_points_off(stage: Stage) -> None:
    """A contractor has lost points."""
    with stage.scene():
        case = db.session.scalars(select(Case).order_by(Case.id).limit(1)).one()
        keeper = stage.cast.actor("shen")
        photo = photos.store(
            FileStorage(steps_at_night(lit=False), filename="fence.jpg"), caption="围挡没有关好",
            uploaded_by_id=keeper.user_id or 0, now=NOW, folder=stage.app.extensions["settings"].uploads,
            is_private=True,
        )  # fmt: skip
        firm_id = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).first()
        cases.deduct(
            keeper, contractor_id=firm_id or 0, case_id=case.id, points=2, reason="三月二日围挡没有关好。",
            photo_id=photo.id, now=NOW,
        )  # fmt: skip


_UNUSED = ("district", "lane", "park", "lane_association", "building_committee")


def _play(app: Flask) -> None:
    stage = Scenes(app)
    _send_back(stage)
    _begin_at_noon(stage)
    _help_at_home(stage)
    _take_points_off(stage)
    _plan_ahead(stage)
    _write_down_an_authority(stage)
    _say_it_better(stage)
    _look_again(stage)
    _set_up_a_park(stage)
    stage.set_clock(WHEN)


def _send_back(stage: Scenes) -> None:
    """A proposal that its author may change and hand in again."""
    with stage.app.app_context():
        lane = places.place_by_code("WTL")
    back = propose(
        stage, "zhou", place=lane, title=RETURNED, text="北口能不能多画几个车位？", kind=ProposalKind.traffic,
        spot="北口", now=NOW - timedelta(days=5),
    )  # fmt: skip
    reason = "请写明画在哪一段、画几个，最好附一张照片。"
    stage.act("shen", proposals.return_for_changes, proposal_id=back.id, reason=reason, now=NOW - timedelta(days=4))


def _begin_at_noon(stage: Scenes) -> None:
    """The session of today is under way: people have come, one speaks, two wait; and a vote is being prepared."""
    meeting_id = stage.id_of(select(Meeting.id).where(Meeting.title.endswith("第 10 次")))
    item_id = stage.id_of(
        select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id, AgendaItem.matter_id.is_not(None))
    )
    with stage.app.app_context():
        committee_id = db.session.get_one(Meeting, meeting_id).committee_id
        rows = select(Seat.user_id).where(Seat.committee_id == committee_id, Seat.is_voting).order_by(Seat.id)
        members = list(db.session.scalars(rows))
    check_in(stage, meeting_id, ["xu", "gong", *members[:8]], now=WHEN - timedelta(minutes=20))
    stage.act("shen", meetings.open_meeting, meeting_id=meeting_id, now=WHEN - timedelta(minutes=10))
    stage.act("shen", meetings.start_item, item_id=item_id, now=WHEN - timedelta(minutes=8))
    for who, side in (("gong", Side.in_favour), (members[2], Side.against), ("xu", Side.question)):
        stage.act(who, meetings.raise_hand, item_id=item_id, side=side, now=WHEN - timedelta(minutes=7))
    stage.act("shen", meetings.next_speaker, item_id=item_id, now=WHEN - timedelta(minutes=1))
    stage.act(
        "shen", meetings.agree_step, item_id=item_id, text="把两间会议室的钥匙交到大堂", due_on=date(YEAR, 6, 15),
        owner_name="管理处", now=WHEN,
    )  # fmt: skip
    matter_id = stage.id_of(select(Matter.id).where(Matter.title == noon.TITLE))
    stage.act(
        "shen", votes.prepare_vote, matter_id=matter_id, committee_id=committee_id, item_id=item_id, title=DRAFT,
        text=noon.MOTION, opens_at=at(6, 9, 9, 0), closes_at=at(6, 12, 18, 0), handler_id=stage.cast.named["qian"].id,
        handler_unit_id=stage.id_of(select(Organisation.id).where(Organisation.name == "园区工程部")),
        handler_working_days=10, now=NOW - timedelta(days=1),
    )  # fmt: skip


def _help_at_home(stage: Scenes) -> None:
    """Somebody who cannot vote on a telephone is helped at the door, in the presence of a witness."""
    vote_id = stage.id_of(select(Vote.id).where(Vote.title == LANE_VOTE))
    stage.act(
        "shen", votes.assist_ballot, vote_id=vote_id, number=190, choice=Choice.in_favour, witness="邱月",
        client_ballot_id="helped-at-home", now=NOW - timedelta(hours=1),
    )  # fmt: skip


def _plan_ahead(stage: Scenes) -> None:
    """The lane meets every Wednesday noon."""
    committee_id = stage.id_of(select(Committee.id).where(Committee.name == "梧桐里弄管会"))
    stage.act(
        "shen", meetings.begin_series, committee_id=committee_id, title=SERIES, venue="弄管会活动室",
        at_minute=12 * 60 + 15, planned_minutes=60, capacity=None, chair_id=stage.cast.named["shen"].id,
        rhythm=Rhythm(Frequency.weekly, first_day=date(YEAR, 6, 17), weekday=2), now=NOW,
    )  # fmt: skip


def _write_down_an_authority(stage: Scenes) -> None:
    """An owner without an account has written on paper who votes for them; a teller is still to check it."""
    vote_id = stage.id_of(select(Vote.id).where(Vote.title == OWNERS_VOTE))
    with stage.app.app_context():
        rows = select(RollEntry.number).where(RollEntry.vote_id == vote_id, RollEntry.user_id.is_(None))
        number = db.session.scalars(rows.order_by(RollEntry.number.desc())).first()
    term = Term(signed_on=date(YEAR, 6, 6), valid_from=date(YEAR, 6, 6), valid_until=date(YEAR, 6, 15))
    with stage.scene():
        keeper = stage.cast.actor("yuan")
        photo = photos.store(
            FileStorage(steps_at_night(lit=True), filename="signed.jpg"), caption="", uploaded_by_id=keeper.user_id,
            now=NOW, folder=stage.app.extensions["settings"].uploads, is_draft=True, is_private=True,
        )  # fmt: skip
        votes.record_authority(
            keeper, vote_id=vote_id, number=number, agent_address=f"fang@{DOMAIN}", opinion=Choice.in_favour, term=term,
            photo=photo, now=NOW,
        )  # fmt: skip


def _look_again(stage: Scenes) -> None:
    """Somebody is to be sent to look, and the pack of the month's review lies ready."""
    with stage.scene():
        asked = select(LookBack).where(LookBack.asked_at.is_not(None)).order_by(LookBack.id).limit(1)
        visits.want_visit(db.session.scalars(asked).one(), now=WHEN)
        place = places.place_by_code("WTL")
        feedback.draft_review(place.id, date(YEAR, 5, 1), now=WHEN)


def _say_it_better(stage: Scenes) -> None:
    """A vote that nobody has voted in yet is put anew, its text changed; the draft of the new version lies ready."""
    old_id = stage.id_of(select(Vote.id).where(Vote.title == DRAFT))
    stage.act("shen", votes.publish_vote, vote_id=old_id, now=WHEN)
    stage.act("shen", votes.prepare_new_version, vote_id=old_id, now=WHEN)


def _set_up_a_park(stage: Scenes) -> None:
    """An administrator has begun to set up another park, and a liaison has written an invitation into the lane."""
    stage.act("jiang", setup.start, now=WHEN)
    with stage.app.app_context():
        lane_id = places.place_by_code("WTL").id
    later = WHEN + timedelta(days=14)
    stage.act("jiang", setup.invite, place_id=lane_id, expires_at=later, uses_allowed=20, now=WHEN)
