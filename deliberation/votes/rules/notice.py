"""What the convening notice of a vote must say before it goes out (domain.md B4, C7). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.counting import RuleKind
from deliberation.votes.rules.terms import ITEMS

# Rules that a body's charter has to contain before anybody can be bound by them; owners vote by the law itself.
BY_CHARTER = frozenset({RuleKind.charter, RuleKind.present_majority, RuleKind.all_members_majority, RuleKind.consensus})


class NoticeIncomplete(Refusal):
    code = "notice_incomplete"
    status = 422
    sentence = N_("通知还没写全，缺：%(missing)s。都补上了才能发布。")


@dataclass(frozen=True)
class Notice:
    """A convening notice as far as it is written. ``heads`` and ``area`` (0.01 ㎡) are the roll's totals; ``has_web``
    is whether ballots by web bind, ``paper_place`` where sheets are handed in."""

    issuer: str
    body: str
    rule_kind: RuleKind
    clause: str
    item_class: int | None
    title: str
    text: str
    heads: int
    area: int
    opens_at: datetime | None
    closes_at: datetime | None
    has_web: bool
    has_paper: bool
    paper_place: str
    help_desk: str
    objection_contact: str

    @property
    def is_owners(self) -> bool:
        return self.rule_kind is RuleKind.owners


def _is_written(name: str) -> Callable[[Notice], bool]:
    return lambda notice: bool(getattr(notice, name).strip())


def _has_rule(notice: Notice) -> bool:
    return notice.rule_kind not in BY_CHARTER or bool(notice.clause.strip())


def _has_class(notice: Notice) -> bool:
    return not notice.is_owners or notice.item_class in ITEMS


def _has_roll(notice: Notice) -> bool:
    return notice.heads > 0 and (notice.area > 0 or not notice.is_owners)


def _has_period(notice: Notice) -> bool:
    return notice.opens_at is not None and notice.closes_at is not None and notice.opens_at < notice.closes_at


def _has_text(notice: Notice) -> bool:
    return bool(notice.title.strip() and notice.text.strip())


# In the order of the notice: the field, its name in words, and whether it is there.
FIELDS: Mapping[str, tuple[str, Callable[[Notice], bool]]] = {
    "issuer": (N_("谁发的通知"), _is_written("issuer")),
    "body": (N_("由谁表决"), _is_written("body")),
    "rule": (N_("按章程哪一条表决"), _has_rule),
    "class": (N_("是民法典第 278 条的哪一项"), _has_class),
    "text": (N_("要表决的文字"), _has_text),
    "roll": (N_("名册，一共几票、多少面积"), _has_roll),
    "period": (N_("从什么时候投到什么时候"), _has_period),
    "ways": (N_("网上投票写在议事规则哪一条，或者用纸质票"), lambda notice: notice.has_web or notice.has_paper),
    "paper": (N_("纸质票交到哪里"), lambda notice: not notice.has_paper or bool(notice.paper_place.strip())),
    "help_desk": (N_("不会用手机的找谁帮忙"), _is_written("help_desk")),
    "objection_contact": (N_("有异议找谁"), _is_written("objection_contact")),
}


def missing_fields(notice: Notice) -> tuple[str, ...]:
    """Every field that is not there yet, by its code, in the order of the notice."""
    return tuple(field for field, (_name, is_there) in FIELDS.items() if not is_there(notice))


def refusal_of_notice(notice: Notice) -> Refusal | None:
    """A notice with a missing field does not go out (C7); the refusal names all that are missing at once."""
    missing = missing_fields(notice)
    return NoticeIncomplete(missing=tuple(FIELDS[field][0] for field in missing)) if missing else None
