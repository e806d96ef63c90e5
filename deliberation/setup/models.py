"""A place being set up, step by step, and the invitations into it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.people.access import Role
from deliberation.setup.rules import StepKind


class Setup(Model):
    """One setting up of one place. It ends by being finished, or by being undone as a whole."""

    __tablename__ = "setup"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.undone_at is not None


class SetupStep(Model):
    """A step that is done; ``made`` is the ids of what it made, so that it can be undone: {"places": [4, 5]}.

    A step that was passed over made nothing. Undoing deletes the row; the audit log keeps that it was there.
    """

    __tablename__ = "setup_step"
    __table_args__ = (UniqueConstraint("setup_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    setup_id: Mapped[int] = mapped_column(ForeignKey("setup.id"))
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind))
    made: Mapped[dict[str, Any]] = mapped_column(JSON)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Model):
    """A way into ``place`` for ``uses_allowed`` people until ``expires_at``.

    One with an ``address`` is for whoever signs in there and is used once; only such a one gives a role or a seat.
    ``name`` is what the list called that person; both are wiped once the invitation is over (R-54).
    """

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    role: Mapped[Role | None] = mapped_column(enum_column(Role))
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    uses_allowed: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InvitationUse(Model):
    """Who came in by an invitation."""

    __tablename__ = "invitation_use"
    __table_args__ = (UniqueConstraint("invitation_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
