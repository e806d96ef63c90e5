"""The demo's own clock: walk through ninety days in a minute. Not there in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, stream_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.demo.cast import PASSWORD, SIGN_INS
from deliberation.demo.estate import SIGN_INS as ESTATE_SIGN_INS
from deliberation.demo.walk import Walk
from deliberation.kernel import clock
from deliberation.kernel.errors import NotFound
from deliberation.kernel.i18n import moment_text
from deliberation.kernel.web import access, safe_next
from deliberation.settings import Settings

blueprint = Blueprint("demo", __name__, url_prefix="/demo")
blueprint.record_once(lambda setup: setup.app.extensions.setdefault("demo_people", sign_ins))
STEPS = (1, 3, 30, 90)
AT_ONCE = 3  # Days that are walked before the answer; more than these are shown while they are walked.
STALE = timedelta(hours=20)  # No move is shorter than a day, and a page may be left open for a while.


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
    """Move the clock on by whole days, then run what has fallen due, day by day, as the scheduler would have.

    Some days are walked at once. More take a while: their page is sent while they are walked, a line for each day, so
    that whoever waits sees that it runs, with or without a script.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_demo or settings.clock_file is None:
        raise NotFound()
    days, back = request.form.get("days", type=int), safe_next(url_for("portal.home"))
    if days not in STEPS:
        raise NotFound()
    if _has_moved_since(request.form.get("since", "")):
        flash(_("时钟已经走过了，现在是 %(now)s。还要往后走，请再点一次。", now=moment_text(clock.now())), "info")
        return redirect(back)
    walk = Walk(settings.clock_file, days)
    if days > AT_ONCE:
        return stream_template("demo/walk.html", nav="", walk=walk, back=back)
    for _each in walk:
        pass
    flash(_said(walk), "bad" if walk.failed else "ok")
    return redirect(back)


def _has_moved_since(text: str) -> bool:
    """Whether the button stood on a page from before a move: the page of a walk was sent for once more, say."""
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        return False
    return since.tzinfo is not None and clock.now() - since > STALE


def _said(walk: Walk) -> str:
    brought = [
        ngettext("发出 %(num)s 条通知", "发出 %(num)s 条通知", walk.messages),
        ngettext("%(num)s 件到了日子还没办", "%(num)s 件到了日子还没办", walk.overdue),
        ngettext("%(num)s 项表决截止", "%(num)s 项表决截止", walk.ended),
        ngettext("%(num)s 件开始回头看", "%(num)s 件开始回头看", walk.asked),
    ]
    counts = (walk.messages, walk.overdue, walk.ended, walk.asked)
    what = _("，").join(text for text, count in zip(brought, counts, strict=True) if count)
    now = moment_text(clock.now())
    if walk.failed:
        return _("演示的时钟走到了 %(now)s，但有几样没办成：%(jobs)s。", now=now, jobs=_("、").join(walk.failed))
    return (
        _("演示的时钟走到了 %(now)s：%(what)s。", now=now, what=what)
        if what
        else _("演示的时钟走到了 %(now)s，这段日子里没有事到期。", now=now)
    )


blueprint.add_app_template_filter(_said, "walk_said")
