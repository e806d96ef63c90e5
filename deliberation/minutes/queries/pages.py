"""What the pages of minutes show, and what the person who looks may do on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deliberation.kernel.errors import NotFound
from deliberation.meetings import queries as meetings
from deliberation.meetings.models import Meeting
from deliberation.meetings.rules import MeetingState, Run, marked_change
from deliberation.minutes import rules
from deliberation.minutes.models import Minutes, MinutesVersion
from deliberation.minutes.queries.rows import minutes, minutes_of_meeting, newest_version, recorders_to_choose
from deliberation.minutes.queries.rows import version as version_of
from deliberation.minutes.queries.rows import versions as versions_of
from deliberation.minutes.queries.sheet import sheet, text_hash
from deliberation.minutes.rules import MinutesState
from deliberation.people import queries as people
from deliberation.people.access import Actor
from deliberation.people.models import User
from deliberation.places import queries as places
from deliberation.places.models import Place

Json = dict[str, Any]
Marked = dict[str, tuple[Run, ...]]


@dataclass(frozen=True)
class MinutesPage:
    """The page of a meeting's minutes. ``text`` is what this person reads: the newest published version, or for the
    offices of the place the one in hand; ``None`` while there is nothing for them yet.

    ``digest`` names exactly the text shown, for the chair's confirmation. ``marked`` is what a correction changes.
    """

    meeting: Meeting
    place: Place
    minutes: Minutes | None
    text: Json | None
    digest: str
    published: MinutesVersion | None
    versions: Sequence[MinutesVersion]
    marked: Marked
    recorder: User | None
    is_recorder: bool
    is_chair: bool
    is_office: bool
    is_late: bool
    recorders: Sequence[User]

    @property
    def is_in_hand(self) -> bool:
        """Whether what is shown is not published yet."""
        return self.minutes is not None and self.minutes.state is not MinutesState.published

    @property
    def may_write(self) -> bool:
        found = self.minutes
        return found is not None and self._refusal(rules.refusal_to_write) is None

    @property
    def may_hand_in(self) -> bool:
        return self.minutes is not None and not self.is_chair and self._refusal(rules.refusal_to_hand_in) is None

    @property
    def may_confirm(self) -> bool:
        found = self.minutes
        return found is not None and self.is_chair and MinutesState.confirmed in rules.MINUTES_MOVES[found.state]

    @property
    def may_publish(self) -> bool:
        return self.minutes is not None and self._refusal(rules.refusal_to_publish) is None

    @property
    def may_correct(self) -> bool:
        found = self.minutes
        return found is not None and found.state is MinutesState.published and (self.is_chair or self.is_recorder)

    @property
    def may_return(self) -> bool:
        found = self.minutes
        given_back = (MinutesState.handed_in, MinutesState.confirmed)
        return found is not None and self.is_chair and found.state in given_back

    def _refusal(self, rule: Any) -> Any:
        assert self.minutes is not None  # noqa: S101 - each caller has looked.
        return rule(state=self.minutes.state, is_recorder=self.is_recorder, is_chair=self.is_chair)


def minutes_page(meeting_id: int, actor: Actor, *, now: datetime) -> MinutesPage:
    """Minutes exist of a meeting that has ended; before that there is no such page."""
    meeting = meetings.meeting(meeting_id)
    if meeting.state is not MeetingState.closed:
        raise NotFound()
    place, found = places.place(meeting.place_id), minutes_of_meeting(meeting_id)
    is_office = actor.may("minutes.write", place.scope)
    published = newest_version(found.id) if found is not None else None
    is_in_hand = found is not None and found.state is not MinutesState.published
    text = published.content if published is not None else None
    if found is not None and is_in_hand and is_office:
        text = sheet(found)
    return MinutesPage(
        meeting=meeting,
        place=place,
        minutes=found,
        text=text,
        digest=text_hash(text) if text is not None else "",
        published=published,
        versions=versions_of(found.id) if found is not None else [],
        marked=marked_changes(text, _before(published, text)),
        recorder=people.user(found.recorder_id) if found is not None else None,
        is_recorder=found is not None and found.recorder_id == actor.user_id,
        is_chair=found is not None and found.chair_id == actor.user_id,
        is_office=is_office,
        is_late=found is not None and is_in_hand and now > found.publish_due_at,
        recorders=recorders_to_choose(meeting) if is_office else [],
    )


def _before(published: MinutesVersion | None, text: Json | None) -> Json | None:
    """The text that the one shown corrects; of a published correction it is read again."""
    if published is None or text is None or text["version"] == 1:
        return None
    if text["version"] != published.version:
        return published.content
    return version_of(published.minutes_id, published.version - 1).content


def marked_changes(text: Json | None, before: Json | None) -> Marked:
    """Each passage that a correction says otherwise, marked; nothing for a first version."""
    if text is None or before is None:
        return {}
    keys = rules.passage_keys(item["id"] for item in text["items"])
    changed = rules.changed_passages(before["passages"], text["passages"], keys=keys)
    return {each.key: marked_change(each.before, each.after) for each in changed}


@dataclass(frozen=True)
class EditPage:
    """What the recorder's page shows: the facts beside which to write, and who changed it last."""

    meeting: Meeting
    minutes: Minutes
    text: Json
    keys: tuple[str, ...]
    changed_by: User | None

    @property
    def written(self) -> frozenset[int]:
        """The items to write about: those that were talked about, and what somebody has written of another."""
        known = self.minutes.passages
        return frozenset(
            item["id"]
            for item in self.text["items"]
            if item["started_at"] or any(known.get(rules.item_key(item["id"], part)) for part in rules.PARTS_OF_ITEM)
        )


def edit_page(meeting_id: int) -> EditPage:
    found = minutes(meeting_id)
    text = sheet(found)
    return EditPage(
        meeting=meetings.meeting(meeting_id),
        minutes=found,
        text=text,
        keys=rules.passage_keys(item["id"] for item in text["items"]),
        changed_by=people.user(found.changed_by_id) if found.changed_by_id is not None else None,
    )


@dataclass(frozen=True)
class VersionPage:
    """A published version, the newest or an older one, with what it changed in the one before."""

    meeting: Meeting
    place: Place
    version: MinutesVersion
    newest: MinutesVersion
    marked: Marked


def version_page(meeting_id: int, number: int) -> VersionPage:
    found = minutes(meeting_id)
    shown = version_of(found.id, number)
    before = version_of(found.id, number - 1).content if number > 1 else None
    meeting = meetings.meeting(meeting_id)
    return VersionPage(
        meeting=meeting,
        place=places.place(meeting.place_id),
        version=shown,
        newest=newest_version(found.id) or shown,
        marked=marked_changes(shown.content, before),
    )
