"""The pages of votes, split by what they are about; each module adds its routes to the one blueprint."""

from deliberation.votes.views import record, resolving, voting
from deliberation.votes.views.blueprint import blueprint

__all__ = ["blueprint", "record", "resolving", "voting"]
