"""The demo's stories, told through the same services a person's click calls."""

from __future__ import annotations

from flask import Flask

from deliberation.demo.cast import assemble
from deliberation.demo.stage import Stage, at
from deliberation.demo.stories import delivery, lane, lighting

NOW = at(6, 8, 11, 40)  # Monday noon, when the newcomer walks in.


def tell_all(app: Flask) -> None:
    """Load the demo into an empty database: case E2 (night lighting), case E1 (the lane), and one for today."""
    stage = Stage(app)
    with stage.scene():
        cast = assemble(now=at(1, 4, 9, 0))
    stage.cast = cast
    lighting.tell(stage)
    lane.tell(stage)
    delivery.tell(stage)
    stage.set_clock(NOW)
