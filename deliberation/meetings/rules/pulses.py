"""A quick question to everybody present: it only asks, and nobody's answer can be told (R-23 ``advisory``). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.floor import NotCheckedIn

LEAST_SHOWN = 5  # Below this many answers nothing is shown: one could guess whose they are.
LEAST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 6, 30


class PulseState(StrEnum):
    open = "open"
    closed = "closed"
    dropped = "dropped"


class Reaction(StrEnum):
    """What a hand does in passing; counted together for a moment and kept nowhere."""

    well_said = "well_said"
    smile = "smile"
    louder = "louder"
    slower = "slower"


class PulseOpen(Refusal):
    code = "pulse_open"
    sentence = N_("还有一句在问。先收上来，再问下一句。")


class PulseNotThere(Refusal):
    code = "pulse_state"
    sentence = N_("这一句已经收上来了，您的回答没有记入。")


class PulseOptionsWrong(Refusal):
    code = "pulse_options_wrong"
    status = 422
    sentence = N_("请写 %(least)s 到 %(most)s 个选项，一行一个，不要重复，每个最多 %(longest)s 个字。")


class PulseOptionUnknown(Refusal):
    code = "pulse_option_unknown"
    status = 422
    sentence = N_("没有这个选项。请从列出来的里面选一个。")


def read_options(text: str) -> list[str]:
    """The options of a pulse, one a line; raise when they cannot be told apart or are too many."""
    options = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    fits = LEAST_OPTIONS <= len(options) <= MOST_OPTIONS and len(set(options)) == len(options)
    if not fits or any(len(each) > LONGEST_OPTION for each in options):
        raise PulseOptionsWrong(least=LEAST_OPTIONS, most=MOST_OPTIONS, longest=LONGEST_OPTION)
    return options


def refusal_to_answer_pulse(*, state: PulseState, options: int, option: int, is_present: bool) -> Refusal | None:
    """``option`` counts from 0."""
    if state is not PulseState.open:
        return PulseNotThere()
    if not 0 <= option < options:
        return PulseOptionUnknown()
    return None if is_present else NotCheckedIn()


def pulse_result(options: Sequence[str], counts: Mapping[int, int]) -> dict[str, Any]:
    """What is kept of a pulse: the figures, or that too few answered; then not even how many."""
    answered = sum(counts.values())
    if answered < LEAST_SHOWN:
        return {"is_shown": False}
    return {"is_shown": True, "answered": answered, "counts": [counts.get(each, 0) for each in range(len(options))]}


def shown_answered(answered: int) -> int | None:
    """How many have answered so far, while it is asked; never below what may be shown, and never how."""
    return answered if answered >= LEAST_SHOWN else None
