"""What can be done with a proposal: by its author, by those who support it, by the liaisons, and by the meeting."""

from deliberation.proposals.service.agenda import (
    mark_closed,
    mark_deliberated,
    mark_scheduled,
    mark_unscheduled,
)
from deliberation.proposals.service.authors import Words, resubmit, submit, withdraw
from deliberation.proposals.service.merging import (
    confirm_merge,
    confirm_merges,
    decline_merge,
    decline_merges,
    request_merge,
    request_merges,
)
from deliberation.proposals.service.screening import accept, redirect, return_for_changes, see_author
from deliberation.proposals.service.supporters import support, unsupport

__all__ = [
    "Words",
    "accept",
    "confirm_merge",
    "confirm_merges",
    "decline_merge",
    "decline_merges",
    "mark_closed",
    "mark_deliberated",
    "mark_scheduled",
    "mark_unscheduled",
    "redirect",
    "request_merge",
    "request_merges",
    "resubmit",
    "return_for_changes",
    "see_author",
    "submit",
    "support",
    "unsupport",
    "withdraw",
]
