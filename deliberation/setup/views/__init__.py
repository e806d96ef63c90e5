"""The pages of the first hour, and of invitations."""

from deliberation.setup.views import invitations, steps
from deliberation.setup.views.blueprint import blueprint

__all__ = ["blueprint", "invitations", "steps"]
