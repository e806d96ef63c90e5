"""Who may do what (domain.md C5): the one table, and the only way to ask it.

Roles are granted for a place and hold in every place below it. Every HTTP route and every socket message names an
action of this table; what names none is refused. The table is pure: it needs no database and no Flask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from deliberation.kernel.errors import NotAllowed, SignInNeeded


class Role(StrEnum):
    """``visitor`` is anybody, ``participant`` is anybody signed in; the others are granted for a place."""

    visitor = "visitor"
    participant = "participant"
    liaison = "liaison"
    deputy = "deputy"
    park_manager = "park_manager"
    handler = "handler"
    residents_committee = "residents_committee"
    association = "association"
    teller = "teller"
    supervisor = "supervisor"
    administrator = "administrator"


ANYBODY = frozenset(Role)
SIGNED_IN = ANYBODY - {Role.visitor}
GRANTED = SIGNED_IN - {Role.participant}
L, M, G, Y = Role.liaison, Role.park_manager, Role.handler, Role.association
C, T, S, D = Role.residents_committee, Role.teller, Role.administrator, Role.deputy
H = Role.supervisor


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


# A row: the action, and the roles that may do it. Whether the person holds a seat, stands on a roll, wrote the
# proposal or declared an interest is for the room's own rules, which come after this gate.
ACTIONS: dict[str, frozenset[Role]] = {
    # Everybody
    "pages.read": ANYBODY,
    "display.set": ANYBODY,
    "account.register": ANYBODY,
    "look_back.answer_by_link": ANYBODY,
    "notice.stop_by_link": ANYBODY,
    "demo.use": ANYBODY,
    # Anyone signed in (P, O, E, D of C5)
    "account.manage": SIGNED_IN,
    "invitation.accept": SIGNED_IN,
    "draft.keep": SIGNED_IN,
    "inbox.read": SIGNED_IN,
    "notice.wish": SIGNED_IN,
    "place.follow": SIGNED_IN,
    "matter.follow": SIGNED_IN,
    "proposal.submit": SIGNED_IN,
    "proposal.support": SIGNED_IN,
    "proposal.withdraw": SIGNED_IN,
    "meeting.join": SIGNED_IN,
    "meeting.speak": SIGNED_IN,
    "question.ask": SIGNED_IN,
    "question.like": SIGNED_IN,
    "pulse.answer": SIGNED_IN,
    "reaction.send": SIGNED_IN,
    "calendar.subscribe": SIGNED_IN,
    "seat.lend": SIGNED_IN,
    # Whom the chair asked to help at one meeting, besides the offices that may chair: service.door looks.
    "meeting.help_at_door": SIGNED_IN,
    "interest.declare": SIGNED_IN,
    "ballot.cast": SIGNED_IN,
    "ballot.inspect": SIGNED_IN,  # Tellers, and owners on the roll: votes.queries.inspecting looks.
    "proxy.give": SIGNED_IN,
    "roll.read_own": SIGNED_IN,
    "vote.object": SIGNED_IN,
    "look_back.answer": SIGNED_IN,
    "look_back.visit": SIGNED_IN,  # Whom the liaison sent: feedback.rules.visits looks.
    # The liaison's desk
    "desk.open": _only(L, M, G, Y, C, T, H, D),
    "proposal.screen": _only(L),
    "proposal.confirm_merge": _only(L),
    "person.see_identity": _only(L),
    # Meetings
    # Whose meetings an office may call is written in each body's charter: committees.rules.Charter.convener.
    "meeting.plan": _only(L, Y, M, C, H),
    "meeting.chair": _only(L, Y, M, C, H),
    "question.answer": _only(L, Y, M, C, H),  # The chair of the item: service.chair looks.
    "pulse.ask": _only(L, Y, M, C, H),
    # Minutes: the meeting's own recorder writes and its own chair confirms; minutes.rules look who that is.
    "minutes.write": _only(L, Y, M, C, H),
    "minutes.name_recorder": _only(L, Y, M, C, H),
    "minutes.confirm": _only(L, Y, M, C, H),
    "minutes.publish": _only(L, Y, M, C, H),
    "minutes.correct": _only(L, Y, M, C, H),
    # Votes
    # A park manager conducts only the votes of a meeting that is his to chair: votes.queries.conduct looks.
    "vote.prepare": _only(L, Y),
    "vote.call": _only(L, Y, M),  # The chair, in the room: votes.service.calling looks.
    "vote.open": _only(L, Y, M),
    "vote.extend": _only(L, Y, M),
    "vote.close": _only(L, Y, M, T),
    "vote.announce": _only(L, Y, M, T),
    "vote.legal_check": _only(C),
    "vote.answer_objection": _only(L, Y, C),
    "vote.halt": _only(L, C),  # Suspend, annul or resume, on the document of a court or the subdistrict.
    "register.keep": _only(S, L, Y),
    "paper.print": _only(L, Y, T),
    "paper.enter": _only(T),
    "proxy.record": _only(L, Y),
    "proxy.inspect": _only(L, Y, T),  # What is written on paper, and its photo; each look at one is in the log.
    "proxy.check": _only(T),
    "ballot.assist": _only(L, Y),  # Not by tellers: they would decide about their own helping hand.
    # Cases
    # What offices read of a case besides what everybody does. Not deputies: they pass on, press, and read the matter.
    "case.read": _only(L, M, G, Y, C, T, H),
    "demand.take_in": _only(L, M, G, C, D),
    "demand.solve": _only(L, M, G, C),  # On the spot. A deputy passes on and presses, and never answers (C5).
    "demand.import": _only(L, M),
    "points.record": _only(L, M),
    "points.appeal": SIGNED_IN,  # Somebody of the firm: cases.service.points looks.
    "points.decide": _only(H),
    "case.dispatch": _only(L, M),
    "case.record_approval": _only(L, M),
    "case.handle": _only(G, M),
    "case.return": _only(G, M),
    "case.decide_lead": _only(H),
    "case.set_level": _only(L, M),
    "case.split": _only(L, M),
    "case.pause": _only(H),
    "suggestion.register": _only(L),
    "chief.administer": _only(S, L),
    "case.reply": _only(G, M),
    "case.ask_extension": _only(G, M),
    "case.extend": _only(H),
    "case.press": _only(H, D),
    "case.close": _only(L),
    # Feedback
    "feedback.send": _only(L),
    "look_back.plan": _only(L, S),
    "review.write": _only(L),
    "look_back.send_visitor": _only(L),
    "figures.read_whole": _only(L, M, H),  # Everybody reads them with small cells kept back.
    # Telling by voice or on paper what no channel could bring; and the notice board
    "notice.tell_on_paper": _only(L, M, C, S),
    # Administration: never ballots, the audit log or a published text
    "people.administer": _only(S),
    "places.administer": _only(S),
    "setup.run": _only(S),
    "invitation.manage": _only(S, L),
    "retention.read": _only(S),
    "committees.administer": _only(S, L, Y),
    "calendar.administer": _only(S),
    "limit.administer": _only(S),
}


@dataclass(frozen=True)
class Grant:
    """``role`` holds in ``place_id`` and below; ``place_id`` ``None`` is everywhere."""

    role: Role
    place_id: int | None


@dataclass(frozen=True)
class Actor:
    """The person who acts, loaded afresh by each door. ``user_id`` ``None`` is a visitor."""

    user_id: int | None = None
    name: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def roles_in(self, scope: Iterable[int]) -> frozenset[Role]:
        """The roles held in a place, given its ``scope``: the ids of the place and of every place above it."""
        above = set(scope)
        held = {g.role for g in self.grants if g.place_id is None or g.place_id in above}
        return frozenset(held | self._everybody())

    def roles_anywhere(self) -> frozenset[Role]:
        return frozenset({g.role for g in self.grants} | self._everybody())

    def _everybody(self) -> set[Role]:
        return {Role.visitor, Role.participant} if self.is_signed_in else {Role.visitor}

    def may(self, action: str, scope: Iterable[int] | None = None) -> bool:
        """Whether the table allows ``action`` in the place of ``scope``; without one, in any place at all."""
        roles = self.roles_anywhere() if scope is None else self.roles_in(scope)
        return bool(ACTIONS[action] & roles)


VISITOR = Actor()


def require(actor: Actor, action: str, scope: Iterable[int] | None = None) -> None:
    """Raise ``SignInNeeded`` or ``NotAllowed`` unless ``actor`` may do ``action`` in the place of ``scope``."""
    if actor.may(action, scope):
        return
    raise NotAllowed() if actor.is_signed_in else SignInNeeded()
