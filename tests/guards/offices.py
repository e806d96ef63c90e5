"""Services that need an office in a place, each as a scene that arranges something there.

To add one: write an ``Act`` that arranges something in a place and returns the call, and put it into ``ACTS``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from deliberation.cases import service as cases
from deliberation.cases.rules import ReplyKind
from deliberation.feedback import service as feedback
from deliberation.kernel.database import transaction
from deliberation.kernel.working_days import day_in_shanghai
from deliberation.meetings import queries as meeting_queries
from deliberation.meetings import service as meetings
from deliberation.meetings.rules import TallyAbout
from deliberation.people import service as people
from deliberation.people.access import Actor, Role
from deliberation.places.models import Place
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind, RedirectChannel
from deliberation.votes import service as votes
from deliberation.votes.rules import Terms
from tests.support import cycle, make, voting
from tests.support.gathering import STARTS, Gathering

NOW = make.NOW
Call = Callable[[Actor], Any]


class Scene(NamedTuple):
    """``call`` acts on something that stands in ``place``."""

    place: Place
    call: Call


NEWCOMER = {"name": "新人", "phone": "", "duty": ""}


# Proposals


def submitted() -> tuple[Place, int]:
    with transaction():
        place, author = make.place(), make.actor(make.person(name="许雯"))
        proposal = proposals.submit(
            author,
            place_id=place.id,
            title="弄堂口看不清",
            text="晚上走到弄堂口几乎看不清台阶，希望补一盏灯。",
            kind=ProposalKind.lighting,
            hides_name=True,
            now=NOW,
        )
    return place, proposal.id


def on_proposal(act: Callable[[Actor, int], Any]) -> Callable[[], Scene]:
    def arrange() -> Scene:
        place, proposal_id = submitted()
        return Scene(place, lambda actor: act(actor, proposal_id))

    return arrange


def merging() -> Scene:
    """Both proposals stand in the place; one of them would do to be refused."""
    place, proposal_id = submitted()
    return Scene(
        place,
        lambda actor: proposals.request_merge(
            actor, proposal_id=proposal_id, into_id=proposal_id, reason="说的是同一件事", now=NOW
        ),
    )


# Meetings


def on_meeting(stage: str, act: Callable[[Actor, Gathering], Any]) -> Callable[[], Scene]:
    def arrange() -> Scene:
        gathering = getattr(Gathering(), stage)()
        return Scene(gathering.place, lambda actor: act(actor, gathering))

    return arrange


def planning(actor: Actor, gathering: Gathering) -> Any:
    return meetings.plan_meeting(
        actor,
        committee_id=gathering.body.id,
        title="午间议事",
        venue="二楼",
        starts_at=STARTS + timedelta(days=7),
        planned_minutes=60,
        chair_id=actor.user_id or 0,
        now=NOW,
    )


# Votes


def on_vote(stage: str, act: Callable[[Actor, voting.Hall], Any]) -> Callable[[], Scene]:
    def arrange() -> Scene:
        with transaction():
            hall = getattr(voting, stage)()
        return Scene(hall.place, lambda actor: act(actor, hall))

    return arrange


def announcing() -> Scene:
    with transaction():
        hall = voting.open_hall()
        voting.cast(hall)
        votes.close_vote(hall.liaison, vote_id=hall.vote.id, now=voting.CLOSES)
    return Scene(hall.place, lambda actor: votes.announce_result(actor, vote_id=hall.vote.id, now=voting.OPENS))


def inspecting() -> Scene:
    with transaction():
        hall = voting.open_hall()
        voting.settle(hall)
    return Scene(
        hall.place,
        lambda actor: votes.inspect_ballots(actor, vote_id=hall.vote.id, reason="核对总数", now=voting.CLOSES),
    )


def answering() -> Scene:
    with transaction():
        hall = voting.publish()
        objection = votes.raise_objection(hall.actor(), vote_id=hall.vote.id, text="少了一户。", now=NOW)
    return Scene(
        hall.place,
        lambda actor: votes.answer_objection(
            actor, objection_id=objection.id, answer="没有少。", is_upheld=False, now=NOW
        ),
    )


def preparing(actor: Actor, hall: voting.Hall) -> Any:
    return votes.prepare_vote(
        actor,
        matter_id=hall.matter.id,
        committee_id=hall.body.id,
        title="再表决一次",
        text=voting.TEXT,
        opens_at=voting.OPENS,
        closes_at=voting.CLOSES,
        now=NOW,
    )


# Cases and what is reported back


def on_case(act: Callable[[Actor, cycle.World], Any], **of: Any) -> Callable[[], Scene]:
    def arrange() -> Scene:
        with transaction():
            world = cycle.settled(**of)
        return Scene(world.hall.place, lambda actor: act(actor, world))

    return arrange


def dispatching(actor: Actor, world: cycle.World) -> Any:
    return cases.dispatch(
        actor,
        matter_id=world.hall.matter.id,
        handler_id=world.handler.user_id or 0,
        lead_unit_id=None,
        task="划好标线",
        working_days=15,
        now=cycle.SETTLED,
    )


def approving(actor: Actor, world: cycle.World) -> Any:
    published_on = day_in_shanghai(cycle.SETTLED)
    return cases.record_approval(
        actor, world.case.id, reference="沪公交 12 号", published_on=published_on, now=cycle.SETTLED
    )


# People


def on_person(act: Callable[[Actor, int, Place], Any]) -> Callable[[], Scene]:
    def arrange() -> Scene:
        with transaction():
            place = make.place()
            user = make.person(home_place_id=place.id)
        return Scene(place, lambda actor: act(actor, user.id, place))

    return arrange


def dismissing() -> Scene:
    with transaction():
        place, user = make.place(), make.person()
        held = people.grant_role(user_id=user.id, role=Role.teller, place_id=place.id, now=NOW)
    return Scene(place, lambda actor: people.dismiss(actor, assignment_id=held.id, now=NOW))


def _motion_id(gathering: Gathering) -> int:
    motion = meeting_queries.pending(gathering.item.id)
    assert motion is not None
    return motion.id


SETTLED = cycle.SETTLED
ACTS: dict[str, Callable[[], Scene]] = {
    "accept a proposal": on_proposal(lambda actor, p: proposals.accept(actor, proposal_id=p, now=NOW)),
    "return a proposal": on_proposal(
        lambda actor, p: proposals.return_for_changes(actor, proposal_id=p, reason="请写清楚在哪里", now=NOW)
    ),
    "redirect a proposal": on_proposal(
        lambda actor, p: proposals.redirect(
            actor, proposal_id=p, channel=next(iter(RedirectChannel)), reason="请直接打电话", now=NOW
        )
    ),
    "see an author": on_proposal(
        lambda actor, p: proposals.see_author(actor, proposal_id=p, reason="核对地点，要打电话", now=NOW)
    ),
    "merge proposals": merging,
    "plan a meeting": on_meeting("plan", planning),
    "put on an agenda": on_meeting(
        "plan",
        lambda actor, g: meetings.add_item(
            actor, meeting_id=g.meeting.id, matter_id=g.matters[0].id, minutes=10, motion_text="先补亮。", now=NOW
        ),
    ),
    "call a meeting": on_meeting(
        "plan", lambda actor, g: meetings.post_notice(actor, meeting_id=g.meeting.id, now=NOW)
    ),
    "cancel a meeting": on_meeting(
        "notice", lambda actor, g: meetings.cancel_meeting(actor, meeting_id=g.meeting.id, reason="下雨", now=NOW)
    ),
    "open a meeting": on_meeting(
        "notice", lambda actor, g: meetings.open_meeting(actor, meeting_id=g.meeting.id, now=STARTS)
    ),
    "close a meeting": on_meeting(
        "open", lambda actor, g: meetings.close_meeting(actor, meeting_id=g.meeting.id, now=STARTS)
    ),
    "start an item": on_meeting("open", lambda actor, g: meetings.start_item(actor, item_id=g.item.id, now=STARTS)),
    "give the floor": on_meeting(
        "debate", lambda actor, g: meetings.next_speaker(actor, item_id=g.item.id, now=STARTS)
    ),
    "check in somebody": on_meeting(
        "notice",
        lambda actor, g: meetings.check_in_other(
            actor, meeting_id=g.meeting.id, user_id=g.members[0].user_id or 0, now=STARTS
        ),
    ),
    "prepare a vote": on_vote("prepare", preparing),
    "check in somebody without an account": on_meeting(
        "notice",
        lambda actor, g: meetings.check_in_walk_in(
            actor, meeting_id=g.meeting.id, name="王阿姨", unit="三号楼", now=STARTS
        ),
    ),
    "ask somebody to help at the door": on_meeting(
        "open",
        lambda actor, g: meetings.name_helper(
            actor, meeting_id=g.meeting.id, user_id=g.members[0].user_id or 0, now=STARTS
        ),
    ),
    "agree to a motion": on_meeting(
        "debate", lambda actor, g: meetings.agree_motion(actor, motion_id=_motion_id(g), now=STARTS)
    ),
    "take up a motion": on_meeting(
        "debate", lambda actor, g: meetings.accept_motion(actor, motion_id=_motion_id(g), now=STARTS)
    ),
    "count hands": on_meeting(
        "debate",
        lambda actor, g: meetings.open_tally(actor, item_id=g.item.id, about=TallyAbout.close_debate, now=STARTS),
    ),
    "end a debate": on_meeting("debate", lambda actor, g: meetings.close_debate(actor, item_id=g.item.id, now=STARTS)),
    "write down what is to be done": on_meeting(
        "debate",
        lambda actor, g: meetings.agree_step(
            actor, item_id=g.item.id, text="量坡道", owner_name="物业", due_on=STARTS.date(), now=STARTS
        ),
    ),
    "call a vote": on_meeting(
        "debate",
        lambda actor, g: votes.call_vote(actor, item_id=g.item.id, terms=Terms(), minutes=5, now=STARTS),
    ),
    "publish a vote": on_vote("prepare", lambda actor, h: votes.publish_vote(actor, vote_id=h.vote.id, now=NOW)),
    "cancel a vote": on_vote("publish", lambda actor, h: votes.cancel_vote(actor, vote_id=h.vote.id, now=NOW)),
    "open a vote": on_vote("publish", lambda actor, h: votes.open_vote(actor, vote_id=h.vote.id, now=voting.OPENS)),
    "close a vote": on_vote(
        "open_hall", lambda actor, h: votes.close_vote(actor, vote_id=h.vote.id, now=voting.CLOSES)
    ),
    "read back a result": announcing,
    "inspect ballots": inspecting,
    "answer an objection": answering,
    "dispatch": on_case(dispatching, has_handler=False),
    "record an approval": on_case(approving, needs_approval=True),
    "contact those concerned": on_case(
        lambda actor, w: cases.record_contact(actor, w.case.id, note="打过电话了，约好周三看现场。", now=SETTLED)
    ),
    "report progress": on_case(
        lambda actor, w: cases.add_progress(actor, w.case.id, text="标线画了一半。", now=SETTLED)
    ),
    "reply to a case": on_case(
        lambda actor, w: cases.reply(actor, w.case.id, kind=ReplyKind.A, text="标线画好了，牌子立好了。", now=SETTLED)
    ),
    "extend a case": on_case(
        lambda actor, w: cases.extend(actor, w.case.id, working_days=5, reason="连着下雨，油漆干不了。", now=SETTLED)
    ),
    "close a case": on_case(lambda actor, w: cases.close_case(actor, w.case.id, now=SETTLED)),
    "change a notice": on_case(
        lambda actor, w: feedback.change_texts(
            actor, w.notices()[0].id, reason="过半同意", summary="下月起单行", now=SETTLED
        )
    ),
    "send a notice": on_case(lambda actor, w: feedback.issue_notice(actor, w.notices()[0].id, now=SETTLED)),
    "appoint": on_person(
        lambda actor, user, place: people.appoint(actor, user_id=user, role=Role.teller, place_id=place.id, now=NOW)
    ),
    "appoint everywhere": on_person(
        lambda actor, user, place: people.appoint(
            actor, user_id=user, role=Role.administrator, place_id=place.id, now=NOW
        )
    ),
    "end a role": dismissing,
    "close an account": on_person(
        lambda actor, user, _place: people.set_active(actor, user_id=user, active=False, now=NOW)
    ),
    "mend an account": on_person(
        lambda actor, user, place: people.correct_account(
            actor,
            user_id=user,
            name="新人",
            email="new@example.org",
            phone="",
            duty="",
            home_place_id=place.id,
            now=NOW,
        )
    ),
    "open an account": on_person(
        lambda actor, _user, place: people.open_account(
            actor, name="新人", email="new@example.org", phone="", home_place_id=place.id, now=NOW
        )
    ),
    "see who a neighbour is": on_person(
        lambda actor, user, _place: people.show_neighbour(actor, user_id=user, reason="核对地点", now=NOW)
    ),
}
