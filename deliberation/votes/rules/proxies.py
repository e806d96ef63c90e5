"""Voting for somebody else: written, for one vote, by the principal's own opinion (Civil Code art. 165, 169). Pure."""

from __future__ import annotations

from dataclasses import dataclass
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
    sentence = N_("已经照这份委托投了票，不能再投，也撤不回了。截止以前，本人还可以自己改投。")


class ProxyNotYours(Refusal):
    code = "proxy_not_yours"
    status = 403
    sentence = N_("这份委托不是给您的，或者已经撤回、不在有效期里。")


class ProxyNotChecked(Refusal):
    code = "proxy_not_checked"
    sentence = N_("这份委托书登记了，还等一位监票人对着照片核对。核对过才能投。")


class RecorderIsParty(Refusal):
    code = "recorder_is_party"
    status = 403
    sentence = N_("这份委托牵涉您自己，或者您对这件事申报了利害关系。请换一位来办。")


class CheckerIsRecorder(Refusal):
    code = "checker_is_recorder"
    status = 403
    sentence = N_("登记的人不能自己核对。请另一位监票人来核对。")


class AlreadyChecked(Refusal):
    code = "authority_already_checked"
    sentence = N_("这份委托书已经核对过、退回了或者撤回了。请刷新看看。")


class RefusalReasonMissing(Refusal):
    code = "refusal_reason_missing"
    status = 422
    sentence = N_("请写一句为什么不能用，好让本人和受托人知道怎么补。")


class SignedWrongly(Refusal):
    code = "signed_wrongly"
    status = 422
    sentence = N_("签名的日子不能在今天以后，有效期要在签名以后。请照委托书上写的填。")


class NoSuchNumber(Refusal):
    code = "no_such_number"
    status = 404
    sentence = N_("名册里没有第 %(number)s 号，或者这一号没有表决权。请核对名册。")


class HasVoted(Refusal):
    code = "principal_has_voted"
    sentence = N_("本人已经自己投了，不用代投。")


class VotedAlready(Refusal):
    code = "voted_already"
    sentence = N_("您已经自己投了，不用再委托。想改主意，截止以前在这项表决的页面上改投就行，以最后一次为准。")


class PrincipalVotedAlready(Refusal):
    code = "principal_voted_already"
    sentence = N_("名册上这一位已经自己投了，不能再登记委托。想改主意，请本人截止以前改投，以最后一次为准。")


def refusal_to_give(
    *,
    cap: int,
    state: VoteState,
    held: int,
    is_self: bool,
    has_one: bool,
    has_voted: bool,
    valid_until: date,
    today: date,
    last: date,
) -> Refusal | None:
    """Whether a principal may name this agent now; ``held`` is how many authorities the agent has in this vote.

    Who ``has_voted`` otherwise than on paper has spoken: an agent could not vote for them (see ``refusal_to_use``), and
    what they changed their mind to they say with a ballot of their own.
    """
    refusal = _refusal_of_agent(cap=cap, state=state, held=held, is_self=is_self, has_one=has_one)
    refusal = refusal or (VotedAlready() if has_voted else None)
    return refusal or (None if today <= valid_until <= last else ProxyTermWrong())


def _refusal_of_agent(*, cap: int, state: VoteState, held: int, is_self: bool, has_one: bool) -> Refusal | None:
    if cap < 1:
        return NoProxies()
    if state not in GIVEN_IN:
        return ProxyNotNow()
    if is_self:
        return AgentIsPrincipal()
    if has_one:
        return ProxyStands()
    return AgentHoldsEnough(cap=cap) if held >= cap else None


@dataclass(frozen=True)
class Term:
    """What an authority on paper says of its days."""

    signed_on: date
    valid_from: date
    valid_until: date


def refusal_to_record(
    *,
    cap: int,
    state: VoteState,
    held: int,
    is_self: bool,
    has_one: bool,
    has_voted: bool,
    is_party: bool,
    term: Term,
    today: date,
    last: date,
) -> Refusal | None:
    """Whether an office may record what a principal has signed on paper; ``last`` is the day of the close.

    ``is_party``: the recorder is agent or principal, or has declared an interest in the matter (R-40).
    """
    if is_party:
        return RecorderIsParty()
    refusal = _refusal_of_agent(cap=cap, state=state, held=held, is_self=is_self, has_one=has_one)
    if refusal or has_voted:
        return refusal or PrincipalVotedAlready()
    if term.signed_on > today or not term.signed_on <= term.valid_until:
        return SignedWrongly()
    is_in_time = term.valid_from <= term.valid_until and term.valid_from <= last and today <= term.valid_until
    return None if is_in_time else ProxyTermWrong()


def refusal_to_check(
    *, state: VoteState, is_waiting: bool, is_recorder: bool, is_party: bool, reason: str | None = None
) -> Refusal | None:
    """Whether a teller may confirm an authority on paper against its photo, or refuse it with a ``reason``."""
    if is_party:
        return RecorderIsParty()
    if is_recorder:
        return CheckerIsRecorder()
    if not is_waiting:
        return AlreadyChecked()
    if state not in GIVEN_IN:
        return ProxyNotNow()
    return RefusalReasonMissing() if reason is not None and not reason.strip() else None


def refusal_to_use(
    *,
    is_agent: bool,
    is_standing: bool,
    is_used: bool,
    is_waiting: bool,
    valid_from: date,
    valid_until: date,
    today: date,
    has_voted: bool,
) -> Refusal | None:
    """Whether the agent may cast now: a standing authority, checked if on paper, in its term, used for the first time.

    ``has_voted``: the principal has cast otherwise than on paper.
    """
    if not is_agent or not is_standing or not valid_from <= today <= valid_until:
        return ProxyNotYours()
    if is_used:
        return ProxyUsed()
    if is_waiting:
        return ProxyNotChecked()
    return HasVoted() if has_voted else None


def refusal_to_revoke(*, may_revoke: bool, is_standing: bool, is_used: bool) -> Refusal | None:
    """``may_revoke``: the principal, or an office at the principal's word for one that is on paper."""
    if not may_revoke or not is_standing:
        return ProxyNotYours()
    return ProxyUsed() if is_used else None
