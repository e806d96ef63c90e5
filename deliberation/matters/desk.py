"""What needs somebody: lines of the desk and the home page's cards, gathered from every room by the portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class DeskLine:
    """One thing an office-holder has to do. ``task`` is a code of wording.HOLDER_TASKS; ``url`` is where to do it.

    ``count`` is how many of the same kind the line stands for, such as people to be told of one matter. ``place`` is
    the code of the place, where there is no matter whose ``number`` begins with it: a meeting's.
    """

    step: int
    number: str
    plate: str
    title: str
    task: str
    due_at: datetime | None
    url: str
    count: int = 1
    place: str = ""


@dataclass(frozen=True)
class Need:
    """One thing that needs this person. ``template`` shows it: templates/<template>, given ``need``.

    What can be done at once (``is_doable``) comes before what is only announced, such as next week's meeting.
    """

    step: int
    title: str
    due_at: datetime | None
    url: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    is_doable: bool = True
