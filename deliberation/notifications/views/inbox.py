"""The inbox, and in the demo the mailbox that shows everything that was sent."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput, NotFound
from deliberation.kernel.web import access, number_argument, safe_next
from deliberation.matters import queries as matters
from deliberation.notifications import queries, render, service
from deliberation.notifications.forms import MuteForm
from deliberation.notifications.views.blueprint import blueprint
from deliberation.people.guard import current_actor
from deliberation.settings import Settings


def _before() -> int | None:
    return number_argument("before")


@blueprint.get("/inbox")
@access("inbox.read")
def inbox() -> Any:
    page = queries.inbox(current_actor().user_id or 0, before=_before())
    contents = queries.contents(page.items)
    locale = str(get_locale())
    return render_template(
        "notifications/inbox.html",
        groups=render.grouped(contents),
        worded={each.message.id: render.render(each, locale=locale) for each in contents},
        why={each.message.id: render.worded_reason(each.message.reason, each.since) for each in contents},
        muted={matter.id for matter in queries.muted_matters(current_actor().user_id or 0)},
        page=page,
        is_first=not _before(),
    )


@blueprint.post("/matters/<number>/mute")
@access("notice.wish")
def mute_matter(number: str) -> Any:
    """Stop reminders of one matter in one tap, or want them again."""
    form = MuteForm()
    if not form.validate():
        raise BadInput()
    user_id, matter = current_actor().user_id or 0, matters.matter_by_number(number)
    with transaction():
        if form.mute.data == "1":
            service.mute_matter(user_id, matter.id, now=clock.now())
        else:
            service.unmute_matter(user_id, matter.id)
    begun, ended = _("这件事不再提醒您了。有了结果照样告诉您。"), _("这件事有了动静，又会提醒您。")
    flash(begun if form.mute.data == "1" else ended, "ok")
    return redirect(safe_next(url_for("notifications.inbox")))


@blueprint.get("/inbox/<int:message_id>")
@access("inbox.read")
def open_message(message_id: int) -> Any:
    """Lead to what the message is about; having opened it is having read it."""
    with transaction():
        message = queries.own_message(message_id, user_id=current_actor().user_id or 0)
        service.mark_read(message, now=clock.now())
        target = render.target_of(queries.contents([message])[0])
    return redirect(target)


@blueprint.post("/inbox/read-all")
@access("inbox.read")
def read_all() -> Any:
    with transaction():
        service.mark_all_read(current_actor().user_id or 0, now=clock.now())
    flash(_("都标成已读了。"), "ok")
    return redirect(url_for("notifications.inbox"))


@blueprint.get("/mailbox")
@access("demo.use")
def mailbox() -> Any:
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise NotFound()
    address = request.args.get("address", "").strip()
    return render_template(
        "notifications/mailbox.html",
        page=queries.mailbox(address=address, before=_before()),
        addresses=queries.mailbox_addresses(),
        address=address,
    )
