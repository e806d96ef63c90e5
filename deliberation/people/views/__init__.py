"""The pages of a person, and those of administrators."""

from deliberation.people.views import administration, drafts, mine
from deliberation.people.views.blueprint import blueprint

__all__ = ["administration", "blueprint", "drafts", "mine"]
