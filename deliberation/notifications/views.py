"""The inbox, and in the demo the mailbox that shows everything that was sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.web import access, number_argument
from deliberation.notifications import queries, render, service
from deliberation.people.guard import current_actor
from deliberation.settings import Settings

blueprint = Blueprint("notifications", __name__)
blueprint.add_app_template_filter(render.with_links, "with_links")


def _before() -> int | None:
    return number_argument("before")


@blueprint.get("/inbox")
@access("inbox.read")
def inbox() -> Any:
    page = queries.inbox(current_actor().user_id or 0, before=_before())
    contents = queries.contents(page.items)
    locale = str(get_locale())
    worded = {each.message.id: render.render(each, locale=locale) for each in contents}
    return render_template(
        "notifications/inbox.html", groups=render.grouped(contents), worded=worded, page=page, is_first=not _before()
    )


@blueprint.get("/inbox/<int:message_id>")
@access("inbox.read")
def open_message(message_id: int) -> Any:
    """Lead to what the message is about; having opened it is having read it."""
    with transaction():
        message = queries.own_message(message_id, user_id=current_actor().user_id or 0)
        service.mark_read(message, now=clock.now())
        content = queries.contents([message])[0]
        target = message.data.get("path") or (f"/matters/{content.matter.number}" if content.matter else None)
    return redirect(target or url_for("notifications.inbox"))


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
