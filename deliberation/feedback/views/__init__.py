"""The pages of feedback, split by what they are about; each module adds its routes to the one blueprint."""

from deliberation.feedback.views import figures, look_backs, notices, pictures, plans, reviews, visits
from deliberation.feedback.views.blueprint import blueprint

__all__ = ["blueprint", "figures", "look_backs", "notices", "pictures", "plans", "reviews", "visits"]
