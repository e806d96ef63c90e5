"""What happens to each case of the quarter, drawn beforehand from a seed, by the kinds of domain.md (part E)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from deliberation.cases.rules import ReplyKind
from deliberation.feedback.rules import Answer
from deliberation.proposals.rules import ProposalKind

FIRST, LAST = date(2026, 3, 2), date(2026, 5, 29)
CALM, END = date(2026, 6, 12), date(2026, 12, 28)  # From the one on little happens; by the other all is looked at.
# How many cases; all of a quarter's 300 with QUARTER=300 pytest tests/feedback/test_quarter_of_cases.py.
HOW_MANY = int(os.environ.get("QUARTER") or 100)
TOWED = 4  # After how many notices: three, and it is still there.


@dataclass(frozen=True)
class Kind:
    """What a matter of domain.md part E is about, by which kinds of reply it is answered, and how many cases."""

    name: str
    about: ProposalKind
    title: str
    replies: tuple[ReplyKind, ...]
    share: int = 0


A, B, C, D = ReplyKind
KINDS = (
    Kind("E3", ProposalKind.facilities, "车棚晚上排不上充电", (B, A), 45),
    Kind("E4", ProposalKind.services, "暑假两头带娃太难", (A,), 40),
    Kind("E5", ProposalKind.enterprise, "轻资产能不能凭订单贷款", (B, A), 40),
    Kind("E6", ProposalKind.traffic, "转角那辆车积灰半年", (A,), 65),
    Kind("E7", ProposalKind.services, "冬天想洗个安稳澡", (A,), 40),
    Kind("E8", ProposalKind.enterprise, "股权转让那一页每次都要改", (D,), 30),
    Kind("E10", ProposalKind.facilities, "夜里下班还想打印社保单", (C, C, A), 40),
)
AT_HOME = Kind("E7 at home", ProposalKind.services, "两位出不了门，上门助浴", (C, A))


@dataclass
class Story:
    """What is drawn for one case: when things are done after it is given to somebody, and what people say of it."""

    number: int
    kind: Kind
    opens_on: date
    contact_after: int | None
    reply_after: int | None  # None: never, in this quarter and the next.
    extends_after: int | None
    refused_rounds: int  # How often people say that it is not fixed.
    refusal: Answer
    returns: int  # How often whoever is asked to lead hands it back.
    pauses: bool
    is_private: bool  # A firm that keeps to itself how it stands: only those it concerns may read it (E5).
    notices: int  # How many are posted before the car is moved (E6); TOWED: three, and then it is towed.
    splits: bool  # Two who cannot leave their beds are a case of their own (E7).
    case_id: int = 0
    replied: int = 0

    def of_part(self, case_id: int) -> Story:
        """The story of what is split off: nothing but its promise and its answer."""
        calm = replace(self, refused_rounds=0, returns=0, pauses=False, splits=False, extends_after=None)
        return replace(calm, kind=AT_HOME, case_id=case_id, replied=0, reply_after=2)


def drawn(drawing: random.Random) -> list[Story]:
    """So many stories, the latest of them one that nobody ever answers."""
    stories = list(_drawn(drawing))
    assert len(stories) == HOW_MANY
    last = max((story for story in stories if not story.is_private), key=lambda each: each.opens_on)
    last.reply_after, last.notices, last.splits = None, 0, False
    return stories


def _drawn(drawing: random.Random) -> Iterator[Story]:
    kinds = [kind for kind in KINDS for _each in range(kind.share)]
    drawing.shuffle(kinds)
    for number, kind in enumerate(kinds[:HOW_MANY]):
        late = drawing.random()
        paces = (9, 12, 16) if late < 0.15 else (2, 4, 5, 6)
        is_private = kind.name == "E5" and number % 2 == 0
        yield Story(
            number=number,
            kind=kind,
            opens_on=FIRST + timedelta(days=drawing.randrange((LAST - FIRST).days + 1)),
            contact_after=drawing.choice((0, 0, 0, 0, 0, 2, 4, None)),
            reply_after=drawing.choice(paces),
            extends_after=drawing.choice((3, 10)) if 0.05 < late < 0.15 else None,
            refused_rounds=drawing.choices((0, 1, 2), (80, 14, 6))[0],
            refusal=drawing.choice((Answer.no, Answer.came_back)),
            returns=drawing.choices((0, 1, 2), (84, 8, 8))[0],
            pauses=drawing.random() < 0.1,
            is_private=is_private,
            notices=drawing.choices((1, 2, 3, TOWED), (5, 3, 2, 2))[0] if kind.name == "E6" else 0,
            splits=kind.name == "E7" and number % 3 == 0,
        )
