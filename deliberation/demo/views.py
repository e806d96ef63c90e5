"""The demo's own clock: walk through ninety days in a minute. Not there in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _

from deliberation.demo.cast import PASSWORD, SIGN_INS
from deliberation.demo.estate import SIGN_INS as ESTATE_SIGN_INS
from deliberation.kernel import clock
from deliberation.kernel.errors import NotFound
from deliberation.kernel.i18n import moment_text
from deliberation.kernel.scheduling import run_all
from deliberation.kernel.web import access, safe_next
from deliberation.settings import Settings

blueprint = Blueprint("demo", __name__, url_prefix="/demo")
blueprint.record_once(lambda setup: setup.app.extensions.setdefault("demo_people", sign_ins))
STEPS = (1, 3, 30, 90)


@dataclass(frozen=True)
class DemoPerson:
    """One button of the demo's sign-in page."""

    name: str
    duty: str
    identity: str
    password: str


@dataclass(frozen=True)
class DemoGroup:
    """The people of one place, under its name."""

    name: str
    people: list[DemoPerson]


def sign_ins() -> list[DemoGroup]:
    groups = {_("汀岸园和梧桐里"): SIGN_INS, _("桂园"): ESTATE_SIGN_INS}
    return [
        DemoGroup(name, [DemoPerson(each.name, each.duty, each.email, PASSWORD) for each in them])
        for name, them in groups.items()
    ]


@blueprint.post("/clock")
@access("demo.use")
def move_clock() -> Any:
    """Move the clock on by whole days, then run what has fallen due, day by day, as the scheduler would have."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_demo or settings.clock_file is None:
        raise NotFound()
    days = request.form.get("days", type=int)
    if days not in STEPS:
        raise NotFound()
    for _each in range(days):
        clock.set_file(settings.clock_file, at=clock.now() + timedelta(days=1), frozen=False)
        run_all(now=clock.now())
    flash(_("演示的时钟走到了 %(now)s，到期的事都办了。", now=moment_text(clock.now())), "ok")
    return redirect(safe_next(url_for("portal.home")))
