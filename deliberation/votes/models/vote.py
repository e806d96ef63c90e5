"""A vote: its text and rule, its notice, its hours, and what came of it."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.committees.models import Committee
from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.votes.counting import EACH_CHAMBER, ChamberRule, Method, OwnersClass, RuleKind
from deliberation.votes.rules import (
    DecisionRule,
    Outcome,
    ParkingRule,
    RollSource,
    VoteState,
    area_needed,
    ballots_needed,
    binds_by_web,
)

UNDER_WAY = frozenset(
    {
        VoteState.draft, VoteState.legal_check, VoteState.published, VoteState.voting, VoteState.closed,
        VoteState.counted,
    }
)  # fmt: skip


class Vote(Model):
    """A resolution put to the vote. After ``published_at`` text, rule and roll are immutable.

    The rule is copied from the committee's charter when the vote is prepared (quorum and threshold as whole numbers);
    ``item_class`` is the number of Civil Code art. 278 that fixes the class of an owners' vote (R-20). ``options`` is
    [{"code", "label"}] where the method has any, with the reason as "barred" where one cannot win. ``roll_scope`` names
    the zones that vote, all when empty (R-21), and ``chambers_by`` what a chamber is: "zone" or "kind" of seat.
    ``seats_total`` is the number of voters, the heads of an owners' roll, and ``area_total`` their area in 0.01 ㎡.
    ``notice`` holds the fields of the convening notice that are nowhere else (domain.md C7). ``extension_days`` is by
    how many days it may be extended once (C3); ``first_closes_at`` then keeps the hour that was announced first.
    A changed text is a new ``version`` that replaces a withdrawn one; a run-off names the vote it follows (R-19).
    ``needs_external_approval`` names nobody's power: where the police or another office must approve and publish, the
    resolution waits. ``handler_*`` say who takes the case when it passes, and within how many working days.
    """

    __tablename__ = "vote"
    __table_args__ = (Index("ix_vote_state_closes", "state", "closes_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"), index=True)  # Known once it is opened.
    title: Mapped[str]
    text: Mapped[str]
    text_hash: Mapped[str] = mapped_column(default="")
    rule_kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    quorum_numerator: Mapped[int | None]
    quorum_denominator: Mapped[int | None]
    threshold_numerator: Mapped[int | None]
    threshold_denominator: Mapped[int | None]
    threshold_basis: Mapped[str] = mapped_column(default="cast")
    threshold_strict: Mapped[bool] = mapped_column(default=False)
    charter_clause: Mapped[str] = mapped_column(default="")
    charter_version: Mapped[int] = mapped_column(default=1)
    quorum_count: Mapped[int | None]
    owners_class: Mapped[OwnersClass | None] = mapped_column(enum_column(OwnersClass))
    item_class: Mapped[int | None]
    chamber_rule: Mapped[Any | None] = mapped_column(JSON)  # "each", or {chamber: weight}.
    chambers_by: Mapped[str] = mapped_column(default="")
    method: Mapped[Method] = mapped_column(enum_column(Method), default=Method.yes_no)
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    seats_to_fill: Mapped[int] = mapped_column(default=1)
    choice_limit: Mapped[int | None]
    is_secret: Mapped[bool] = mapped_column(default=False)
    allows_paper: Mapped[bool] = mapped_column(default=False)
    proxy_cap: Mapped[int] = mapped_column(default=0)  # How many authorities one agent may hold; 0 is no proxies.
    roll_source: Mapped[RollSource] = mapped_column(enum_column(RollSource), default=RollSource.seats)
    roll_scope: Mapped[list[str]] = mapped_column(JSON, default=list)
    parking_rule: Mapped[ParkingRule] = mapped_column(enum_column(ParkingRule), default=ParkingRule.exclude)
    is_about_parking: Mapped[bool] = mapped_column(default=False)
    deemed_clause: Mapped[str] = mapped_column(default="")  # off when empty, else where the rules say so.
    electronic_clause: Mapped[str] = mapped_column(default="")  # Where the rules of order allow ballots by web.
    extension_days: Mapped[int] = mapped_column(default=0, server_default="0")
    notice: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    needs_legal_check: Mapped[bool] = mapped_column(default=False)
    legal_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    legal_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_note: Mapped[str] = mapped_column(Text, default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    run_off_of_id: Mapped[int | None] = mapped_column(ForeignKey("vote.id"), index=True)
    seats_total: Mapped[int] = mapped_column(default=0)
    area_total: Mapped[int] = mapped_column(BigInteger, default=0)
    weight_total: Mapped[int] = mapped_column(BigInteger, default=0)
    roll_hash: Mapped[str] = mapped_column(default="")
    roll_secret: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # Salts the lines; each voter is given theirs.
    state: Mapped[VoteState] = mapped_column(enum_column(VoteState), default=VoteState.draft)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, active_history=True)
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    present_at_open: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # meetings.rules.Standing, where in session.
    present_at_close: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, active_history=True)  # Before the extension.
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objection_days: Mapped[int] = mapped_column(default=0)
    objections_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    halted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # Suspended or annulled.
    halted_reason: Mapped[str] = mapped_column(Text, default="")
    halted_reference: Mapped[str] = mapped_column(default="")  # The court's or the subdistrict's document.
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    needs_external_approval: Mapped[bool] = mapped_column(default=False)
    approval_body: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    handler_unit_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    handler_working_days: Mapped[int] = mapped_column(default=15)

    @property
    def rule(self) -> DecisionRule:
        return decision_rule(self)

    @property
    def ballots_needed(self) -> int:
        """How many ballots make the quorum of the frozen roll; 0 where the rule asks for none."""
        return ballots_needed(self.rule, self.seats_total)

    @property
    def area_needed(self) -> int:
        """How much area makes the quorum, in 0.01 ㎡; 0 where the rule does not ask for area."""
        return area_needed(self.rule, self.area_total)

    @property
    def option_codes(self) -> list[str]:
        return [option["code"] for option in self.options]

    @property
    def barred(self) -> dict[str, str]:
        """The codes of the options that cannot win, each with its reason."""
        return {option["code"]: option["barred"] for option in self.options if "barred" in option}

    @property
    def takes_web(self) -> bool:
        """Whether a ballot sent from a device binds (domain.md B5)."""
        return binds_by_web(self.rule_kind, self.electronic_clause)

    @property
    def is_binding(self) -> bool:
        return self.rule_kind is not RuleKind.advisory

    def words_of(self, choice: str) -> str:
        """What a stored choice says in the options' own words; for, against and abstain say it themselves."""
        labels = {option["code"]: option["label"] for option in self.options}
        if not choice.startswith(("[", "{")):
            return labels.get(choice, choice)
        said = json.loads(choice)
        if isinstance(said, dict):
            return "、".join(f"{labels[code]} {points}" for code, points in said.items())
        return "、".join(
            "=".join(labels[code] for code in ([place] if isinstance(place, str) else place)) for place in said
        )

    @property
    def closes_in_room(self) -> bool:
        """Whether the chair of a meeting may close it before ``closes_at`` (``rules.refusal_to_shorten``).

        Nobody is promised that hour then: pages say by whom it is closed, and at the latest when. Once it has been
        extended it goes on without the meeting, to its hour.
        """
        return self.meeting_id is not None and self.first_closes_at is None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_passed(self) -> bool:
        return self.announced_at is not None and self.outcome is Outcome.passed


