"""A deputy's suggestion runs by clocks of its own. Pure.

Law on Deputies (2025) art. 31 and 51; Shanghai rules on deputies' suggestions (2015) art. 8, 11, 14, 17, 19 and 21.
"""

from __future__ import annotations

from deliberation.cases.rules.opening import CaseExists, DecisionOpen
from deliberation.kernel.errors import N_, Refusal

REPLY, REPLY_HARD = "suggestion_reply", "suggestion_reply_hard"
SUGGESTIONS = frozenset({REPLY, REPLY_HARD})


class NotADeputyHere(Refusal):
    code = "not_a_deputy_here"
    status = 422
    sentence = N_("选的这位不是这里的代表。请从名单里另选一位。")


class OwnMatter(Refusal):
    code = "own_matter"
    status = 422
    sentence = N_("代表不能就本人或本单位的事提建议。这件事请按一般的事派单。")


class SuggestionExists(Refusal):
    code = "suggestion_exists"
    sentence = N_("这件事已经登记为代表建议了。")


class DeputyCannotHandle(Refusal):
    code = "deputy_cannot_handle"
    status = 422
    sentence = N_("代表只提建议、督促办理，自己不办。请另选一位办理的人。")


def is_suggestion(limit_name: str) -> bool:
    """Whether a case whose answer is due by this limit is a deputy's suggestion."""
    return limit_name in SUGGESTIONS


def limit_for(limit_name: str, what: str) -> str:
    """Which row sets the time for "return" or "assist" in a case that is answered by ``limit_name``."""
    return f"suggestion_{what}" if is_suggestion(limit_name) else what


def reply_limit_of(*, is_hard: bool) -> str:
    return REPLY_HARD if is_hard else REPLY


def refusal_to_register(
    *, is_registered: bool, has_open_case: bool, is_decided: bool, is_deputy_here: bool, deputy_has_interest: bool
) -> Refusal | None:
    """One matter each, and none of the deputy's own (SH 2015 art. 8)."""
    if is_registered:
        return SuggestionExists()
    if has_open_case:
        return CaseExists()
    if not is_decided:
        return DecisionOpen()
    if not is_deputy_here:
        return NotADeputyHere()
    return OwnMatter() if deputy_has_interest else None
