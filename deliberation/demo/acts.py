"""What several stories do: propose, join, support, put to the vote, cast, answer. Each is one click each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from deliberation.cases import queries as cases
from deliberation.committees.models import Committee, Seat
from deliberation.demo.stage import Stage
from deliberation.feedback import queries as feedback_queries
from deliberation.feedback import service as feedback
from deliberation.feedback.models import LookBack
from deliberation.feedback.rules import Answer
from deliberation.kernel.database import db
from deliberation.matters.models import Participation
from deliberation.meetings import queries as meeting_queries
from deliberation.meetings import service as meetings
from deliberation.meetings.models import AgendaItem
from deliberation.meetings.rules import check_in_code
from deliberation.minutes import queries as minutes_queries
from deliberation.minutes import service as minutes
from deliberation.minutes.rules import digest_of
from deliberation.people import queries as people
from deliberation.photos import service as photos
from deliberation.places.models import Place
from deliberation.proposals import service as proposals
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.models import PaperBallot, RollEntry, Vote
from deliberation.votes.rules import Channel, Choice

AT_ONCE = 50  # Ballots of one transaction.


def user_id_of(stage: Stage, who: str | int | None) -> int:
    if isinstance(who, str):
        return stage.cast.named[who].id
    if who is None:
        raise LookupError("nobody sits there who could act")
    return who


def case_id_of(stage: Stage, vote_id: int) -> int:
    """The case that a passed resolution became."""
    with stage.app.app_context():
        case = cases.case_of_vote(vote_id)
        if case is None:
            raise LookupError(f"vote {vote_id} has no case")
        return case.id


def write_minutes(stage: Stage, meeting_id: int, passages: Mapping[str, str], *, now: datetime) -> None:
    """The chair writes the reasons down, confirms the text and publishes it."""
    bases = dict.fromkeys(passages, digest_of(""))
    stage.act("shen", minutes.write_passages, meeting_id=meeting_id, typed=passages, bases=bases, now=now)
    with stage.app.app_context():
        seen = minutes_queries.text_hash(minutes_queries.sheet(minutes_queries.minutes(meeting_id)))
    stage.act("shen", minutes.confirm, meeting_id=meeting_id, seen=seen, now=now)
    stage.act("shen", minutes.publish, meeting_id=meeting_id, now=now)


def upload(stage: Stage, who: str | int, picture: BytesIO, *, caption: str, now: datetime) -> int:
    """Store a picture and return its id."""
    with stage.scene():
        return store(stage, picture, caption=caption, uploaded_by_id=user_id_of(stage, who), now=now)


def store(
    stage: Stage, picture: BytesIO, *, caption: str, uploaded_by_id: int, now: datetime, is_private: bool = False
) -> int:
    """The same within a scene."""
    photo = photos.store(
        FileStorage(picture, filename="photo.jpg", content_type="image/jpeg"),
        caption=caption,
        uploaded_by_id=uploaded_by_id,
        now=now,
        folder=stage.app.extensions["settings"].uploads,
        is_private=is_private,
    )
    return photo.id


def propose(
    stage: Stage,
    who: str | int | None,
    *,
    place: Place,
    title: str,
    text: str,
    kind: ProposalKind,
    spot: str,
    now: datetime,
    hides_name: bool = False,
    picture: BytesIO | None = None,
    caption: str = "",
) -> Proposal:
    """Hand in a proposal, with a picture where there is one."""
    author = user_id_of(stage, who)
    photo_ids = [upload(stage, author, picture, caption=caption, now=now)] if picture else []
    found: Proposal = stage.act(
        author, proposals.submit, place_id=place.id, title=title, text=text, kind=kind, spot=spot,
        hides_name=hides_name, photo_ids=photo_ids, submission_key=f"demo:{author}:{now.isoformat()}", now=now,
    )  # fmt: skip
    return found


def join(stage: Stage, proposal_ids: Sequence[int], *, into: int, reason: str, now: datetime) -> None:
    """One liaison asks to join proposals, the other confirms."""
    requests = stage.act(
        "shen", proposals.request_merges, proposal_ids=proposal_ids, into_id=into, reason=reason, now=now
    )
    ids = [request.id for request in requests]
    stage.act("lu", proposals.confirm_merges, request_ids=ids, now=now + timedelta(hours=1))


def support(stage: Stage, proposal_id: int, user_ids: Iterable[int | None], *, now: datetime) -> None:
    for count, user_id in enumerate(user_ids):
        stage.act(
            user_id_of(stage, user_id), proposals.support, proposal_id=proposal_id, now=now + timedelta(minutes=count)
        )


def hold_vote(
    stage: Stage, *, item: AgendaItem, committee: Committee, title: str, text: str, opens_at: datetime,
    closes_at: datetime, handler: str, unit: str, working_days: int, now: datetime, approval_body: str = "",
) -> Vote:  # fmt: skip
    """Prepare and publish the vote of an agenda item."""
    vote: Vote = stage.act(
        "shen", votes.prepare_vote, matter_id=item.matter_id, committee_id=committee.id, item_id=item.id,
        title=title, text=text, opens_at=opens_at, closes_at=closes_at,
        needs_external_approval=bool(approval_body), approval_body=approval_body,
        handler_id=stage.cast.named[handler].id, handler_unit_id=stage.cast.organisations[unit].id,
        handler_working_days=working_days, now=now,
    )  # fmt: skip
    stage.act("shen", votes.publish_vote, vote_id=vote.id, now=now + timedelta(minutes=5))
    return vote


def cast_ballots(
    stage: Stage, vote_id: int, ballots: Sequence[tuple[Seat, Choice]], *, start: datetime, seconds: int = 1800,
    is_live: bool = False,
) -> None:  # fmt: skip
    """Each seat casts, one after the other."""
    with stage.app.app_context():
        rows = db.session.execute(select(RollEntry.seat_id, RollEntry.id).where(RollEntry.vote_id == vote_id))
        entries = {row.seat_id: row.id for row in rows}
    cast = [(seat.user_id, entries[seat.id], choice) for seat, choice in ballots]
    channel = Channel.live if is_live else Channel.web
    _cast_in_turn(stage, vote_id, cast, start=start, seconds=seconds, channel=channel)


def cast_by_people(
    stage: Stage, vote_id: int, ballots: Sequence[tuple[int, Any]], *, start: datetime, seconds: int
) -> None:
    """Each person (a user id) casts by web for their own entry of the roll, one after the other."""
    with stage.app.app_context():
        rows = select(RollEntry.user_id, RollEntry.id).where(RollEntry.vote_id == vote_id)
        entries = dict(db.session.execute(rows.where(RollEntry.user_id.is_not(None))).all())
    cast = [(user_id, entries[user_id], choice) for user_id, choice in ballots]
    _cast_in_turn(stage, vote_id, cast, start=start, seconds=seconds, channel=Channel.web)


def _cast_in_turn(
    stage: Stage, vote_id: int, ballots: Sequence[tuple[int | None, int, Any]], *, start: datetime, seconds: int,
    channel: Channel,
) -> None:  # fmt: skip
    """Many ballots share a transaction: a crowd of hundreds is there in seconds."""
    for first in range(0, len(ballots), AT_ONCE):
        with stage.scene():
            for count, (user_id, entry_id, choice) in enumerate(ballots[first : first + AT_ONCE], first):
                votes.cast_ballot(
                    people.actor(user_id_of(stage, user_id)), vote_id=vote_id, roll_entry_id=entry_id, choice=choice,
                    client_ballot_id=f"demo-{vote_id}-{entry_id}", channel=channel,
                    now=start + timedelta(seconds=seconds * count),
                )  # fmt: skip


def entry_of(stage: Stage, vote_id: int, label: str) -> int:
    """The id of the roll's entry with this label."""
    with stage.app.app_context():
        rows = select(RollEntry.id).where(RollEntry.vote_id == vote_id, RollEntry.label == label)
        return db.session.scalars(rows).one()


