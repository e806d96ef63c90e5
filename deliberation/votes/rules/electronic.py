"""Whether ballots cast on a device bind in a vote, and what to do where they do not (domain.md B5). Pure."""

from __future__ import annotations

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.counting import RuleKind
from deliberation.votes.rules.kinds import Channel

ON_A_DEVICE = frozenset({Channel.web, Channel.live})


class NotByWeb(Refusal):
    code = "not_by_web"
    sentence = N_(
        "业主大会的议事规则没有写可以网上投票，网上投的不算数，所以这里不收。请填纸质票交到票箱，或者到服务台请人帮着投。"
    )


class NotByWebButByAgent(NotByWeb):
    sentence = N_(
        "业主大会的议事规则没有写可以网上投票，网上投的不算数，所以这里不收。"
        "请填纸质票交到票箱，或者在纸上签一份委托书，也可以到服务台请人帮着投。"
    )


class AuthorityOnPaper(Refusal):
    code = "authority_on_paper"
    sentence = N_("议事规则没有写可以在网上办，委托书要签在纸上。请打印委托书，签好名交到服务台登记。")


def binds_by_web(kind: RuleKind, clause: str) -> bool:
    """Owners are bound by what is sent from a device only where their rules of order say so; ``clause`` is where."""
    return kind is not RuleKind.owners or bool(clause.strip())


def refusal_of_channel(channel: Channel, *, takes_web: bool, takes_agents: bool) -> Refusal | None:
    """Why this way is not open in a vote, with those that are; sheets always, or no notice goes out."""
    if takes_web or channel not in ON_A_DEVICE:
        return None
    return NotByWebButByAgent() if takes_agents else NotByWeb()
