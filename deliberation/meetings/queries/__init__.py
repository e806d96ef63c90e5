"""What pages and other rooms read about meetings."""

from __future__ import annotations

from deliberation.meetings.queries.agenda import (
    MeetingLine,
    agenda_matter_ids,
    coming_meetings,
    item,
    items,
    latest_item_of_matter,
    matters_to_schedule,
    meeting,
    past_meetings,
    people_who_may_chair,
)
from deliberation.meetings.queries.attendance import (
    Presence,
    SeatPresence,
    attendance_of,
    is_present,
    open_hands,
    presence,
    present_user_ids,
    seat_roll,
)
from deliberation.meetings.queries.bodies import (
    body_of,
    charter_of,
    day_of,
    may_convene,
    refusal_to_convene,
    seat_holders,
    totals_of,
)
from deliberation.meetings.queries.parts import MeetingPart, desk_lines, needs, next_meeting, on_matter
from deliberation.meetings.queries.room import (
    present_speaker,
    room_part,
    room_parts,
    spoken_counts,
    waiting_speakers,
    whole_state,
)

__all__ = [
    "MeetingLine",
    "MeetingPart",
    "Presence",
    "SeatPresence",
    "agenda_matter_ids",
    "attendance_of",
    "body_of",
    "charter_of",
    "coming_meetings",
    "day_of",
    "desk_lines",
    "is_present",
    "item",
    "items",
    "latest_item_of_matter",
    "matters_to_schedule",
    "may_convene",
    "meeting",
    "needs",
    "next_meeting",
    "on_matter",
    "open_hands",
    "past_meetings",
    "people_who_may_chair",
    "presence",
    "present_speaker",
    "present_user_ids",
    "refusal_to_convene",
    "room_part",
    "room_parts",
    "seat_holders",
    "seat_roll",
    "spoken_counts",
    "totals_of",
    "waiting_speakers",
    "whole_state",
]
