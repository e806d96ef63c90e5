"""Who may look at named ballots, when, and with what reason (R-22, R-55; SPC interpretation 2020 art. 13). Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, NotAllowed, Refusal
from deliberation.votes.rules.steps import TellerHasInterest

LEAST_REASON = 4


class BallotsSecret(Refusal):
    code = "ballots_secret"
    status = 403
    sentence = N_("这次是秘密表决，谁投了什么，没有地方可以查。")


class BallotsNotYet(Refusal):
    code = "ballots_not_yet"
    status = 403
    sentence = N_("还没到查阅的时候。计票以前谁也看不到怎么投的；计票以后监票人核对，公布以后名册里的业主可以查阅。")


class BallotsNotYours(NotAllowed):
    code = "ballots_not_yours"
    sentence = N_("记名票只有本人和监票人看得到；业主共同决定的事，公布以后名册里的业主可以查阅。您可以看公布的总数。")


class InspectionReasonMissing(Refusal):
    code = "inspection_reason_missing"
    status = 422
    sentence = N_("请写一句为什么要查阅，至少 4 个字。每次查阅都会记进审计日志。")


def refusal_to_inspect(
    *,
    is_secret: bool,
    is_counted: bool,
    is_announced: bool,
    is_teller: bool,
    has_interest: bool,
    is_of_owners: bool,
    has_voice: bool,
) -> Refusal | None:
    """Tellers without an interest from the count on (R-40); owners on the roll of their vote once it is announced."""
    if is_secret:
        return BallotsSecret()
    if not is_teller and not (is_of_owners and has_voice):
        return BallotsNotYours()
    if is_teller and is_counted and not has_interest:
        return None
    if is_of_owners and has_voice and is_announced:
        return None
    return TellerHasInterest() if is_teller and is_counted else BallotsNotYet()


def refusal_of_reason(reason: str) -> Refusal | None:
    return None if len(reason.strip()) >= LEAST_REASON else InspectionReasonMissing()
