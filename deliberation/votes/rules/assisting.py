"""Voting with help: somebody fills in what the voter says, somebody else watches, both are named (R-58). Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal


class HelpNeedsTwo(Refusal):
    code = "help_needs_two"
    status = 422
    sentence = N_("有人帮着填的，帮的人和见证人都要写上名字，而且不能是同一个人。")


def refusal_of_help(*, helper: str, witness: str) -> Refusal | None:
    """Who helps and who watches are two people, and both are named."""
    names = ["".join(name.split()).casefold() for name in (helper, witness)]
    return HelpNeedsTwo() if not all(names) or names[0] == names[1] else None
