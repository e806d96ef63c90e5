"""The demo's stories, told through the same services a person's click calls."""

from __future__ import annotations

from flask import Flask

from deliberation.demo.cast import assemble
from deliberation.demo.stage import Stage, at
from deliberation.demo.stories.charging import tell as tell_charging
from deliberation.demo.stories.delivery import tell as tell_delivery
from deliberation.demo.stories.lane import tell as tell_lane
from deliberation.demo.stories.lighting import tell as tell_lighting
from deliberation.demo.stories.morning import tell as tell_morning
from deliberation.demo.stories.noon import tell as tell_noon
from deliberation.demo.stories.spring import tell as tell_spring

NOW = at(6, 8, 11, 40)  # Monday noon, when the newcomer walks in.


def tell_all(app: Flask) -> None:
    """Load the demo into an empty database: cases E2 (lighting), E1 (lane), E3 (charging posts), a spring of many
    cases, which fills the figures, and three of today.
    """
    stage = Stage(app)
    with stage.scene():
        cast = assemble(now=at(1, 4, 9, 0))
    stage.cast = cast
    tell_lighting(stage)
    tell_lane(stage)
    tell_charging(stage)
    tell_spring(stage)
    delivery = tell_delivery(stage)
    tell_morning(stage, delivery=delivery)
    tell_noon(stage)
    stage.set_clock(NOW)
