"""The private address of a person's calendar is made anew."""

from __future__ import annotations

from datetime import datetime

from deliberation.kernel.database import db
from deliberation.kernel.errors import NotAllowed
from deliberation.meetings.models import CalendarFeed
from deliberation.people.access import Actor


def renew_feed(actor: Actor, *, now: datetime) -> CalendarFeed:
    """From now on only the new address opens the calendar; whoever had the old one reads nothing any more."""
    if actor.user_id is None:
        raise NotAllowed()
    feed = db.session.get(CalendarFeed, actor.user_id, with_for_update=True)
    if feed is None:
        feed = CalendarFeed(user_id=actor.user_id, serial=1)
        db.session.add(feed)
    feed.serial, feed.renewed_at = (feed.serial or 1) + 1, now
    db.session.flush()
    return feed
