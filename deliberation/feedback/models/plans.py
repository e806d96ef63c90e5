"""How a place wants matters of a kind to be looked back at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.feedback.rules import Plan
from deliberation.kernel.database import Model, UtcDateTime


class LookBackPlan(Model):
    """``kind`` is a ``ProposalKind`` or "" for all; ``days`` after the reply, ascending. Holds below the place too."""

    __tablename__ = "look_back_plan"
    __table_args__ = (UniqueConstraint("place_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(default="")
    days: Mapped[list[int]] = mapped_column(JSON)
    days_to_answer: Mapped[int]
    asks_visit: Mapped[bool] = mapped_column(default=False)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def plan(self) -> Plan:
        return Plan(tuple(self.days), self.days_to_answer, self.asks_visit, self.kind, self.place_id)
