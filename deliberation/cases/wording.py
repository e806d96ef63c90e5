"""Deadlines in words, for forms and pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.cases.rules import LIMIT_WORDS, LIMITS, Limit, LimitUnit
from deliberation.kernel.i18n import translated


def length(limit: Limit) -> str:
    """How long a limit is: "5 个工作日"."""
    if limit.unit is LimitUnit.working_days:
        return ngettext("%(num)s 个工作日", "%(num)s 个工作日", limit.value)
    if limit.unit is LimitUnit.days:
        return ngettext("%(num)s 天", "%(num)s 天", limit.value)
    return ngettext("%(num)s 个月", "%(num)s 个月", limit.value)


def basis(name: str, text: str) -> str:
    """What a limit rests on: our own words translated, an administrator's as written."""
    known = LIMITS.get(name)
    return translated(known.basis) if known is not None and text in ("", known.basis) else text


def limit_choice(name: str, limit: Limit) -> str:
    return _("%(what)s：%(length)s", what=translated(LIMIT_WORDS[name]), length=length(limit))


def case_limit(name: str, working_days: int) -> str:
    """By which limit a case is answered, as it was when the clock started."""
    what = translated(LIMIT_WORDS[name]) if name in LIMIT_WORDS else _("表决时或会上定的")
    return _("%(what)s：%(length)s", what=what, length=length(Limit(working_days, LimitUnit.working_days, "")))
