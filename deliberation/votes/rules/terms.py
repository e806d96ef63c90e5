"""On what terms a vote is taken: who votes, how, by which class; fixed before publication (R-19 … R-23). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from deliberation.kernel.errors import N_, Refusal
from deliberation.kernel.working_days import latest_notice_date
from deliberation.votes.counting import DecisionRule, Method, OwnersClass, RuleKind, refusal_to_combine
from deliberation.votes.rules.kinds import ParkingRule, RollSource

MAJOR_ITEMS = frozenset({6, 7, 8})
ITEMS = range(1, 10)
MOST_OPTIONS = 20
CODES = "甲乙丙丁戊己庚辛壬癸"  # not translated: the codes that stand on a ballot
LEAST_IN_BAND = 5
NOTICE_DAYS = 15


@dataclass(frozen=True)
class Terms:
    """``options`` are the texts to choose from; ``rule_kind`` takes the charter's place where a vote only asks
    (advisory) or wants everybody's agreement (consensus). ``item_class`` is the number in Civil Code art. 278.

    ``barred`` gives the reason for an option that is shown and cannot win (a hard check it does not pass: A16, E3).
    ``codes`` are the options' codes where they have some already, as in a run-off. ``extension_days`` is by how many
    days the vote may be extended once when it is short of its quorum; 0 is not at all (C3). ``notice`` is what was
    written for the convening notice; None where nobody wrote anything, and the body's usual words stand."""

    roll_source: RollSource = RollSource.seats
    rule_kind: RuleKind | None = None
    item_class: int | None = None
    method: Method = Method.yes_no
    options: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    barred: Mapping[str, str] = field(default_factory=dict)
    seats_to_fill: int = 1
    choice_limit: int | None = None
    is_secret: bool = False
    allows_paper: bool = False
    proxy_cap: int = 0
    chamber_rule: Any = None
    chambers_by: str = ""
    roll_scope: tuple[str, ...] = ()
    parking_rule: ParkingRule = ParkingRule.exclude
    is_about_parking: bool = False
    deemed_clause: str = ""
    electronic_clause: str = ""
    extension_days: int = 0
    notice: Mapping[str, str] | None = None

    @property
    def owners_class(self) -> OwnersClass | None:
        """R-20: the class comes from the list of items; nobody can lower it."""
        if self.item_class is None:
            return None
        return OwnersClass.major if self.item_class in MAJOR_ITEMS else OwnersClass.ordinary

    @property
    def coded_options(self) -> list[dict[str, str]]:
        """The options with the short code that stands on a ballot, and the reason why one is barred."""
        codes = self.codes or tuple(code_of(number) for number in range(len(self.options)))
        return [
            {"code": code, "label": label} | ({"barred": self.barred[label]} if label in self.barred else {})
            for code, label in zip(codes, self.options, strict=True)
        ]


def code_of(number: int) -> str:
    """甲, 乙 … 癸, then 甲2 and on."""
    turn, place = divmod(number, len(CODES))
    return CODES[place] + (str(turn + 1) if turn else "")


def counts_parking(setting: ParkingRule, *, is_about_parking: bool) -> bool:
    """R-14: whether the areas of parking spaces count, in a vote that is about parking or about something else."""
    return is_about_parking if setting is ParkingRule.only_parking_matters else setting is ParkingRule.include


class ItemClassMissing(Refusal):
    code = "item_class_missing"
    status = 422
    sentence = N_("业主共同决定的事，要选是民法典第 278 条的哪一项。选了才知道要过半数还是四分之三。")


class OptionsWrong(Refusal):
    code = "options_wrong"
    status = 422
    sentence = N_("请写 2 到 %(most)s 个选项，一行一个，不要重复。同意或反对的表决不用写选项。")


class BarredWrong(Refusal):
    code = "barred_wrong"
    status = 422
    sentence = N_(
        "办不到的选项，要和上面列的选项一字不差，并写明原因；剩下能选的，要定下来的至少两个，征询意见的至少一个。"
    )


class MethodDoesNotFit(Refusal):
    code = "method_does_not_fit"
    status = 422
    sentence = N_("这种投法配不上这条规则：选出来的不知道算不算通过。请换一种投法，或改成意见征询。")


