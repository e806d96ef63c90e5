"""Pausing a clock, letting it go on, pressing whoever it runs for, and splitting a part off."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from deliberation.cases import forms, service
from deliberation.cases.views.blueprint import blueprint
from deliberation.cases.views.common import carried_out, chosen_sheet, done, sheet
from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import access
from deliberation.matters import queries as matters
from deliberation.people.guard import current_actor


@blueprint.post("/<int:case_id>/pause")
@access("case.pause")
def pause(case_id: int) -> Any:
    form = sheet(forms.PauseForm)

    def act() -> Any:
        given = {"reason": form.reason.data, "until": form.until.data}
        return service.pause(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("暂停了，已告诉每一位参与的人。原定的日子仍然看得到。"))


@blueprint.post("/<int:case_id>/resume")
@access("case.pause")
def resume(case_id: int) -> Any:
    with transaction():
        service.resume(current_actor(), case_id, now=clock.now())
    return done(case_id, _("接着计时，到期的日子顺延了。"))


@blueprint.post("/<int:case_id>/press")
@access("case.press")
def press(case_id: int) -> Any:
    """By the supervisor or a deputy; back to the page that everybody reads, where it stands now."""
    with transaction():
        number = matters.matter(service.press(current_actor(), case_id, now=clock.now()).matter_id).number
    flash(_("催了，办理的人马上收到。"), "ok")
    return redirect(url_for("portal.matter", number=number))


@blueprint.post("/<int:case_id>/split")
@access("case.split")
def split(case_id: int) -> Any:
    form = chosen_sheet(forms.SplitForm, case_id)

    def act() -> Any:
        given = {name: form[name].data for name in ("title", "task", "handler_id", "limit")}
        return service.split(current_actor(), case_id, now=clock.now(), **given)

    return carried_out(case_id, form, act, _("分出来了，有自己的编号和期限。"), leads_to=lambda part: part.id)
