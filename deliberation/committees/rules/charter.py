"""What a charter may ask for (domain.md R-23, R-41, C4): pure, whole numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from deliberation.committees.rules.kinds import CommitteeKind
from deliberation.committees.rules.refusals import Unfit
from deliberation.kernel.errors import N_
from deliberation.people.access import Role

LEAST_NOTICE = 3  # Working days: people must be able to make room for a meeting.
LEAST_NOTICE_IN_DAYS = 7  # So that even a week of holidays leaves time.
LEAST_OWNERS_NOTICE = 15  # Days, 物业管理条例 art. 14.
LEAST_OWNERS_OBJECTION = 7  # Days, domain.md C3, our choice.
MOST_OBJECTION = 60
MOST_EXTENSION = 30
RULE_KINDS = ("charter", "all_members_majority", "present_majority", "owners", "consensus", "advisory")
BASES = ("cast", "for_against", "members")
CONVENERS = (Role.liaison, Role.park_manager, Role.association, Role.residents_committee, Role.supervisor)
Share = tuple[int, int]  # Numerator and denominator: two thirds is (2, 3).


class ShareOutOfRange(Unfit):
    code = "share_out_of_range"
    sentence = N_("「%(share)s」不能用：份额要大于零，最多是全部，比如 2/3。请改一下。")


class ThresholdMissing(Unfit):
    code = "threshold_missing"
    sentence = N_("按章程的份额表决，要写明多少同意才算通过，比如 2/3。")


class TieWouldPass(Unfit):
    code = "tie_would_pass"
    sentence = N_("刚好一半就算通过的话，赞成和反对一样多也会通过。请勾上「要超过」，或者写大一点的份额。")


class ThresholdTooLow(Unfit):
    code = "threshold_too_low"
    sentence = N_("同意只要 %(share)s 就通过，反对的人更多也会通过。请写一半以上的份额。")


class MoreThanAll(Unfit):
    code = "more_than_all"
    sentence = N_("份额已经是全部，没有人能超过全部。请去掉「要超过」。")


class NoticeTooShort(Unfit):
    code = "notice_too_short"
    sentence = N_("开会至少提前 3 个工作日通知，大家才安排得开。请写 3 或更大的数。")


class NoticeTooShortInDays(NoticeTooShort):
    sentence = N_("按日历天算，开会至少提前 %(least)s 天通知，碰上长假也来得及。请写 %(least)s 或更大的数。")


class OwnersNoticeTooShort(NoticeTooShort):
    sentence = N_("业主大会要提前 15 天通知全体业主（物业管理条例第 14 条）。请按日历天写 15 或更大的数。")


class ObjectionTooShort(Unfit):
    code = "objection_too_short"
    sentence = N_("业主大会的结果要公示至少 %(least)s 天，大家才来得及提异议。请写 %(least)s 或更大的数。")


class DaysOutOfRange(Unfit):
    code = "days_out_of_range"
    sentence = N_("天数要在 0 到 %(most)s 之间。请改一下。")


class OwnersRuleElsewhere(Unfit):
    code = "owners_rule_elsewhere"
    sentence = N_("按户数和面积表决，只有业主大会能用。请选别的算法，或者另设一个业主大会。")


class AssemblyRuleFixed(Unfit):
    code = "assembly_rule_fixed"
    sentence = N_("业主大会怎样算通过，由民法典第 278 条定，章程改不了。请选「业主共同决定」。")


@dataclass(frozen=True)
class Notice:
    """How long before a meeting its notice goes out: so many working days, and so many days of the calendar."""

    working_days: int
    calendar_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Charter:
    """The rules of order and of decision that a body adopts; the columns of ``committees.models.Committee``.

    ``convener`` is the office that calls its meetings. ``turn_seconds`` and ``turns_per_motion`` are R-41.
    ``electronic_clause`` says where the rules of order allow ballots by web (B5); ``objection_days`` lie between a
    result and its effect, ``extension_days`` is by how long a vote short of its quorum may go on, once (C3).
    ``minutes_working_days`` is how soon after a meeting its minutes are published (domain.md C4).
    """

    rule_kind: str
    quorum: Share | None = None
    threshold: Share | None = None
    threshold_basis: str = "cast"
    threshold_strict: bool = False
    charter_clause: str = ""
    electronic_clause: str = ""
    objection_days: int = 0
    extension_days: int = 0
    convener: str = Role.liaison
    notice_working_days: int = LEAST_NOTICE
    notice_calendar_days: int = 0
    turn_seconds: int = 120
    turns_per_motion: int = 2
    needs_second: bool = False
    allows_amendments: bool = True
    allows_remote: bool = False
    minutes_working_days: int = 5

    @property
    def notice(self) -> Notice:
        return Notice(self.notice_working_days, self.notice_calendar_days)

    def columns(self) -> dict[str, Any]:
        """The columns of the model that hold it."""
        columns = asdict(self)
        for name in ("quorum", "threshold"):
            numerator, denominator = columns.pop(name) or (None, None)
            columns |= {f"{name}_numerator": numerator, f"{name}_denominator": denominator}
        return columns

    @classmethod
    def of_columns(cls, columns: Mapping[str, Any]) -> Self:
        """The charter that such columns hold; what an older one did not know yet is as usual."""
        given = dict(columns)
        for name in ("quorum", "threshold"):
            numerator, denominator = given.pop(f"{name}_numerator", None), given.pop(f"{name}_denominator", None)
            given[name] = (numerator, denominator) if numerator is not None and denominator is not None else None
        return cls(**given)


def adopted(charter: Charter, *, kind: CommitteeKind | None = None) -> Charter:
    """The charter without what its kind of decision has no use for; raise ``Unfit`` when nobody could decide by it.

    Only a ``charter`` has a threshold of its own. One under which a tie, or fewer than the others, would pass is no
    rule (R-23), and so is a share outside of (0, 1]. What the law says of owners cannot be changed by a charter.
    """
    if charter.rule_kind not in RULE_KINDS or charter.threshold_basis not in BASES:
        raise ValueError(f"no such rule: {charter.rule_kind!r} of {charter.threshold_basis!r}")
    if charter.convener not in CONVENERS:
        raise ValueError(f"no such convener: {charter.convener!r}")
    _check_notice(charter, is_owners=kind is CommitteeKind.owners_assembly)
    _check_owners_rule(charter, kind)
    _check_days(charter, is_owners=kind is CommitteeKind.owners_assembly)
    if charter.rule_kind not in ("charter", "present_majority"):
        charter = replace(charter, quorum=None)
    if charter.rule_kind != "charter":
        charter = replace(charter, threshold=None, threshold_basis="cast", threshold_strict=False)
    else:
        _check_threshold(charter.threshold, is_strict=charter.threshold_strict)
    _check_share(charter.quorum, "quorum")
    if charter.quorum is None and charter.rule_kind != "owners":
        charter = replace(charter, extension_days=0)  # Nobody has to take part, so there is nothing to wait for.
    return charter


def _check_notice(charter: Charter, *, is_owners: bool) -> None:
    if is_owners and charter.notice_calendar_days < LEAST_OWNERS_NOTICE:
        raise OwnersNoticeTooShort("notice_days")
    if charter.notice_working_days >= LEAST_NOTICE:
        return
    if charter.notice_calendar_days == 0:
        raise NoticeTooShort("notice_days")
    if charter.notice_calendar_days < LEAST_NOTICE_IN_DAYS:
        raise NoticeTooShortInDays("notice_days", least=LEAST_NOTICE_IN_DAYS)


def _check_days(charter: Charter, *, is_owners: bool) -> None:
    if not 0 <= charter.objection_days <= MOST_OBJECTION:
        raise DaysOutOfRange("objection_days", most=MOST_OBJECTION)
    if not 0 <= charter.extension_days <= MOST_EXTENSION:
        raise DaysOutOfRange("extension_days", most=MOST_EXTENSION)
    if is_owners and charter.objection_days < LEAST_OWNERS_OBJECTION:
        raise ObjectionTooShort("objection_days", least=LEAST_OWNERS_OBJECTION)


def _check_owners_rule(charter: Charter, kind: CommitteeKind | None) -> None:
    is_owners_rule = charter.rule_kind == "owners"
    if kind is CommitteeKind.owners_assembly and not is_owners_rule:
        raise AssemblyRuleFixed("rule_kind")
    if kind not in (None, CommitteeKind.owners_assembly) and is_owners_rule:
        raise OwnersRuleElsewhere("rule_kind")


def _check_threshold(threshold: Share | None, *, is_strict: bool) -> None:
    if threshold is None:
        raise ThresholdMissing("threshold")
    _check_share(threshold, "threshold")
    numerator, denominator = threshold
    if 2 * numerator < denominator:
        raise ThresholdTooLow("threshold", share=share_text(threshold))
    if 2 * numerator == denominator and not is_strict:
        raise TieWouldPass("threshold")
    if numerator == denominator and is_strict:
        raise MoreThanAll("threshold_strict")


def _check_share(share: Share | None, field: str) -> None:
    if share is not None and not 0 < share[0] <= share[1]:
        raise ShareOutOfRange(field, share=share_text(share))


def share_text(share: Share) -> str:
    return f"{share[0]}/{share[1]}"
