"""What pages, sockets and rooms above read about votes.

Nothing here reads how an open vote's ballots were cast, save a person's own (R-22).
"""

from __future__ import annotations

from deliberation.votes.queries.acts import Act
from deliberation.votes.queries.ballots import (
    OwnSeat,
    announced_by_item,
    bands,
    current_ballot,
    due_to_close,
    due_to_open,
    due_windows,
    has_announced_vote,
    has_open_vote,
    has_voice,
    own_seats,
    roll_entries_of,
    vote,
    vote_of_meeting,
    voters,
    votes_of_item,
    votes_of_matter,
)
from deliberation.votes.queries.conduct import (
    noticed_motion,
    refusal_of_text,
    refusal_to_announce,
    refusal_to_cancel,
    refusal_to_change,
    refusal_to_close,
    refusal_to_extend,
    refusal_to_finish_count,
    refusal_to_open,
    refusal_to_publish,
    refusal_to_replace,
    refusal_to_run_off,
)
from deliberation.votes.queries.deadlines import announce_due_at
from deliberation.votes.queries.eligibility import Eligibility, eligibility
from deliberation.votes.queries.following import Kin, compared, kin_of, run_off_of, successor
from deliberation.votes.queries.notice import NoticePage, notice_now, notice_page, stages_of
from deliberation.votes.queries.objections import (
    Disputed,
    ObjectionLine,
    answer_due,
    disputed,
    has_open_objection,
    has_unanswered,
    objection_lines,
    objections,
)
from deliberation.votes.queries.pages import VotePage, page
from deliberation.votes.queries.participation import AreaShare, Share, Turnout, public_turnout, turnout, turnouts
from deliberation.votes.queries.parts import VoteLine, VotesPart, desk_lines, needs, on_matter
from deliberation.votes.queries.preparing import Calling, Preparation, calling, preparation, preparation_of
from deliberation.votes.queries.quorum import is_quorum_met, quorum_by_now
from deliberation.votes.queries.receipts import ReceiptCheck, receipt, secret_leaf
from deliberation.votes.queries.room import NO_PAPER, own_parts, room_part, rule_json
from deliberation.votes.queries.scenes import Scene, scene, scenes_to_conduct
from deliberation.votes.queries.versions import Versions, versions
from deliberation.votes.queries.waiting import scenes_to_cast

__all__ = [
    "NO_PAPER",
    "Act",
    "AreaShare",
    "Calling",
    "Disputed",
    "Eligibility",
    "Kin",
    "NoticePage",
    "ObjectionLine",
    "OwnSeat",
    "Preparation",
    "ReceiptCheck",
    "Scene",
    "Share",
    "Turnout",
    "Versions",
    "VoteLine",
    "VotePage",
    "VotesPart",
    "announce_due_at",
    "announced_by_item",
    "answer_due",
    "bands",
    "calling",
    "compared",
    "current_ballot",
    "desk_lines",
    "disputed",
    "due_to_close",
    "due_to_open",
    "due_windows",
    "eligibility",
    "has_announced_vote",
    "has_open_objection",
    "has_open_vote",
    "has_unanswered",
    "has_voice",
    "is_quorum_met",
    "kin_of",
    "needs",
    "notice_now",
    "notice_page",
    "noticed_motion",
    "objection_lines",
    "objections",
    "on_matter",
    "own_parts",
    "own_seats",
    "page",
    "preparation",
    "preparation_of",
    "public_turnout",
    "quorum_by_now",
    "receipt",
    "refusal_of_text",
    "refusal_to_announce",
    "refusal_to_cancel",
    "refusal_to_change",
    "refusal_to_close",
    "refusal_to_extend",
    "refusal_to_finish_count",
    "refusal_to_open",
    "refusal_to_publish",
    "refusal_to_replace",
    "refusal_to_run_off",
    "roll_entries_of",
    "room_part",
    "rule_json",
    "run_off_of",
    "scene",
    "scenes_to_cast",
    "scenes_to_conduct",
    "secret_leaf",
    "stages_of",
    "successor",
    "turnout",
    "turnouts",
    "versions",
    "vote",
    "vote_of_meeting",
    "voters",
    "votes_of_item",
    "votes_of_matter",
]
