"""What pages and other rooms read about proposals."""

from deliberation.proposals.queries.alike import Alike, alike, like_each
from deliberation.proposals.queries.basics import (
    free_photos,
    photos_of,
    proposal,
    proposal_by_number,
    proposal_of_matter,
    proposals_of_matters,
    support_of,
)
from deliberation.proposals.queries.parts import ProposalPart, desk_lines, needs, on_matter
from deliberation.proposals.queries.screening import (
    MergeGroup,
    QueueLine,
    merge_groups,
    merge_targets,
    pending_merge_of,
    queue,
)

__all__ = [
    "Alike",
    "MergeGroup",
    "ProposalPart",
    "QueueLine",
    "alike",
    "desk_lines",
    "free_photos",
    "like_each",
    "merge_groups",
    "merge_targets",
    "needs",
    "on_matter",
    "pending_merge_of",
    "photos_of",
    "proposal",
    "proposal_by_number",
    "proposal_of_matter",
    "proposals_of_matters",
    "queue",
    "support_of",
]
