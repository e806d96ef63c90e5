"""What a person wishes: which way, how often, what not; and the browsers and robots that are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, select, update

from deliberation.kernel.clock import shanghai
from deliberation.kernel.database import db, insert_missing
from deliberation.kernel.errors import NotFound
from deliberation.matters.models import Matter
from deliberation.notifications import rules
from deliberation.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    MatterMute,
    PlaceRobot,
    PushTarget,
    Wishes,
)
from deliberation.people.access import Actor, require
from deliberation.places import queries as places


def change_wishes(user_id: int, wishes: rules.Wishes, *, now: datetime) -> None:
    """Keep what the person wishes; what waited for a digest that nobody wants any more goes out at once, or nowhere."""
    kept = db.session.get(Wishes, user_id, with_for_update=True)
    if kept is None:
        kept = Wishes(user_id=user_id)
        db.session.add(kept)
    if kept.rhythm != wishes.rhythm or kept.digest_at is None:
        kept.digest_at = rules.next_digest(wishes.rhythm, now=shanghai(now))
    kept.first, kept.rhythm, kept.wants_reminders = Channel(wishes.first), wishes.rhythm, wishes.wants_reminders
    kept.quiet_from, kept.quiet_until = wishes.quiet_from, wishes.quiet_until
    outcomes: dict[rules.Rhythm, dict[str, Any]] = {
        rules.Rhythm.at_once: {"state": DeliveryState.queued, "next_attempt_at": now},
        rules.Rhythm.never: {"state": DeliveryState.gathered},
    }
    changed = outcomes.get(wishes.rhythm)
    if changed:
        waiting = update(Delivery).where(Delivery.user_id == user_id, Delivery.state == DeliveryState.held)
        db.session.execute(waiting.values(changed).execution_options(synchronize_session=False))


def mute_matter(user_id: int, matter_id: int, *, now: datetime) -> None:
    """No more reminders and news of this matter are sent; doing it twice is doing it once."""
    since = literal(now, MatterMute.since.type)
    rows = select(literal(user_id), Matter.id, since).where(Matter.id == matter_id)
    insert_missing(MatterMute, ["user_id", "matter_id", "since"], rows, key=["user_id", "matter_id"])


def unmute_matter(user_id: int, matter_id: int) -> None:
    db.session.execute(delete(MatterMute).where(MatterMute.user_id == user_id, MatterMute.matter_id == matter_id))


def stop(user_id: int, what: rules.Weight, *, now: datetime) -> None:
    """No reminders, or no news, of any matter; what has no matter of its own is stopped so, and a digest."""
    kept = db.session.get(Wishes, user_id)
    wishes = rules.Wishes() if kept is None else kept.as_rules()
    wished = wishes.without_news() if what is rules.Weight.news else wishes.without_reminders()
    change_wishes(user_id, wished, now=now)


def add_push_target(user_id: int, *, endpoint: str, p256dh: str, auth: str, now: datetime) -> None:
    """This browser wants pushes for this person; whoever signed in there before gets none there any more."""
    db.session.execute(delete(PushTarget).where(PushTarget.endpoint == endpoint))
    row = PushTarget(user_id=user_id, endpoint=endpoint, p256dh=p256dh, auth=auth, added_at=now)
    db.session.add(row)
    if db.session.get(Wishes, user_id) is None:
        change_wishes(user_id, rules.Wishes().with_first("push"), now=now)


def forget_push_targets(endpoints: list[str], *, user_id: int | None = None) -> None:
    """These browsers take no pushes any more; with ``user_id`` only this person's own."""
    if endpoints:
        gone = delete(PushTarget).where(PushTarget.endpoint.in_(endpoints))
        db.session.execute(gone if user_id is None else gone.where(PushTarget.user_id == user_id))


def add_robot(
    actor: Actor, *, place_id: int, channel: Channel, name: str, token: str, secret: str, now: datetime
) -> PlaceRobot:
    require(actor, "places.administer", places.place(place_id).scope)
    robot = PlaceRobot(
        place_id=place_id, channel=channel, name=name, token=token, secret=secret, added_by_id=actor.user_id,
        added_at=now,
    )  # fmt: skip
    db.session.add(robot)
    db.session.flush()
    return robot


def end_robot(actor: Actor, robot_id: int, *, now: datetime) -> PlaceRobot:
    """It posts no more; what identified it is wiped."""
    robot = db.session.get(PlaceRobot, robot_id, with_for_update=True)
    if robot is None or robot.ended_at is not None:
        raise NotFound()
    require(actor, "places.administer", places.place(robot.place_id).scope)
    robot.ended_at, robot.token, robot.secret = now, "", ""
    return robot
