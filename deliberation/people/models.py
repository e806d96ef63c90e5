"""People, the organisations they belong to, and the roles they hold in a place."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_security import UserMixin
from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.people.access import Role
from deliberation.people.rules import VIEW_COMES_BACK, Purpose


class OrganisationKind(StrEnum):
    firm = "firm"
    department = "department"
    park = "park"
    community = "community"


class Organisation(Model):
    """A firm, a department, a park's management, a residents' committee: who leads a case or holds a seat."""

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))


class User(Model, UserMixin):
    """An account. ``name`` is the real name, shown in public only masked (R-50).

    ``email`` or ``us_phone_number`` is filled, written as people.rules has them: people sign in by password, or by a
    one-time code sent there. The names ``us_phone_number`` and ``fs_uniquifier`` are Flask-Security's.
    """

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")  # What the person is called by: 周女士, 周阿姨.
    duty: Mapped[str] = mapped_column(default="")  # Shown beside the name: 联络员, 三号楼上班.
    email: Mapped[str | None] = mapped_column(unique=True)  # type: ignore[assignment]
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    us_phone_number: Mapped[str | None] = mapped_column(unique=True)
    code_key: Mapped[str | None]  # From which the one-time code last sent is worked out; empty once it is used.
    code_attempts: Mapped[int] = mapped_column(default=0)  # Wrong tries since it was sent.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # When the address was first proved.
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime)
    update_datetime: Mapped[datetime | None] = mapped_column(UtcDateTime)  # type: ignore[assignment]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    home_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    locale: Mapped[str] = mapped_column(default="zh_Hans_CN")
    display_mode: Mapped[str] = mapped_column(default="standard")
    elder_size: Mapped[int] = mapped_column(default=22)
    theme: Mapped[str] = mapped_column(default="auto")
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # To the privacy notice (PIPL art. 14).
    leaving_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # Asked to be deleted; until then not.
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # A tombstone since then.

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Flask-Security's global roles: none, since ours hold in a place (see RoleAssignment)."""
        return []


class RoleAssignment(Model):
    """``user`` holds ``role`` in ``place`` and below, until ``ended_at``; kept after it ends, for the record."""

    __tablename__ = "role_assignment"
    __table_args__ = (Index("ix_role_assignment_current", "user_id", "ended_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Model):
    """A separate consent (R-53) and its end: each giving is a row, so that both are kept."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person", "user_id", "purpose"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[Purpose] = mapped_column(enum_column(Purpose))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlaceFollow(Model):
    """A resident or worker who wants to hear what becomes of the matters of a place."""

    __tablename__ = "place_follow"
    __table_args__ = (UniqueConstraint("user_id", "place_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Model):
    """The administrator's own entry: ``day`` works or rests, whatever the built-in calendar says (R-05)."""

    __tablename__ = "calendar_day"
    day: Mapped[str] = mapped_column(primary_key=True)  # ISO date.
    is_working: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")


class CalendarYear(Model):
    """A year whose holidays the administrator has entered in full."""

    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class DeskView(Model):
    """A way of looking at the desk that its owner comes back to; ``asked`` is the filters, as an address has them.

    The one that was thrown away last lies here for a day, with ``dropped_at``, so that it can be brought back.
    """

    __tablename__ = "desk_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def comes_back(self, now: datetime) -> bool:
        """Whether it was thrown away and can still be brought back."""
        return self.dropped_at is not None and now < self.dropped_at + VIEW_COMES_BACK


class Draft(Model):
    """What a person has typed or ticked and not sent yet: theirs alone, found again on any device of theirs.

    ``key`` names the form ("propose", "ballot:12:345"), ``content`` is what the page wrote, and ``version`` counts how
    often. It goes when the form is sent, and after rules.DRAFT_DAYS days; secret ballots are never here.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
