"""Setting up a place: where one stands, each step, taking one back, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from deliberation.committees import queries as committees
from deliberation.committees import rules as bodies
from deliberation.committees.rules import TEMPLATES, CommitteeKind
from deliberation.committees.wording import COMMITTEE_KINDS
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.sheets import XLSX
from deliberation.kernel.web import access
from deliberation.people.guard import current_actor
from deliberation.places import queries as places
from deliberation.places import service as place_service
from deliberation.places.forms import NewPlaceForm
from deliberation.places.models import PlaceKind
from deliberation.registry import files
from deliberation.setup import forms, queries, rules, service, unit_sheets
from deliberation.setup.models import Setup
from deliberation.setup.rules import Fault, StepKind
from deliberation.setup.views.blueprint import blueprint
from deliberation.setup.wording import PURPOSES, STEPS

ANY_STEP = f"<any({','.join(StepKind)}):step>"
KINDS = {  # What a place of this kind most often begins with.
    PlaceKind.lane: CommitteeKind.lane_association,
    PlaceKind.estate: CommitteeKind.owners_assembly,
}


@blueprint.route("/admin/setup", methods=["GET", "POST"])
@access("setup.run")
def index() -> Any:
    """Go on with what was begun, or begin."""
    if request.method == "POST":
        with transaction():
            begun = service.start(current_actor(), now=clock.now())
        return redirect(url_for("setup.step", setup_id=begun.id, step=StepKind.place))
    found = queries.setups(current_actor())
    return render_template(
        "setup/index.html",
        setups=found,
        steps=queries.steps([each.id for each in found]),
        places=places.places_by_id(each.place_id for each in found if each.place_id),
        all_steps=STEPS,
        purposes=PURPOSES,
    )


@blueprint.get("/admin/setup/<int:setup_id>")
@access("setup.run")
def show(setup_id: int) -> Any:
    """To the step that comes next; to the overview when all are done."""
    found = queries.setup(current_actor(), setup_id)
    following = rules.next_step(queries.steps([found.id])[found.id])
    if following is None or found.is_over:
        return _page(found, None, "setup/done.html")
    return redirect(url_for("setup.step", setup_id=setup_id, step=following))


@blueprint.route(f"/admin/setup/<int:setup_id>/{ANY_STEP}", methods=["GET", "POST"])
@access("setup.run")
def step(setup_id: int, step: str) -> Any:
    """One step: its form, or what it has made with the way to take it back."""
    found, kind = queries.setup(current_actor(), setup_id), StepKind(step)
    done = queries.steps([found.id])[found.id]
    refusal = rules.refusal_to_do(kind, done=done, is_over=found.is_over)
    if request.method == "POST":
        if refusal is not None:
            raise refusal
        return ACTS[kind](found)
    if isinstance(refusal, rules.StepDone) or found.is_over:
        return _page(found, kind, "setup/made.html", made=_made(found, kind))
    if refusal is not None:
        return _page(found, kind, "setup/blocked.html", sentence=say(refusal)), refusal.status
    return ACTS[kind](found)


def _page(found: Setup, kind: StepKind | None, name: str, **more: Any) -> Any:
    return render_template(
        name,
        setup=found,
        kind=kind,
        place=places.place(found.place_id) if found.place_id else None,
        done=queries.steps([found.id])[found.id],
        steps=STEPS,
        purposes=PURPOSES,
        **more,
    )


def _on(found: Setup, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("setup.show", setup_id=found.id))


def _made(found: Setup, kind: StepKind) -> list[str]:
    """The names of what a step made, for the page that offers to take it back."""
    row = queries.steps([found.id])[found.id].get(kind)
    made = row.made if row else {}
    named = [each.name for each in places.places_by_id(made.get("places", [])).values()]
    named += [committees.committee(each).name for each in made.get("committees", [])]
    named += [seat.label for seat in queries.seats_by_id(made.get("seats", [])).values()]
    units = [
        unit for unit in queries.units([p.id for p in _all_places(found)]) if unit.id in set(made.get("units", []))
    ]
    return named + [unit.label for unit in units]


def _all_places(found: Setup) -> list[Any]:
    return [places.place(found.place_id), *queries.buildings(found.place_id)] if found.place_id else []


def shown_faults(faults: list[Fault]) -> list[str]:
    shown = [_("第 %(line)s 行：%(sentence)s", line=each.line, sentence=say(each.refusal)) for each in faults[:50]]
    return shown + ([_("还有 %(num)s 处，改完再传会列出来。", num=len(faults) - 50)] if len(faults) > 50 else [])


def sent_table(form: Any) -> list[list[str]]:
    """The cells of the file that was sent, else of what was pasted. What is no table is said beside the file."""
    if not form.file.data:
        return rules.cells_of(form.lines.data or "")
    try:
        return files.read_table(form.file.data.read())
    except Refusal as refusal:
        form.file.errors = [say(refusal)]
        raise


def _place_step(found: Setup) -> Any:
    form = NewPlaceForm()
    form.parent_id.choices = _parents()
    if request.method == "GET":
        form.kind.data = PlaceKind.park
    if not form.wants_preview() and form.validate_on_submit():
        details = {name: form.data[name] for name in ("code", "plate", *place_service.DETAILS)}
        with transaction():
            place = service.make_place(
                current_actor(), setup_id=found.id, kind=form.kind.data, parent_id=form.parent_id.data or None,
                now=clock.now(), **details,
            )  # fmt: skip
        return _on(found, _("「%(name)s」建好了。", name=place.name))
    return _page(found, StepKind.place, "setup/place.html", form=form), 422 if form.errors else 200


def _parents() -> list[tuple[int, str]]:
    actor = current_actor()
    top = [(0, _("不属于哪里，是最上一级"))] if actor.may("places.administer", ()) else []
    below = [(each.id, each.full_name) for each in places.all_places() if actor.may("places.administer", each.scope)]
    return [*top, *below]


def _buildings_step(found: Setup) -> Any:
    form = forms.BuildingsForm()
    faults: list[Fault] = []
    if form.validate_on_submit():
        names, faults = rules.read_buildings(form.lines.data)
        if not faults:
            with transaction():
                service.make_buildings(current_actor(), setup_id=found.id, names=names, now=clock.now())
            return _on(found, ngettext("%(num)s 栋楼加好了。", "%(num)s 栋楼加好了。", len(names)))
    shown = {"form": form, "faults": shown_faults(faults), "can_pass": True}
    return _page(found, StepKind.buildings, "setup/buildings.html", **shown), 422 if form.errors or faults else 200


def _units_step(found: Setup) -> Any:
    form = forms.UnitsForm()
    faults: list[Fault] = []
    if form.validate_on_submit():
        names = {each.name for each in queries.buildings(found.place_id or 0)}
        try:
            lines, faults = rules.read_units(sent_table(form), buildings=names)
        except Refusal as refusal:
            if not form.file.errors:
                form.lines.errors = [say(refusal)]
        else:
            if not lines and not faults:
                form.lines.errors = [_("还没有一行。请选一个填好的文件，或者把名单贴进来。")]
            elif not faults:
                with transaction():
                    number = service.make_units(current_actor(), setup_id=found.id, lines=lines, now=clock.now())
                return _on(found, ngettext("%(num)s 个单位和住户加好了。", "%(num)s 个单位和住户加好了。", number))
    shown = {"form": form, "faults": shown_faults(faults), "can_pass": True}
    return _page(found, StepKind.units, "setup/units.html", **shown), 422 if form.errors or faults else 200


def _committee_step(found: Setup) -> Any:
    place = places.place(found.place_id or 0)
    form = forms.CommitteeForm()
    if request.method == "GET":
        form.kind.data = KINDS.get(place.kind, CommitteeKind.building_committee)
    if form.validate_on_submit():
        fields = {name: form.data[name] or "" for name in ("name", "venue", "core", "members", "advisers")}
        try:
            with transaction():
                body = service.make_committee(
                    current_actor(), setup_id=found.id, kind=form.kind.data, now=clock.now(), **fields
                )
            return _on(found, _("「%(name)s」设好了，席位也加上了。", name=body.name))
        except bodies.LinesNotRight as refusal:
            form[refusal.field].errors = _line_faults(form[refusal.field].data) or [say(refusal)]
        except bodies.Unfit as refusal:
            form[refusal.field if refusal.field in form else "name"].errors = [say(refusal)]
    shown = {"form": form, "templates": TEMPLATES, "kinds": COMMITTEE_KINDS}
    return _page(found, StepKind.committee, "setup/committee.html", **shown), 422 if form.errors else 200


def _line_faults(text: str) -> list[str]:
    """What is wrong in each line of a list of seats; the body does not stand yet, so nothing of it is asked."""
    lines = committees.check_lines(0, text)
    return [
        _("第 %(line)s 行：%(sentence)s", line=each.draft.number, sentence=say(each.fault))
        for each in lines
        if each.fault
    ]


def _charter_step(found: Setup) -> Any:
    row = queries.steps([found.id])[found.id][StepKind.committee]
    body = committees.committee(row.made["committees"][0])
    if request.method == "POST":
        with transaction():
            service.accept_charter(current_actor(), setup_id=found.id, now=clock.now())
        return _on(found, _("章程定下来了。以后改一次就多一版，旧的都留着。"))
    charter = committees.charter_of(body)
    shown = {"committee": body, "charter": charter, "totals": committees.seat_totals(body), "refused": ""}
    return _page(found, StepKind.charter, "setup/charter.html", template=TEMPLATES[body.kind], **shown)


def _invitations_step(found: Setup) -> Any:
    return redirect(url_for("setup.invitations", code=places.place(found.place_id or 0).code, setup=found.id))


ACTS: dict[StepKind, Callable[[Setup], Any]] = {
    StepKind.place: _place_step,
    StepKind.buildings: _buildings_step,
    StepKind.units: _units_step,
    StepKind.committee: _committee_step,
    StepKind.charter: _charter_step,
    StepKind.invitations: _invitations_step,
}


@blueprint.post("/admin/setup/<int:setup_id>/<any(buildings,units,invitations):step>/pass")
@access("setup.run")
def pass_over(setup_id: int, step: str) -> Any:
    with transaction():
        service.pass_over(current_actor(), setup_id=setup_id, step=StepKind(step), now=clock.now())
    return redirect(url_for("setup.show", setup_id=setup_id))


@blueprint.post(f"/admin/setup/<int:setup_id>/{ANY_STEP}/undo")
@access("setup.run")
def undo(setup_id: int, step: str) -> Any:
    with transaction():
        service.undo_step(current_actor(), setup_id=setup_id, step=StepKind(step), now=clock.now())
    flash(_("这一步撤掉了，像没有做过一样。"), "ok")
    return redirect(url_for("setup.step", setup_id=setup_id, step=step))


@blueprint.post("/admin/setup/<int:setup_id>/undo")
@access("setup.run")
def undo_all(setup_id: int) -> Any:
    with transaction():
        service.undo_all(current_actor(), setup_id=setup_id, now=clock.now())
    flash(_("整个撤掉了，像没有做过一样。"), "ok")
    return redirect(url_for("setup.index"))


@blueprint.post("/admin/setup/<int:setup_id>/finish")
@access("setup.run")
def finish(setup_id: int) -> Any:
    with transaction():
        service.finish(current_actor(), setup_id=setup_id, now=clock.now())
    flash(_("开园办完了。"), "ok")
    return redirect(url_for("setup.show", setup_id=setup_id))


@blueprint.get("/admin/setup/units.<any(csv,xlsx):kind>")
@access("setup.run")
def units_template(kind: str) -> Any:
    """An empty file; the sheet has examples beside it."""
    data, mimetype = (unit_sheets.csv(), "text/csv") if kind == "csv" else (unit_sheets.xlsx(), XLSX)
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="units.{kind}"'})
