"""Votes: the text and its rule, the frozen roll, the ballots on every channel, the result with its working."""

from __future__ import annotations

from deliberation.votes.models import frozen
from deliberation.votes.models.ballots import Ballot, SealedBallot, SecretBallot, SecretReceipt, VoterMark
from deliberation.votes.models.objections import Objection
from deliberation.votes.models.paper import BallotConflict, InvalidBallot, PaperBallot, PaperEntry
from deliberation.votes.models.proxies import ProxyAuthority
from deliberation.votes.models.roll import RollEntry, RollPart
from deliberation.votes.models.vote import Vote, decision_rule

__all__ = [
    "Ballot",
    "BallotConflict",
    "InvalidBallot",
    "Objection",
    "PaperBallot",
    "PaperEntry",
    "ProxyAuthority",
    "RollEntry",
    "RollPart",
    "SealedBallot",
    "SecretBallot",
    "SecretReceipt",
    "Vote",
    "VoterMark",
    "decision_rule",
]

frozen.fence()
