"""The figures of handling: a page for everybody with a table, and the same as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context

from deliberation.feedback import queries, rules
from deliberation.feedback.queries import Table
from deliberation.feedback.rules import Dimension
from deliberation.feedback.views.blueprint import blueprint
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.i18n import month_text, say, translated
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.proposals.rules import ProposalKind
from deliberation.proposals.wording import KINDS


def _asked_months() -> tuple[str, str]:
    return request.args.get("since", ""), request.args.get("until", "")


def _table() -> Table:
    now, code = clock.now(), request.args.get("place", "")
    period = rules.read_period(*_asked_months(), today=shanghai_date(now))
    return queries.figures_table(
        places.place_by_code(code) if code else None,
        period,
        by=rules.read_dimension(request.args.get("by", "")),
        actor=current_actor(),
        now=now,
    )


def line_name(name: str | int | date | ProposalKind) -> str:
    """A group in words; the names of places and departments stay as they are."""
    if isinstance(name, date):
        return month_text(name)
    if isinstance(name, ProposalKind):
        return translated(KINDS[name])
    return _("%(level)s 级", level=name) if isinstance(name, int) else name or _("没有写明")


blueprint.add_app_template_filter(line_name, "figures_line")
blueprint.add_app_template_filter(rules.percent, "percent")


@blueprint.get("/feedback/figures")
@access("pages.read")
def figures() -> Any:
    table, backwards = _table(), rules.is_backwards(*_asked_months())
    page = render_template(
        "feedback/figures.html",
        nav="matters",
        table=table,
        current_place=table.place,
        dimensions=list(Dimension),
        all_places=places.all_places(),
        rates=list(rules.RATES),
        typed=_asked_months() if backwards else None,
        fault=say(rules.PeriodBackwards()) if backwards else "",
    )
    return page, rules.PeriodBackwards.status if backwards else 200


@blueprint.get("/feedback/figures.csv")
@access("pages.read")
def figures_file() -> Response:
    """The very table of the page; a spreadsheet opens it in the right letters."""
    if rules.is_backwards(*_asked_months()):
        raise rules.PeriodBackwards()
    table, lines = _table(), io.StringIO()
    written = csv.writer(lines)
    written.writerow(
        [
            HEADINGS[table.by](),
            *(_count(None, each) for each in rules.NAMES),
            *(_rate(None, each) for each in rules.RATES),
        ]
    )
    rows = [(line_name(line.name), line.shown) for line in table.lines]
    for name, shown in [*rows, (_("合计"), table.total)]:
        cells = [_("不公开") if cell is None else cell for cell in (shown.cells[each] for each in rules.NAMES)]
        written.writerow([_harmless(name), *cells, *(_shown_rate(shown, each) for each in rules.RATES)])
    name = f"figures-{table.period.since:%Y-%m}-{table.period.until:%Y-%m}-{table.by}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _harmless(text: str) -> str:
    """A name that a spreadsheet would take for a formula is shown as it was typed."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _shown_rate(shown: rules.Shown, name: str) -> str:
    return _("不公开") if shown.is_kept_back(name) else rules.percent(shown.rate(name))


HEADINGS = {
    Dimension.place: lambda: _("地方"),
    Dimension.level: lambda: _("级别"),
    Dimension.unit: lambda: _("主办单位"),
    Dimension.topic: lambda: _("主题"),
    Dimension.month: lambda: _("月份"),
}


@pass_context
def _count(_context: Context | None, name: str) -> str:
    """With the context, since Jinja would otherwise work a constant out once and for every language."""
    return {
        "due": _("到期"),
        "responded": _("按时联系"),
        "replied": _("答复了"),
        "on_time": _("按时答复"),
        "solved": _("解决了"),
        "reopened": _("又说没好"),
        "asked": _("问了几人"),
        "rated": _("评了几人"),
        "satisfied": _("满意几人"),
    }[name]


@pass_context
def _rate(_context: Context | None, name: str) -> str:
    return {
        "response_rate": _("响应率"),
        "reply_rate": _("答复率"),
        "on_time_rate": _("按时率"),
        "solved_rate": _("解决率"),
        "satisfied_rate": _("满意率"),
        "rated_share": _("评价比例"),
    }[name]


blueprint.add_app_template_filter(_count, "figures_count")
blueprint.add_app_template_filter(_rate, "figures_rate")
