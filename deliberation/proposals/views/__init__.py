"""The pages of proposals: the author's, the supporters', the liaisons'."""

from deliberation.proposals.views import authors, merging, screening  # noqa: F401 - they add their routes
from deliberation.proposals.views.common import blueprint

__all__ = ["blueprint"]
