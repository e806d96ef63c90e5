"""What pages, services and other rooms read about notices and look-backs."""

from __future__ import annotations

from deliberation.feedback.queries.figures import Line, Table, figures, figures_table
from deliberation.feedback.queries.look_backs import (
    answer_of,
    counts,
    ending_ids,
    is_open,
    look_back,
    look_backs,
    people_of,
    photo_of_answer,
    was_asked,
)
from deliberation.feedback.queries.notices import (
    NoticePage,
    due_notice_ids,
    notice,
    notices,
    recipients_of_notice,
    seats_on_paper,
)
from deliberation.feedback.queries.parts import Part, desk_lines, needs, on_matter
from deliberation.feedback.queries.plans import plan_of_matter, plan_of_place, plans_of
from deliberation.feedback.queries.terms import kind_of, people_asked, rating_of, term
from deliberation.feedback.queries.visits import (
    VisitPage,
    handled_by,
    open_visits,
    people_visited,
    visit,
    visit_lines,
    visit_needs,
    visit_of_look_back,
    visit_page,
    visitors_to_choose,
    visits_to_remind,
)

__all__ = [
    "Line",
    "NoticePage",
    "Part",
    "Table",
    "VisitPage",
    "answer_of",
    "counts",
    "desk_lines",
    "due_notice_ids",
    "ending_ids",
    "figures",
    "figures_table",
    "handled_by",
    "is_open",
    "kind_of",
    "look_back",
    "look_backs",
    "needs",
    "notice",
    "notices",
    "on_matter",
    "open_visits",
    "people_asked",
    "people_of",
    "people_visited",
    "photo_of_answer",
    "plan_of_matter",
    "plan_of_place",
    "plans_of",
    "rating_of",
    "recipients_of_notice",
    "seats_on_paper",
    "term",
    "visit",
    "visit_lines",
    "visit_needs",
    "visit_of_look_back",
    "visit_page",
    "visitors_to_choose",
    "visits_to_remind",
    "was_asked",
]
