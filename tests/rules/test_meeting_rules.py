"""Notice, agenda, opening, chairing and putting to the vote (domain.md C3, C4, R-06, R-40, R-47)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.committees.rules import Notice
from deliberation.kernel.working_days import SHANGHAI, WorkingCalendar, latest_notice_working_date
from deliberation.meetings.rules import (
    ITEM_MOVES,
    MEETING_MOVES,
    AgendaLocked,
    AgendaTooLong,
    ChairHasInterest,
    ItemNotThere,
    ItemState,
    LunchTooLong,
    MeetingNotThere,
    MeetingState,
    MotionNotCarried,
    NothingVoted,
    NoticeTooLate,
    NoticeTooLateInDays,
    NotInNotice,
    NotTheChair,
    SeatsMissing,
    TooEarlyToOpen,
    TooLateToOpen,
    earliest_meeting_day,
    is_lunch_session,
    is_missed,
    latest_notice_day,
    notice_recipients,
    quorum_change,
    refusal_of_minutes,
    refusal_to_chair,
    refusal_to_change_agenda,
    refusal_to_decide,
    refusal_to_defer,
    refusal_to_finish,
    refusal_to_move_item,
    refusal_to_move_meeting,
    refusal_to_notify,
    refusal_to_open,
    refusal_to_open_now,
    refusal_to_put_to_vote,
)

STATUTORY = WorkingCalendar()


def at_noon(*day):
    return datetime(*day, 12, 15, tzinfo=SHANGHAI).astimezone(UTC)


def noticing(**changed):
    facts = {
        "starts_at": at_noon(2026, 3, 20),  # A Friday.
        "now": at_noon(2026, 3, 16),  # The Monday before.
        "notice": Notice(3),
        "calendar": STATUTORY,
    }
    return refusal_to_notify(**{**facts, **changed})


# Notice: three whole working days


def test_the_last_moment_of_the_last_day_is_in_time():
    assert noticing() is None
    assert noticing(now=datetime(2026, 3, 16, 23, 59, tzinfo=SHANGHAI)) is None


def test_a_day_later_is_too_late_and_says_until_when_it_would_do():
    refusal = noticing(now=datetime(2026, 3, 17, 0, 0, tzinfo=SHANGHAI))
    assert isinstance(refusal, NoticeTooLate)
    assert refusal.params == {"days": 3, "earliest": date(2026, 3, 21)}
    assert noticing(now=at_noon(2026, 3, 17), starts_at=at_noon(2026, 3, 21)) is None


def test_the_day_is_shanghais():
    assert noticing(now=datetime(2026, 3, 16, 15, 59, tzinfo=UTC)) is None
    assert isinstance(noticing(now=datetime(2026, 3, 16, 16, 0, tzinfo=UTC)), NoticeTooLate)


def test_a_charter_may_ask_for_more():
    assert isinstance(noticing(notice=Notice(4)), NoticeTooLate)
    assert noticing(notice=Notice(4), now=at_noon(2026, 3, 13)) is None


def test_holidays_do_not_count_as_notice():
    after_national_day = at_noon(2025, 10, 10)  # The 9th is the only working day since 30 September.
    assert isinstance(noticing(now=at_noon(2025, 9, 29), starts_at=after_national_day), NoticeTooLate)
    assert noticing(now=at_noon(2025, 9, 28), starts_at=at_noon(2025, 10, 11)) is None  # Both weekend days are worked.


@given(
    today=st.dates(date(2024, 1, 1), date(2026, 11, 1)), working=st.integers(0, 10), calendar_days=st.integers(0, 20)
)
def test_the_earliest_day_is_the_earliest(today, working, calendar_days):
    notice = Notice(working, calendar_days)
    earliest = earliest_meeting_day(notified_on=today, notice=notice, calendar=STATUTORY)
    now = datetime.combine(today, time.min, tzinfo=SHANGHAI)
    for late in range((earliest - today).days + 5):
        day = today + timedelta(days=late)
        starts_at = datetime.combine(day, time.min, tzinfo=SHANGHAI)
        refusal = noticing(now=now, starts_at=starts_at, notice=notice)
        assert (refusal is None) is (day >= earliest)
        assert (refusal is None) is (latest_notice_day(day, notice, calendar=STATUTORY) >= today)
        assert (day - today).days > calendar_days or refusal is not None
        assert latest_notice_working_date(day, working, calendar=STATUTORY) >= today or refusal is not None


def test_owners_are_told_fifteen_days_before_and_the_refusal_counts_in_days():
    fifteen = {"starts_at": at_noon(2026, 3, 20), "notice": Notice(0, 15)}
    assert noticing(now=at_noon(2026, 3, 4), **fifteen) is None  # R-06's own example.
    refusal = noticing(now=at_noon(2026, 3, 5), **fifteen)
    assert isinstance(refusal, NoticeTooLateInDays)
    assert refusal.params == {"days": 15, "earliest": date(2026, 3, 21)}


# The agenda, and an hour of lunch


def test_changing_the_agenda():
    locks_at = at_noon(2026, 3, 18)
    after = locks_at + timedelta(minutes=1)
    for state in (MeetingState.planned, MeetingState.noticed):
        assert refusal_to_change_agenda(state=state, locks_at=locks_at, now=locks_at) is None
        assert isinstance(refusal_to_change_agenda(state=state, locks_at=locks_at, now=after), AgendaLocked)
    for state in set(MeetingState) - {MeetingState.planned, MeetingState.noticed}:
        assert isinstance(refusal_to_change_agenda(state=state, locks_at=locks_at, now=locks_at), MeetingNotThere)


@pytest.mark.parametrize(
    ("kind", "hour", "is_lunch"),
    [("lunch_session", 9, True), ("lane_association", 12, True), ("lane_association", 19, False)],
)
def test_midday_belongs_to_peoples_lunch(kind, hour, is_lunch):
    starts_at = datetime(2026, 3, 20, hour, 0, tzinfo=SHANGHAI).astimezone(UTC)
    assert is_lunch_session(committee_kind=kind, starts_at=starts_at) is is_lunch


def test_a_lunch_session_takes_an_hour_at_most():
    assert refusal_of_minutes(is_lunch_session=True, planned=60, items=[5, 45, 10]) is None
    assert isinstance(refusal_of_minutes(is_lunch_session=True, planned=61, items=[]), LunchTooLong)
    assert refusal_of_minutes(is_lunch_session=False, planned=90, items=[90]) is None
    refusal = refusal_of_minutes(is_lunch_session=True, planned=60, items=[5, 46, 10])
    assert isinstance(refusal, AgendaTooLong)
    assert refusal.params == {"total": 61, "planned": 60}


def test_everybody_hears_once_and_for_the_strongest_reason():
    told = notice_recipients(
        seat_holders=[1, 2], participants={2: "supporter", 3: "proposer"}, followers=[3, 4], chair_id=1
    )
    assert told == {1: "chair", 2: "member", 3: "proposer", 4: "place_follower"}


# Opening


def opening(**changed):
    facts = {"state": MeetingState.noticed, "has_votes": True, "seats_present": 6, "seats_needed": 6}
    return refusal_to_open(**{**facts, **changed})


def test_votes_need_their_quorum_in_the_room():
    assert opening() is None
    refusal = opening(seats_present=5)
    assert isinstance(refusal, SeatsMissing)
    assert refusal.params == {"present": 5, "needed": 6, "missing": 1}
    assert opening(seats_present=0, has_votes=False) is None
    assert isinstance(opening(state=MeetingState.planned), MeetingNotThere)


def test_nobody_opens_long_before_the_time():
    starts_at = at_noon(2026, 3, 20)
    assert refusal_to_open_now(starts_at=starts_at, now=starts_at - timedelta(minutes=30)) is None
    early = refusal_to_open_now(starts_at=starts_at, now=starts_at - timedelta(minutes=31))
    assert isinstance(early, TooEarlyToOpen)
    assert early.params == {"starts_at": starts_at}


def test_nobody_opens_a_meeting_whose_day_is_over():
    starts_at = at_noon(2026, 3, 20)
    assert refusal_to_open_now(starts_at=starts_at, now=starts_at + timedelta(hours=12)) is None
    late = refusal_to_open_now(starts_at=starts_at, now=starts_at + timedelta(hours=12, minutes=1))
    assert isinstance(late, TooLateToOpen)


# Chairing


@pytest.mark.parametrize(
    ("person", "stand_in", "has_interest", "refusal"),
    [
        (1, None, False, None),
        (1, None, True, ChairHasInterest),
        (1, 2, True, ChairHasInterest),
        (2, 2, False, None),
        (2, 2, True, ChairHasInterest),
        (1, 2, False, NotTheChair),
        (3, None, False, NotTheChair),
        (3, None, True, NotTheChair),
        (None, None, False, NotTheChair),
    ],
)
def test_who_chairs_an_item(person, stand_in, has_interest, refusal):
    said = refusal_to_chair(person_id=person, chair_id=1, stand_in_chair_id=stand_in, has_interest=has_interest)
    assert type(said) is (refusal or type(None))


# Putting to the vote, and the states


def test_what_is_not_in_the_notice_may_be_discussed_but_not_voted():
    assert refusal_to_put_to_vote(in_notice=True, item=ItemState.debate) is None
    for state in ItemState:
        assert isinstance(refusal_to_put_to_vote(in_notice=False, item=state), NotInNotice)
        if state is not ItemState.debate:
            assert isinstance(refusal_to_put_to_vote(in_notice=True, item=state), ItemNotThere)


@pytest.mark.parametrize(
    ("moves", "states", "refusal_to_move", "first"),
    [
        (MEETING_MOVES, MeetingState, refusal_to_move_meeting, MeetingState.planned),
        (ITEM_MOVES, ItemState, refusal_to_move_item, ItemState.queued),
    ],
)
def test_the_table_of_moves(moves, states, refusal_to_move, first):
    assert set(moves) == set(states)
    for state in states:
        for wanted in states:
            assert (refusal_to_move(state, wanted) is None) is (wanted in moves[state])
    reached, waiting = set(), [first]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(moves[state])
    assert reached == set(states)


def test_what_has_ended_stays_ended():
    for ended in (MeetingState.closed, MeetingState.cancelled):
        assert not MEETING_MOVES[ended]
    assert not ITEM_MOVES[ItemState.decided]


# Presence and putting off


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (True, False, "quorum.lost"),
        (False, True, "quorum.regained"),
        (True, True, ""),
        (False, False, ""),
        (None, None, ""),
    ],
)
def test_the_room_is_told_when_the_quorum_is_lost_or_there_again(before, after, kind):
    assert quorum_change(before, after) == kind


@pytest.mark.parametrize(
    ("is_past", "is_requested", "decided_nothing", "is_refused"),
    [
        (False, False, False, False),
        (True, False, False, True),
        (True, False, True, False),
        (True, True, False, False),
    ],
)
def test_an_item_is_put_off_unless_its_vote_is_under_way_or_decided(is_past, is_requested, decided_nothing, is_refused):
    refusal = refusal_to_defer(is_past_meeting=is_past, is_requested=is_requested, vote_decided_nothing=decided_nothing)
    assert (refusal is not None) is is_refused


# After a vote that did not carry its motion


@pytest.mark.parametrize(
    ("outcome", "is_other", "is_refused"),
    [("", False, False), ("failed_approval", False, True), ("no_quorum", False, True), ("tie", True, False)],
)
def test_beside_a_lost_vote_only_another_agreement_is_written_down(outcome, is_other, is_refused):
    assert isinstance(refusal_to_decide(outcome=outcome, is_other=is_other), MotionNotCarried) is is_refused
    assert isinstance(refusal_to_finish(outcome=outcome), NothingVoted) is (outcome == "")


@pytest.mark.parametrize(
    ("state", "hours", "missed"),
    [("noticed", 4, False), ("noticed", 5, True), ("open", 5, False), ("planned", 5, False), ("cancelled", 5, False)],
)
def test_a_called_meeting_that_nobody_opened_was_not_held(state, hours, missed):
    starts_at = datetime(2026, 3, 6, 4, 15, tzinfo=UTC)
    now = starts_at + timedelta(hours=hours)
    assert is_missed(state=MeetingState(state), starts_at=starts_at, now=now) is missed
