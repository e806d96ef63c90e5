"""Privacy as pages: what is stored and why, consents, taking one's data home, leaving; and what the job wipes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput
from deliberation.kernel.i18n import moment_text
from deliberation.kernel.limits import limiter
from deliberation.kernel.web import access
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.guard import current_actor
from deliberation.people.rules import Purpose
from deliberation.people.wording import PURPOSES
from deliberation.privacy import download, queries, rules, service
from deliberation.privacy.rules import Keep
from deliberation.privacy.rules.inventory import GROUND, NAMES, UNTIL, WHAT, WHY
from deliberation.privacy.wording import KEPT

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/privacy")
@access("pages.read")
def stored() -> Any:
    """What is stored of people, what for, on which ground and for how long; made of the inventory."""
    told = {"names": NAMES, "what": WHAT, "why": WHY, "ground": GROUND, "until": UNTIL, "retentions": rules.RETENTIONS}
    return render_template("privacy/stored.html", **told)


@blueprint.get("/me/privacy")
@access("account.manage")
def mine() -> Any:
    user = people.user(current_actor().user_id or 0)
    return render_template(
        "privacy/mine.html", nav="me", user=user, consents=people.consents(user.id), purposes=PURPOSES,
        days=rules.COOLING_OFF_DAYS, kept=queries.counts_of(user, Keep.archive), kept_words=KEPT,
    )  # fmt: skip


@blueprint.post("/me/privacy/consents")
@access("account.manage")
def consent() -> Any:
    """One purpose at a time; one press gives, one press takes back."""
    try:
        purpose = Purpose(request.form.get("purpose", ""))
    except ValueError:
        raise BadInput() from None
    given = request.form.get("given") == "1"
    with transaction():
        people_service.set_consent(current_actor(), purpose=purpose, given=given, now=clock.now())
    flash(_("记下了您的同意，随时可以收回。") if given else _("收回了。从现在起不再这样用。"), "ok")
    return redirect(url_for("privacy.mine", _anchor="consents"))


@blueprint.post("/me/privacy/download")
@access("account.manage")
@limiter.limit("10/hour")
def take_home() -> Any:
    """Everything of the person as a zip, sent while it is written."""
    now = clock.now()
    with transaction():
        user = service.note_download(current_actor(), now=now)
    uploads = current_app.extensions["settings"].uploads
    pieces = stream_with_context(download.stream(user, uploads=uploads, now=now))
    name = f"five-steps-{clock.shanghai_date(now).isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pieces, mimetype="application/zip", headers=headers)


@blueprint.post("/me/privacy/leave")
@access("account.manage")
def leave() -> Any:
    with transaction():
        on = service.ask_to_leave(current_actor(), now=clock.now())
    flash(_("申请好了，%(on)s 注销。在那以前可以随时收回。", on=moment_text(on)), "ok")
    return redirect(url_for("privacy.mine", _anchor="leaving"))


@blueprint.post("/me/privacy/stay")
@access("account.manage")
def stay() -> Any:
    with transaction():
        service.stay(current_actor(), now=clock.now())
    flash(_("收回了，账号照常用，什么都没有少。"), "ok")
    return redirect(url_for("privacy.mine", _anchor="leaving"))


@blueprint.get("/admin/retention")
@access("retention.read")
def retention() -> Any:
    """What the job wipes now, and in the next thirty days."""
    now = clock.now()
    due = queries.retention_preview(now, now + timedelta(days=30))
    return render_template("privacy/retention.html", due=due, leaving=queries.due_to_leave(now + timedelta(days=30)))
