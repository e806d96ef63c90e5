"""Voting for somebody else: written, for one vote, by the principal's own opinion (Civil Code art. 165, 169). Pure."""

from __future__ import annotations

from datetime import date

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.rules.steps import VoteState

GIVEN_IN = frozenset({VoteState.published, VoteState.voting})


class NoProxies(Refusal):
    code = "no_proxies"
    sentence = N_("这次表决不能委托别人代投。")


class ProxyNotNow(Refusal):
    code = "proxy_not_now"
    sentence = N_("表决发布以后、截止以前才能委托。")


class AgentUnknown(Refusal):
    code = "agent_unknown"
    status = 422
    sentence = N_("没有找到这个手机号或邮箱的账号。请对方先注册，再委托。")


class AgentIsPrincipal(Refusal):
    code = "agent_is_principal"
    status = 422
    sentence = N_("不能委托自己。您自己直接投就行。")


class AgentHoldsEnough(Refusal):
    code = "agent_holds_enough"
    sentence = N_("这位已经受了 %(cap)s 份委托，这次最多就是 %(cap)s 份。请换一位。")


class ProxyStands(Refusal):
    code = "proxy_stands"
    sentence = N_("已经有一份委托了。要换人，先撤回那一份。")


class ProxyTermWrong(Refusal):
    code = "proxy_term_wrong"
    status = 422
    sentence = N_("委托的期限要包括今天，最晚到截止那天。")


class ProxyUsed(Refusal):
    code = "proxy_used"
    sentence = N_("已经照这份委托投了票，撤不回了。截止以前，您还可以自己改投。")


class ProxyNotYours(Refusal):
    code = "proxy_not_yours"
    status = 403
    sentence = N_("这份委托不是给您的，或者已经撤回、过期。")


class HasVoted(Refusal):
    code = "principal_has_voted"
    sentence = N_("本人已经自己投了，不用代投。")


def refusal_to_give(
    *, cap: int, state: VoteState, held: int, is_self: bool, has_one: bool, valid_until: date, today: date, last: date
) -> Refusal | None:
    """Whether a principal may name this agent now; ``held`` is how many authorities the agent has in this vote."""
    if cap < 1:
        return NoProxies()
    if state not in GIVEN_IN:
        return ProxyNotNow()
    if is_self:
        return AgentIsPrincipal()
    if has_one:
        return ProxyStands()
    if held >= cap:
        return AgentHoldsEnough(cap=cap)
    return None if today <= valid_until <= last else ProxyTermWrong()


def refusal_to_use(
    *, is_agent: bool, is_standing: bool, valid_until: date, today: date, has_voted: bool
) -> Refusal | None:
    """Whether the agent may cast now: a standing authority, in its term, for somebody who has not voted."""
    if not is_agent or not is_standing or today > valid_until:
        return ProxyNotYours()
    return HasVoted() if has_voted else None


def refusal_to_revoke(*, is_principal: bool, is_standing: bool, is_used: bool) -> Refusal | None:
    if not is_principal or not is_standing:
        return ProxyNotYours()
    return ProxyUsed() if is_used else None
