"""The pages of votes, split by what they are about; each module adds its routes to the one blueprint."""

from deliberation.votes.views import channels, following, notice, record, resolving, roll, voting
from deliberation.votes.views.blueprint import blueprint

__all__ = ["blueprint", "channels", "following", "notice", "record", "resolving", "roll", "voting"]
