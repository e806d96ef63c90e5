"""What no channel could bring: a list of whom to call or to visit, each done in one click."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput
from deliberation.kernel.web import access
from deliberation.notifications import queries, render, rules, service
from deliberation.notifications.forms import PaperForm
from deliberation.notifications.views.blueprint import blueprint
from deliberation.people.guard import current_actor


@blueprint.get("/notices/paper")
@access("notice.tell_on_paper")
def paper() -> Any:
    """The call list: on the screen, and on paper by the browser's own printing."""
    tasks = queries.paper_tasks(current_actor())
    locale = str(get_locale())
    worded = {each.task.id: render.render(each.content, locale=locale) for each in tasks}
    return render_template(
        "notifications/paper.html", tasks=tasks, worded=worded, now=clock.now(), within=rules.TELL_WITHIN
    )


@blueprint.post("/notices/paper/<int:task_id>")
@access("notice.tell_on_paper")
def finish_paper(task_id: int) -> Any:
    form = PaperForm()
    if not form.validate():
        raise BadInput(form.errors)
    with transaction():
        service.finish_paper_task(current_actor(), task_id, how=form.how.data, now=clock.now())
    flash(_("记下了，谢谢您跑这一趟。"), "ok")
    return redirect(url_for("notifications.paper"))
