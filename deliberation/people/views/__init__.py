"""The pages of a person, and those of administrators."""

from deliberation.people.views import administration, mine
from deliberation.people.views.blueprint import blueprint

__all__ = ["administration", "blueprint", "mine"]