class SecretOnWebOnly(Refusal):
    code = "secret_on_web_only"
    status = 422
    sentence = N_("秘密表决只能在网上和会场里投。纸质票上的码、代人投的委托书，都会让人知道是谁投的。")


class OwnersVoteByName(Refusal):
    code = "owners_vote_by_name"
    status = 422
    sentence = N_("业主共同决定的事要记名投票，名册用业主名册。只想听听意见，请改成意见征询。")


class NobodyIsThere(Refusal):
    code = "nobody_is_there"
    status = 422
    sentence = N_("按到会的人表决，要先选是哪一次会。请从会议的议程里准备这项表决。")


def refusal_of_terms(terms: Terms, rule: DecisionRule, *, has_meeting: bool) -> Refusal | None:
    """Whether a vote can be taken on these terms under this rule."""
    if terms.roll_source is RollSource.attendance and not has_meeting:
        return NobodyIsThere()
    if rule.kind is RuleKind.owners and terms.item_class not in ITEMS:
        return ItemClassMissing()
    if rule.kind is RuleKind.owners and (terms.is_secret or terms.roll_source is not RollSource.units):
        return OwnersVoteByName()
    if terms.is_secret and (terms.allows_paper or terms.proxy_cap):
        return SecretOnWebOnly()
    return _refusal_of_method(terms, rule)


def _refusal_of_method(terms: Terms, rule: DecisionRule) -> Refusal | None:
    count = len(terms.options)
    has_options = 2 <= count <= MOST_OPTIONS and len(set(terms.options)) == count
    if has_options is (terms.method is Method.yes_no) or (terms.method is Method.yes_no and count):
        return OptionsWrong(most=MOST_OPTIONS)
    left = count - len(terms.barred)
    is_known = all(label in terms.options and reason.strip() for label, reason in terms.barred.items())
    if terms.barred and (not is_known or left < (1 if rule.kind is RuleKind.advisory else 2)):
        return BarredWrong()
    is_too_many = terms.seats_to_fill > max(1, left - 1)
    return MethodDoesNotFit() if is_too_many or refusal_to_combine(rule, terms.method) else None


class RuleStands(Refusal):
    code = "rule_stands"
    status = 422
    sentence = N_("章程写明了由席位表决、怎样算通过，会上不能换。只想听听大家的意见，请选「只征询意见」。")


ASKS = frozenset({RuleKind.advisory, RuleKind.consensus})


def refusal_to_call(*, terms: Terms, charter: RuleKind, seats: int) -> Refusal | None:
    """What a chair may choose in the room (R-23): what binds is decided by the charter's rule, and by the seats where
    the body has any. A vote that only asks may ask everybody who is there."""
    if terms.rule_kind is not None and terms.rule_kind not in ASKS and terms.rule_kind is not charter:
        return RuleStands()
    is_binding = terms.rule_kind is not RuleKind.advisory
    return RuleStands() if seats and is_binding and terms.roll_source is not RollSource.seats else None


class NotChecked(Refusal):
    code = "not_legally_checked"
    sentence = N_("还没做合法性审查。请先送居委会看一遍，通过了再发布。")


class NoticeTooShort(Refusal):
    code = "notice_too_short"
    sentence = N_("业主的表决要提前 15 天公示，最早 %(earliest)s 开始投。请把开始时间往后改。")


def refusal_of_owners_notice(*, is_checked: bool, opens_on: date, today: date) -> Refusal | None:
    """What an owners' vote takes beyond a vote of seats: a legal check, and fifteen days of notice (R-06)."""
    if not is_checked:
        return NotChecked()
    earliest = today + timedelta(days=NOTICE_DAYS + 1)
    return None if today <= latest_notice_date(opens_on, NOTICE_DAYS) else NoticeTooShort(earliest=earliest)


class BandTooSmall(Refusal):
    code = "band_too_small"
    sentence = N_("有一组只有 %(count)s 票，秘密表决会看得出是谁投的。每组至少 %(least)s 票，否则请改成记名。")


def refusal_of_bands(bands: Mapping[Any, int]) -> Refusal | None:
    """Secret and weighted together: each band of weight or chamber needs voters enough to hide among."""
    smallest = min(bands.values(), default=0)
    if len(bands) > 1 and smallest < LEAST_IN_BAND:
        return BandTooSmall(count=smallest, least=LEAST_IN_BAND)
    return None
