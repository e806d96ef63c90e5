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
from deliberation.kernel.i18n import moment_text, say
from deliberation.kernel.limits import CODES, limiter
from deliberation.kernel.web import access
from deliberation.people import queries as people
from deliberation.people import service as people_service
from deliberation.people.forms import ProofForm
from deliberation.people.guard import current_actor
from deliberation.people.proof import require_proof, send_proof_code
from deliberation.people.rules import NotProved, Purpose
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
    return _my_page(ProofForm(formdata=None))


def _my_page(form: ProofForm, status: int = 200) -> Any:
    user = people.user(current_actor().user_id or 0)
    return render_template(
        "privacy/mine.html", nav="me", user=user, consents=people.consents(user.id), purposes=PURPOSES, form=form,
        days=rules.COOLING_OFF_DAYS, kept=queries.counts_of(user, Keep.archive), kept_words=KEPT,
    ), status  # fmt: skip


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


@blueprint.post("/me/privacy/code")
@access("account.manage")
@limiter.limit(CODES)
def send_code() -> Any:
    """A code for the form that asks to leave, for whoever has no password or has forgotten it."""
    send_proof_code()
    flash(_("验证码发到您登记的手机号或邮箱了，填在下面。"), "ok")
    return redirect(url_for("privacy.mine", _anchor="leaving"))


@blueprint.post("/me/privacy/leave")
@access("account.manage")
@limiter.limit("10/hour")
def leave() -> Any:
    """Ask to leave. An unlocked telephone is not enough: the person says once more who it is."""
    form = ProofForm()
    if not form.validate_on_submit():
        return _my_page(form, 422)
    try:
        require_proof(form.passcode.data)
    except NotProved as refusal:
        form.passcode.errors = [say(refusal)]
        return _my_page(form, refusal.status)
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
