"""How a person wants to hear: the page, the link that stops reminders, and pushes to a browser."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput
from deliberation.kernel.web import access, csrf
from deliberation.matters import queries as matters
from deliberation.notifications import queries, rules, service, tokens, wording
from deliberation.notifications.channels.push import public_key
from deliberation.notifications.forms import ForgetPushForm, PushForm, WishesForm
from deliberation.notifications.views.blueprint import blueprint
from deliberation.people.guard import current_actor
from deliberation.settings import Settings


@blueprint.route("/me/notices", methods=["GET", "POST"])
@access("notice.wish")
def wishes() -> Any:
    user_id = current_actor().user_id or 0
    kept = queries.wishes_of(user_id)
    (each,) = queries.reachable([user_id], matter_id=None)
    form = WishesForm(obj=kept)
    form.first.choices = [(way, _(wording.WAYS[way])) for way in rules.WAYS if way in each.addresses]
    if form.validate_on_submit():
        wished = rules.Wishes(
            first=form.first.data,
            rhythm=rules.Rhythm(form.rhythm.data),
            wants_reminders=form.wants_reminders.data,
            quiet_from=form.quiet_from.data,
            quiet_until=form.quiet_until.data,
        )
        with transaction():
            service.change_wishes(user_id, wished, now=clock.now())
        flash(_("记下了，以后就照这样告诉您。"), "ok")
        return redirect(url_for("notifications.wishes"))
    settings: Settings = current_app.extensions["settings"]
    page = render_template(
        "notifications/wishes.html",
        form=form,
        addresses=each.addresses,
        muted=queries.muted_matters(user_id),
        push_key=public_key(settings.vapid_key),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/notices/stop/<token>", methods=["GET", "POST"])
@csrf.exempt
@access("notice.stop_by_link")
def stop_by_link(token: str) -> Any:
    """The one click of RFC 8058: mail programs POST here by themselves; people are asked once, and need no account.

    The token is the right to do it, so no form token is asked for; looking (GET) stops nothing.
    """
    stop = tokens.read(token)
    matter = matters.matters_by_id([stop.matter_id]).get(stop.matter_id) if stop.matter_id else None
    is_done = request.method == "POST"
    if is_done:
        with transaction():
            if stop.matter_id is None:
                service.stop(stop.user_id, stop.what, now=clock.now())
            else:
                service.mute_matter(stop.user_id, stop.matter_id, now=clock.now())
    return render_template("notifications/stop.html", matter=matter, what=stop.what, is_done=is_done, token=token)


@blueprint.post("/me/push")
@access("notice.wish")
def add_push() -> Any:
    form = PushForm()
    if not form.validate():
        raise BadInput(form.errors)
    with transaction():
        service.add_push_target(
            current_actor().user_id or 0,
            endpoint=form.endpoint.data,
            p256dh=form.p256dh.data,
            auth=form.auth.data,
            now=clock.now(),
        )
    return {"ok": True}


@blueprint.post("/me/push/forget")
@access("notice.wish")
def forget_push() -> Any:
    form = ForgetPushForm()
    if not form.validate():
        raise BadInput(form.errors)
    with transaction():
        service.forget_push_targets([form.endpoint.data], user_id=current_actor().user_id)
    return {"ok": True}
