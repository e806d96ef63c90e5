"""Where things happen: parks, buildings, lanes, and the units inside them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deliberation.kernel.database import Model, UtcDateTime, enum_column
from deliberation.places.rules import small_picture_of


class PlaceKind(StrEnum):
    district = "district"
    subdistrict = "subdistrict"
    park = "park"
    building = "building"
    lane = "lane"
    estate = "estate"


class UnitKind(StrEnum):
    household = "household"
    shop = "shop"
    organisation = "organisation"


class Place(Model):
    """``code`` stands in numbers and addresses ("WTL"), ``plate`` on the door plate ("梧").

    ``path`` is the ids from the top place to this one, "/1/4/", so that a role granted above holds here.
    Who finds a place that is hidden, with everything below it, is for setup.privacy to say.
    """

    __tablename__ = "place"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    plate: Mapped[str]
    kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    path: Mapped[str] = mapped_column(default="", index=True)
    address: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    contact_hours: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")  # "#7a3e00", checked by rules.read_colour; empty for ours.
    emblem: Mapped[str] = mapped_column(default="")  # A rules.Emblem; empty for none.
    # A picture of their own stands in its place (photos.emblems); the one before it can be put back.
    emblem_picture: Mapped[str] = mapped_column(default="", server_default="")
    emblem_picture_before: Mapped[str] = mapped_column(default="", server_default="")
    spots: Mapped[str] = mapped_column(default="")  # Well-known corners, one a line, offered when proposing.
    hidden_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # While it is being set up.
    parent: Mapped[Place | None] = relationship(remote_side=[id])

    @property
    def emblem_small(self) -> str:
        """The file of the small picture."""
        return small_picture_of(self.emblem_picture)

    @property
    def full_name(self) -> str:
        """Where it is chosen from a list: each estate has a "1 号楼", so a building's names what it stands in."""
        in_another = self.kind is PlaceKind.building and self.parent is not None
        return f"{self.parent.name} · {self.name}" if in_another and self.parent else self.name

    @property
    def scope(self) -> tuple[int, ...]:
        """The ids of this place and of every place above it, from the top."""
        return tuple(int(part) for part in self.path.split("/") if part)


class Unit(Model):
    """A household, shop or organisation of a place: what holds a seat in its association."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("place_id", "label"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    kind: Mapped[UnitKind] = mapped_column(enum_column(UnitKind))
    label: Mapped[str]