def decision_rule(charter: Vote | Committee) -> DecisionRule:
    """The rule a charter's columns spell out, in the committee or copied into a vote."""
    own = _own_rule(charter) if isinstance(charter, Vote) else {}
    kind = RuleKind(charter.rule_kind)
    if kind is RuleKind.owners:
        own = {"owners_class": OwnersClass.ordinary, **own}
    return DecisionRule(
        kind=kind,
        quorum=_share(charter.quorum_numerator, charter.quorum_denominator),
        threshold=_share(charter.threshold_numerator, charter.threshold_denominator),
        basis=charter.threshold_basis,
        strict=charter.threshold_strict,
        clause=charter.charter_clause,
        **own,
    )


def _own_rule(vote: Vote) -> dict[str, Any]:
    """What only a vote can say: its class, a quorum in heads, its chambers."""
    chambers = ChamberRule(vote.chamber_rule) if isinstance(vote.chamber_rule, dict) else None
    if vote.chamber_rule == "each":
        chambers = EACH_CHAMBER
    own: dict[str, Any] = {"quorum_count": vote.quorum_count, "chambers": chambers}
    return own | ({"owners_class": vote.owners_class} if vote.owners_class is not None else {})


def _share(numerator: int | None, denominator: int | None) -> Fraction | None:
    return Fraction(numerator, denominator) if numerator is not None and denominator else None


# What nobody may change once the vote is published; models.frozen refuses.
FROZEN = (
    "matter_id", "committee_id", "place_id", "item_id", "meeting_id", "title", "text", "text_hash", "rule_kind",
    "quorum_numerator", "quorum_denominator", "threshold_numerator", "threshold_denominator", "threshold_basis",
    "threshold_strict", "charter_clause", "charter_version", "seats_total", "roll_hash", "roll_secret", "opens_at",
    "closes_at", "published_at", "needs_external_approval", "approval_body", "quorum_count", "owners_class",
    "item_class", "chamber_rule", "chambers_by", "method", "options", "seats_to_fill", "choice_limit", "is_secret",
    "allows_paper", "proxy_cap", "roll_source", "roll_scope", "parking_rule", "is_about_parking", "deemed_clause",
    "electronic_clause", "notice", "needs_legal_check", "legal_checked_by_id", "legal_checked_at", "legal_note",
    "replaces_id", "area_total", "weight_total", "objection_days", "extension_days", "first_closes_at", "version",
    "run_off_of_id",
)  # fmt: skip
