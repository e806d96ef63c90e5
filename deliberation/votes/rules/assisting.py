"""Voting with help: somebody fills in what the voter says, somebody else watches, both are named (R-58). Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal


class HelpNeedsTwo(Refusal):
    code = "help_needs_two"
    status = 422
    sentence = N_("有人帮着填的，帮的人和见证人都要写上名字。帮的人、见证人和投票的本人，要是不同的人。")


def refusal_of_help(*, helper: str, witness: str) -> Refusal | None:
    """Who helps and who watches are two people, and both are named."""
    names = [_plain(name) for name in (helper, witness)]
    return HelpNeedsTwo() if not all(names) or names[0] == names[1] else None


class HelpInSecretVote(Refusal):
    code = "help_in_secret_vote"
    sentence = N_(
        "这是秘密表决，不能由别人帮着投：帮的人会知道投了什么。可以借服务台的设备，本人自己登录、自己投，别人不看。"
    )


class HelperIsParty(Refusal):
    code = "helper_is_party"
    status = 403
    sentence = N_("您自己有这一票，或者您对这件事申报了利害关系，不能由您来帮。请换一位工作人员。")


def refusal_to_assist(*, is_secret: bool, is_party: bool, helper: str, witness: str, voter: str = "") -> Refusal | None:
    """Whether an office may fill in a ballot for this voter with this witness.

    ``is_party``: the ballot is the helper's own, or the helper has declared an interest in the matter (R-40).
    ``voter`` is the voter's name where it is known: nobody witnesses their own ballot.
    """
    if is_secret:
        return HelpInSecretVote()
    if is_party:
        return HelperIsParty()
    refusal = refusal_of_help(helper=helper, witness=witness)
    if refusal is None and voter and _plain(voter) == _plain(witness):
        return HelpNeedsTwo()
    return refusal


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
