"""The pages of votes, split by what they are about; each module adds its routes to the one blueprint."""

from deliberation.votes.views import (
    assisting,
    authorities,
    following,
    notice,
    paper,
    proxies,
    record,
    resolving,
    roll,
    tellers,
    voting,
)
from deliberation.votes.views.blueprint import blueprint

__all__ = [
    "assisting",
    "authorities",
    "blueprint",
    "following",
    "notice",
    "paper",
    "proxies",
    "record",
    "resolving",
    "roll",
    "tellers",
    "voting",
]