def read_sheets(
    stage: Stage, vote_id: int, ballots: Mapping[str, Any], *, tellers: Sequence[str], start: datetime
) -> None:
    """Each teller reads what stands on the sheets, by the labels of their voters: two settle a sheet, one does not."""
    with stage.app.app_context():
        rows = select(RollEntry.label, PaperBallot.token).join(PaperBallot, PaperBallot.roll_entry_id == RollEntry.id)
        tokens = dict(db.session.execute(rows.where(RollEntry.vote_id == vote_id)).all())
    for count, (label, choice) in enumerate(ballots.items()):
        for teller in tellers:
            stage.act(
                teller, votes.enter_reading, token=tokens[label], choice=choice, invalid_reason=None,
                now=start + timedelta(minutes=count),
            )  # fmt: skip


def check_in(stage: Stage, meeting_id: int, people: Iterable[str | int | None], *, now: datetime) -> None:
    """Each types the code that stands on the screen."""
    with stage.app.app_context():
        secret = meeting_queries.meeting(meeting_id).check_in_secret
    code = check_in_code(secret, meeting_id=meeting_id, at=now)
    for who in people:
        stage.act(user_id_of(stage, who), meetings.check_in, meeting_id=meeting_id, code=code, now=now)


def send_notice(stage: Stage, matter_id: int, *, now: datetime) -> None:
    """The liaison tells everyone what the last vote came to."""
    with stage.app.app_context():
        notice_id = feedback_queries.notices(matter_id)[-1].id
    stage.act("shen", feedback.issue_notice, notice_id=notice_id, now=now)


def answer_look_backs(stage: Stage, matter_id: int, answers: Sequence[Answer], *, reason: str, now: datetime) -> None:
    """As many of the people who were asked answer, in the order in which they came to the matter."""
    with stage.app.app_context():
        look_back_id = db.session.scalars(
            select(LookBack.id)
            .where(LookBack.matter_id == matter_id, LookBack.asked_at.is_not(None))
            .order_by(LookBack.due_at.desc())
        ).first()
        rows = select(Participation.user_id).where(Participation.matter_id == matter_id)
        people = list(dict.fromkeys(db.session.scalars(rows.order_by(Participation.id))))
    if look_back_id is None:
        raise LookupError(f"nobody has been asked about matter {matter_id}")
    for count, (user_id, answer) in enumerate(zip(people, answers, strict=False)):
        with stage.scene():
            feedback.answer_look_back(
                look_back_id=look_back_id,
                user_id=user_id,
                answer=answer,
                reason="" if answer is Answer.fixed else reason,
                by_link=False,
                now=now + timedelta(minutes=count),
            )
