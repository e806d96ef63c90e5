"""The inbox, what people wish, the notice board, and what is told on paper."""

from deliberation.notifications.views import board, inbox, paper, wishes
from deliberation.notifications.views.blueprint import blueprint

__all__ = ["blueprint", "board", "inbox", "paper", "wishes"]
