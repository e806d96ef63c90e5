"""Screenshots of the pages that a journey passes, for looking at: ``JOURNEY_PICTURES=docs/screens make test``."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.browser import Person

WIDTHS = (360, 1440)


def take(person: Person, name: str, *, widths: tuple[int, ...] = WIDTHS) -> None:
    """Save the person's page at each width as ``<name>-<width>.png``; does nothing unless a folder is named."""
    folder = os.environ.get("JOURNEY_PICTURES")
    if not folder:
        return
    before = person.page.viewport_size
    for width in widths:
        person.page.set_viewport_size({"width": width, "height": 800 if width < 600 else 900})
        person.page.wait_for_timeout(150)
        file = Path(folder) / f"{name}-{width}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        person.page.screenshot(path=file, full_page=True)
    if before:
        person.page.set_viewport_size(before)
