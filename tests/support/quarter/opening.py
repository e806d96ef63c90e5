"""How a case of the quarter begins: brought up, given to somebody, handed back, assisted, a part split off."""

from __future__ import annotations

from datetime import datetime, timedelta

from deliberation.cases import queries as case_queries
from deliberation.cases import service as cases
from deliberation.cases.models import Case
from deliberation.cases.rules import Course, DemandSource, HandOver, Heard, PrivateNeed
from deliberation.kernel.database import db
from deliberation.matters import service as matters
from deliberation.matters.models import ParticipationReason, Step
from deliberation.people.access import Actor
from deliberation.places.models import Place
from deliberation.proposals import service as proposals
from deliberation.proposals.rules import ProposalKind
from tests.support.quarter.handling import HANDLED, plan_handling
from tests.support.quarter.stories import AT_HOME, Story
from tests.support.quarter.town import FIRMS, Act, Quarter, Resident


def opening(quarter: Quarter, story: Story) -> Act:
    def act(now: datetime) -> None:
        place = quarter.places[story.number % len(quarter.places)]
        handler = quarter.handlers[story.number % len(quarter.handlers)]
        if story.is_private:
            case = _in_confidence(quarter, story, place, handler, now=now)
        else:
            matter_id = _brought_up(quarter, story, place, now=now)
            case = _dispatched(quarter, story, matter_id, handler, now=now)
        story.case_id = case.id
        quarter.stories[case.id] = story
        _plan_hand_over(quarter, story, now=now)
        if story.splits:
            quarter.after(now, 1, lambda at: _split(quarter, story, at))
        plan_handling(quarter, story, now=now)

    return act


def _in_confidence(quarter: Quarter, story: Story, place: Place, handler: Actor, *, now: datetime) -> Case:
    """A firm telephones, and wants no one to know (E5)."""
    caller = quarter.random.choice(quarter.callers)
    heard = Heard(
        source=DemandSource.phone,
        title=f"{story.kind.title}（{story.number}）",
        text="抵押物少，想凭订单和专利贷款，不想让同行知道。",
        heard_on=now.date(),
        kind=story.kind.about,
        firm=FIRMS[story.number % len(FIRMS)],
        phone=caller.phone,
        private_need=PrivateNeed.room_to_grow,
    )
    taken = cases.take_in(
        quarter.liaison, place_id=place.id, heard=heard, course=Course(handler_id=handler.user_id), now=now
    )
    case = case_queries.case_of_matter(taken.matter_id)
    assert case is not None
    return case


def _brought_up(quarter: Quarter, story: Story, place: Place, *, now: datetime) -> int:
    """What concerns services is proposed and taken in; the rest the liaison was told on the telephone."""
    author, *others = quarter.random.sample(quarter.residents, 3)
    title = f"{story.kind.title}（{story.number}）"
    if story.kind.about is ProposalKind.services:
        matter_id = _proposed(quarter, story, author, place, now=now)
    else:
        matter = matters.open_matter(place=place, title=title, now=now)
        matters.move(matter, step=Step.proposal, state="accepted", now=now)
        matters.add_participants(matter.id, [author.id], reason=ParticipationReason.proposer, now=now)
        matter_id = matter.id
    matters.add_participants(matter_id, [each.id for each in others], reason=ParticipationReason.supporter, now=now)
    return matter_id


def _proposed(quarter: Quarter, story: Story, author: Resident, place: Place, *, now: datetime) -> int:
    title = f"{story.kind.title}（{story.number}）"
    text, kind = f"{title}，请看看怎么办好。", story.kind.about
    made = proposals.submit(author.actor, place_id=place.id, title=title, text=text, kind=kind, now=now)
    proposals.accept(quarter.liaison, proposal_id=made.id, now=now)
    return made.matter_id


def _dispatched(quarter: Quarter, story: Story, matter_id: int, handler: Actor, *, now: datetime) -> Case:
    return cases.dispatch(
        quarter.liaison,
        matter_id=matter_id,
        handler_id=handler.user_id or 0,
        lead_unit_id=None,
        task=f"{story.kind.title}：看现场，办好，答复。",
        limit="hard" if story.notices else "ordinary",
        now=now,
    )


def _split(quarter: Quarter, story: Story, now: datetime) -> None:
    whole, _handler = quarter.case(story)
    if whole.state not in HANDLED:
        return
    other = quarter.handlers[(story.number + 1) % len(quarter.handlers)]
    part = cases.split(
        quarter.liaison, whole.id, title=AT_HOME.title, task="约好日子，上门助浴。", handler_id=other.user_id or 0,
        limit="ordinary", now=now,
    )  # fmt: skip
    own = quarter.stories[part.id] = story.of_part(part.id)
    plan_handling(quarter, own, now=now)


# Who leads, and who assists


def _plan_hand_over(quarter: Quarter, story: Story, *, now: datetime) -> None:
    """Handed back once or twice the same day; loans need a second unit, and a few baths are said to be hard."""
    _case, leads = quarter.case(story)
    first = quarter.handlers.index(leads)
    others = [quarter.handlers[(first + step) % len(quarter.handlers)] for step in (1, 2)]
    soon = now + timedelta(hours=1)
    if story.returns:
        _hand_back(story, leads, now=soon)
        quarter.after(now, 1, lambda at: _ask_another(quarter, story, others, at))
    if story.kind.name == "E5" and not story.returns:
        asked = cases.ask_assistance(
            quarter.liaison, story.case_id, handler_id=others[0].user_id or 0, task="请银行来答疑。", now=soon
        )
        if story.number % 4 < 2:
            quarter.after(now, 1, lambda at: _assist(others[0], asked.id, at))
    if story.kind.name == "E7" and story.number % 4 == 0:
        cases.set_level(quarter.liaison, story.case_id, level=3, reason="要几家一起定补贴", now=soon)


def _hand_back(story: Story, handler: Actor, *, now: datetime) -> None:
    db.session.flush()
    asked = case_queries.open_lead(case_queries.assignments(story.case_id))
    assert asked is not None
    cases.hand_back(handler, asked.id, reason="不是我们管的", now=now)


def _ask_another(quarter: Quarter, story: Story, others: list[Actor], now: datetime) -> None:
    case, _handler = quarter.case(story)
    if case.hand_over is not HandOver.returned or case.state not in HANDLED:
        return
    cases.ask_another(quarter.liaison, case.id, handler_id=others[0].user_id or 0, now=now)
    if story.returns == 2:
        _hand_back(story, others[0], now=now)
        quarter.after(now, 1, lambda at: _decide(quarter, story, others[1], at))


def _decide(quarter: Quarter, story: Story, handler: Actor, now: datetime) -> None:
    """After the second return the supervisor says who leads, unless it has been answered meanwhile."""
    case, _handler = quarter.case(story)
    if case.hand_over is HandOver.disputed and case.state in HANDLED:
        cases.decide_lead(quarter.supervisor, case.id, handler_id=handler.user_id or 0, reason="按职责归这里", now=now)


def _assist(helper: Actor, assignment_id: int, now: datetime) -> None:
    cases.finish_assistance(helper, assignment_id, text="银行来过了，答了疑。", now=now)
