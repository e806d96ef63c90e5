"""Every page there is: whoever opens it, and where it lies in the told demo (tests/support/told.py).

A page is a GET rule that answers with HTML. Rules whose arguments all stand in ``ARGUMENTS`` are found by themselves:
the first of ``PEOPLE`` who may do the page's action opens it. What that does not fit stands in ``VISITS``, and what is
no page, in ``NOT_PAGES``. tests/guards/test_pages.py fails when a rule has no place here and says what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Select, select
from werkzeug.routing import Rule

from deliberation.audit.models import AuditLeaf
from deliberation.cases.models import Case
from deliberation.cases.rules import LIMITS
from deliberation.committees.models import Committee, Seat
from deliberation.demo.stories import charging, noon
from deliberation.feedback import tokens as look_back_tokens
from deliberation.feedback.models import (
    LookBack,
    LookBackAddressee,
    LookBackAnswer,
    LookBackVisit,
    OutcomeNotice,
    ReviewPack,
)
from deliberation.kernel.database import db
from deliberation.matters.models import Matter
from deliberation.meetings.models import AgendaItem, AgreedStep, Meeting, MeetingSeries
from deliberation.notifications import tokens
from deliberation.people.access import ACTIONS, Role
from deliberation.people.models import User
from deliberation.people.queries import current_roles
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalState
from deliberation.setup import links
from deliberation.setup.models import Invitation, Setup
from deliberation.votes.models import Ballot, PaperBallot, ProxyAuthority, Vote
from tests.support.told import LANE_VOTE, OWNERS_VOTE, RETURNED

VISITOR = ""
# Who opens a page that nobody is named for: the first who may. All are of the demo, by what stands before their @.
PEOPLE = ("zhou", "shen", "qian", "tang", "jiang", "yuan", "wu", "wei", "shi")
FILES = (".json", ".pdf", ".docx", ".xlsx", ".csv", ".ics", ".atom", ".zip", ".webmanifest", ".js", ".txt")
NOT_PAGES = {
    "static": "files",
    "portal.healthz": "for programs",
    "audit.key": "a file",
    "portal.worker": "a script",
    "audit.find": "sends on to a leaf",
    "feedback.answer_photo": "a picture",
    "meetings.check_in_code": "for programs",
    "meetings.door": "for programs",
    "meetings.paper": "a file",
    "meetings.room_state": "for programs",
    "cases.alike": "for programs",
    "cases.demand_template": "a file",
    "cases.notice_photo": "a picture",
    "cases.point_photo": "a picture",
    "notifications.open_message": "sends on",
    "people.drafts": "for programs",
    "photos.emblem": "a picture",
    "photos.show": "a picture",
    "proposals.index": "sends on to the form, or to the matters",
    "proposals.similar": "for programs",
    "registry.template": "a file",
    "setup.show": "sends on to the step in hand",
    "setup.units_template": "a file",
    "votes.authority_photo": "a picture",
    "votes.download_record": "a file",
    "votes.find_receipt": "sends on to a receipt",
    "votes.calling": "for programs",
    "votes.own_roll_lines": "for programs",
    "votes.state": "for programs",
}
SIGN_IN = ("security.login", "security.us_verify_link")

Find = Callable[[], Any]


def one(statement: Select[Any]) -> Find:
    """What the statement finds first, when it is asked for."""
    return lambda: db.session.scalars(statement.limit(1)).one()


def vote(title: str) -> Find:
    return one(select(Vote.id).where(Vote.title == title))


OWNERS, LANE = vote(OWNERS_VOTE), vote(LANE_VOTE)
NEWER = one(select(Vote.id).where(Vote.replaces_id.is_not(None)))
WRITTEN = one(select(ProxyAuthority.id).where(ProxyAuthority.photo_id.is_not(None)))
DECIDED = vote("三号楼后夜间照明：丙方案")
AT_NOON = one(select(Meeting.id).where(Meeting.title.endswith("第 10 次")))
PAST = one(select(Meeting.id).where(Meeting.title.endswith("第 9 次")))
AHEAD = one(select(Meeting.id).where(Meeting.state == "noticed").order_by(Meeting.id))
ITEM_AHEAD = one(
    select(AgendaItem.id)
    .join(Meeting, Meeting.id == AgendaItem.meeting_id)
    .where(Meeting.state == "noticed", AgendaItem.matter_id.is_not(None))
    .order_by(AgendaItem.id)
)
LIT = one(select(Matter.number).order_by(Matter.id))
WAITING = one(select(Proposal.id).where(Proposal.state == ProposalState.submitted).order_by(Proposal.id))
DELIVERY = one(select(Matter.number).where(Matter.title == "收货车辆排个固定时段"))
RAMP = one(select(Matter.number).where(Matter.title == "轮椅坡道扶手松动"))
CHARGING = one(select(Matter.number).where(Matter.title == charging.TITLE))

ARGUMENTS: dict[str, Find] = {
    "code": lambda: "WTL",
    "number": LIT,
    "vote_id": LANE,
    "meeting_id": AHEAD,
    "item_id": ITEM_AHEAD,
    "committee_id": one(select(Committee.id).order_by(Committee.id)),
    "contractor_id": one(select(db.metadata.tables["point_entry"].c.contractor_id)),
    "seat_id": one(select(Seat.id).join(User, User.id == Seat.user_id).where(User.email.startswith("zhou@"))),
    "user_id": one(select(User.id).where(User.email.startswith("zhou@"))),
    "case_id": one(select(Case.id).order_by(Case.id)),
    "notice_id": one(select(OutcomeNotice.id).order_by(OutcomeNotice.id)),
    "look_back_id": one(select(LookBack.id).where(LookBack.asked_at.is_not(None)).order_by(LookBack.id)),
    "pack_id": one(select(ReviewPack.id)),
    "proposal_id": WAITING,
    "digest": lambda: db.session.scalars(select(AuditLeaf.leaf_hash).order_by(AuditLeaf.id).limit(1)).one().hex(),
    "kind": lambda: "building_committee",
    "version": lambda: 1,
    "series_id": one(select(MeetingSeries.id)),
    "visit_id": one(select(LookBackVisit.id)),
    "setup_id": one(select(Setup.id)),
    "step": lambda: "place",
    "invitation_id": one(select(Invitation.id)),
    "step_id": one(select(AgreedStep.id)),
}


def _sent_link() -> str:
    """The link of somebody who has been asked and has not answered yet, signed with the key of this server."""
    answered = select(LookBackAnswer.user_id).where(LookBackAnswer.look_back_id == LookBack.id)
    rows = select(LookBack, LookBackAddressee.user_id).join(LookBackAddressee)
    open_ones = rows.where(LookBack.asked_at.is_not(None), LookBack.ended_at.is_(None), LookBack.cancelled_at.is_(None))
    open_ones = open_ones.where(LookBackAddressee.user_id.not_in(answered)).order_by(LookBack.id)
    look_back, user_id = db.session.execute(open_ones.limit(1)).one()
    return look_back_tokens.sign(look_back.id, user_id, look_back.answer_by)


def _stop_link() -> str:
    matter_id = db.session.scalars(select(Matter.id).order_by(Matter.id).limit(1)).one()
    return tokens.stop_path(person("xu").id, matter_id).rsplit("/", 1)[1]


def _first_ballot() -> str:
    rows = select(AuditLeaf.leaf_hash).where(AuditLeaf.tag == "ballot.cast").order_by(AuditLeaf.id)
    return db.session.scalars(rows.limit(1)).one().hex()


@dataclass(frozen=True)
class Visit:
    """One look at a page: ``who`` opens it (a key of the demo, or VISITOR), with which arguments and query."""

    who: str | None = None
    called: str = ""
    query: dict[str, str | Find] = field(default_factory=dict)
    arguments: dict[str, Find] = field(default_factory=dict)


def at(
    who: str | None = None, called: str = "", query: dict[str, str | Find] | None = None, /, **arguments: Find
) -> Visit:
    return Visit(who, called, query or {}, arguments)


VISITS: dict[str, tuple[Visit, ...]] = {
    "portal.home": (at(VISITOR, "visitor"), at("zhou"), at("xu", "noon"), at("shen", "liaison"), at("fang", "owner")),
    "portal.place": (at(VISITOR),),
    "portal.matter": (
        at("xu", number=LIT),
        at("zhou", "voting", number=DELIVERY),
        at(VISITOR, "meeting", number=one(select(Matter.number).where(Matter.title == noon.TITLE))),
        at("shen", "screening", number=RAMP),
    ),
    "portal.desk": (at("shen"), at("qian", "handler"), at("wei", "teller")),
    "portal.styleguide": (at(VISITOR),),
    "cases.index": (at("qian"),),
    "cases.show": (at("qian"),),
    "cases.dispatch_form": (at("shen", "", {"matter": DELIVERY}),),
    "committees.admin_index": (at("jiang"),),
    "committees.admin_show": (at("jiang"),),
    "cases.limit": (at("jiang", name=lambda: min(LIMITS)),),
    "feedback.look_back": (at("xu"),),
    "feedback.look_back_by_link": (
        at(VISITOR, token=_sent_link),
        at(VISITOR, "chosen", {"answer": "came_back"}, token=_sent_link),
    ),
    "feedback.notice": (at("xu"),),
    "feedback.figures": (at(VISITOR), at("shen", "whole", {"by": "unit", "since": "2026-03"}), at("shen", "months")),
    "feedback.visit": (at("shen"),),
    "feedback.review": (at("shen"),),
    "feedback.reviews": (at("shen"),),
    "meetings.chair": (at("shen", meeting_id=AT_NOON),),
    "meetings.room": (at("xu", meeting_id=AT_NOON), at("zhou", "before")),
    "meetings.screen": (at("shen", meeting_id=AT_NOON),),
    "meetings.show": (at("zhou"), at("shen", "liaison"), at("xu", "past", meeting_id=PAST)),
    "meetings.check_in": (at("xu", meeting_id=AT_NOON),),
    "minutes.show": (at("xu", meeting_id=PAST),),
    "minutes.edit": (at("shen", meeting_id=PAST),),
    "minutes.version": (at("xu", meeting_id=PAST, number=lambda: 1),),
    "notifications.inbox": (at("xu"),),
    "people.me": (at("zhou"), at("shen", "liaison")),
    "proposals.new": (at("zhou"),),
    "proposals.revise": (at("zhou", proposal_id=one(select(Proposal.id).where(Proposal.title == RETURNED))),),
    "registry.show": (at("yuan", code=lambda: "GUI"),),
    "notifications.stop_by_link": (at(VISITOR, token=_stop_link),),
    "setup.invited": (at(VISITOR, token=lambda: links.sign(one(select(Invitation.id))())),),
    "votes.show": (
        at("zhou"),
        at("fang", "owner", vote_id=OWNERS),
        at("xu", "result", vote_id=DECIDED),
        at("yuan", "conduct", vote_id=OWNERS),
        at(VISITOR, "poll", vote_id=vote(charging.POLL_TITLE)),
    ),
    "votes.new": (at("shen", "", {"matter": RAMP}),),
    "votes.change": (at("shen", vote_id=NEWER),),
    "votes.changes": (at("shen", vote_id=NEWER),),
    "votes.assisted": (
        at("shen", ballot_id=one(select(Ballot.id).where(Ballot.client_ballot_id == "helped-at-home"))),
    ),
    "votes.authorities": (at("wei", vote_id=OWNERS),),
    "votes.authority": (
        at(
            "wei",
            vote_id=OWNERS,
            authority_id=WRITTEN,
        ),
    ),
    "votes.ask_ballots": (at("wei", vote_id=vote(charging.POLL_TITLE)),),
    "votes.eligibility": (at("fang", vote_id=OWNERS),),
    "votes.notice": (at("fang", vote_id=OWNERS),),
    "votes.receipt": (at("zhou", vote_id=DECIDED, given=_first_ballot),),
    "votes.roll": (at("zhou"), at("yuan", "owners", vote_id=OWNERS)),
    "votes.sheets": (at("yuan", vote_id=OWNERS),),
    "votes.sheet": (at("wei", token=one(select(PaperBallot.token).where(PaperBallot.settled_at.is_(None)))),),
    "votes.tellers": (at("wei", vote_id=OWNERS),),
    "votes.verify": (at(VISITOR, vote_id=DECIDED),),
    "cases.contractor": (at(VISITOR),),
    "cases.contractors": (at(VISITOR),),
    "cases.private_totals": (at(VISITOR),),
    "cases.deduct": (at("shen"),),
    "security.login": (at(VISITOR),),
}


@dataclass(frozen=True)
class Page:
    """``name`` is its endpoint, and after a dash what is shown of it; ``who`` opens it; ``path`` in the told demo."""

    name: str
    who: str
    path: str


def rules(app: Flask) -> list[Rule]:
    """The GET rules that a person might open, in the order of their addresses."""
    found = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    ours = [rule for rule in found if not rule.endpoint.startswith("security.") or rule.endpoint in VISITS]
    seen: dict[str, Rule] = {}
    for rule in sorted(ours, key=lambda each: each.rule):
        if rule.endpoint not in NOT_PAGES and not rule.rule.endswith(FILES):
            seen.setdefault(rule.endpoint, rule)
    return list(seen.values())


def missing(app: Flask) -> list[str]:
    """What must be written here before the list is whole again; one sentence for each rule."""
    told = []
    for rule in rules(app):
        visits = VISITS.get(rule.endpoint, (Visit(),))
        for visit in visits:
            unknown = sorted(rule.arguments - visit.arguments.keys() - ARGUMENTS.keys())
            if unknown:
                told.append(
                    f"{rule.rule} ({rule.endpoint}) needs {', '.join(unknown)}: if it is a page, write in"
                    f' tests/support/pages.py VISITS["{rule.endpoint}"] = (at("who", {unknown[0]}=one(select(…))),),'
                    f" or the argument into ARGUMENTS; if it is none, its endpoint into NOT_PAGES."
                )
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    told += [f"{name} is no endpoint any more: take it out" for name in {*VISITS, *NOT_PAGES} - endpoints]
    return told


def pages(app: Flask) -> Iterator[Page]:
    """Every page, once for each visit; to be asked for in a context of the told demo's application."""
    may = {key: _roles(key) for key in PEOPLE}
    for rule in rules(app):
        action = getattr(app.view_functions[rule.endpoint], "action", None)
        for visit in VISITS.get(rule.endpoint, (Visit(),)):
            who = visit.who
            if who is None:
                who = next(key for key in PEOPLE if action is None or ACTIONS[action] & may[key])
            wanted = {name: visit.arguments.get(name) or ARGUMENTS[name] for name in rule.arguments}
            values = {name: find() for name, find in wanted.items()}
            with app.test_request_context():
                asked: dict[str, Any] = {key: each() if callable(each) else each for key, each in visit.query.items()}
                path = url_for(rule.endpoint, **values, **asked)
            yield Page(rule.endpoint + (f"-{visit.called}" if visit.called else ""), who, path)


def person(key: str) -> User:
    return db.session.scalars(select(User).where(User.email.startswith(f"{key}@"))).one()


def _roles(key: str) -> set[Role]:
    return {Role.visitor, Role.participant, *(held.role for held in current_roles([person(key).id]))}
