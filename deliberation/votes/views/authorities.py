"""Authorities signed on paper: recorded at the desk with a photo, checked by a teller, never shown to anybody else."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound, Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.limits import limiter
from deliberation.kernel.web import access, number_argument
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.photos import queries as photo_queries
from deliberation.photos import service as photos
from deliberation.photos import serving
from deliberation.photos.models import Photo
from deliberation.settings import Settings
from deliberation.votes import queries, rules, service
from deliberation.votes.forms import AuthorityForm, RefuseForm
from deliberation.votes.models import RollEntry
from deliberation.votes.queries import proxies, sheets
from deliberation.votes.views import printing
from deliberation.votes.views.acting import done
from deliberation.votes.views.blueprint import blueprint
from deliberation.votes.views.paper import pdf_answer


@blueprint.get("/<int:vote_id>/authority.pdf")
@access("proxy.give")
@limiter.limit("30/minute")
def authority_pdf(vote_id: int) -> Any:
    """The form to print and sign; with ``number`` the principal stands in it: one's own, or anybody's for an office."""
    scene, number = queries.scene(vote_id), number_argument("number")
    if not scene.vote.proxy_cap or scene.vote.published_at is None:
        raise rules.NoProxies()
    entry = proxies.voter_with_number(vote_id, number) if number is not None else None
    if entry is not None and not _may_name(entry, scene):
        raise NotFound()
    parts = sheets.parts_between(vote_id, entry.number, entry.number).get(entry.id, []) if entry else []
    return pdf_answer(printing.authority_pdf(scene, entry, parts), f"authority-{vote_id}.pdf")


def _may_name(entry: RollEntry, scene: queries.Scene) -> bool:
    actor = current_actor()
    return entry.user_id == actor.user_id or actor.may("proxy.record", scene.place.scope)


@blueprint.get("/<int:vote_id>/authorities")
@access("proxy.inspect")
def authorities(vote_id: int) -> Any:
    """What has been recorded, and the form for one more."""
    form = AuthorityForm(formdata=None)
    scene, today = queries.scene(vote_id), clock.shanghai_date(clock.now())
    form.number.data, form.signed_on.data = number_argument("number"), today
    form.valid_from.data, form.valid_until.data = today, clock.shanghai_date(scene.vote.closes_at)
    return _page(scene, form)


def _page(scene: queries.Scene, form: AuthorityForm, *, status: int = 200, **more: Any) -> Any:
    actor, vote = current_actor(), scene.vote
    require(actor, "proxy.inspect", scene.place.scope)
    shown = render_template(
        "votes/authorities.html", scene=scene, form=form, lines=proxies.written_authorities(vote.id),
        may_record=actor.may("proxy.record", scene.place.scope) and vote.proxy_cap > 0 and vote.state in rules.GIVEN_IN,
        may_check=actor.may("proxy.check", scene.place.scope), user_id=actor.user_id, current_place=scene.place,
        nav="desk", **more,
    )  # fmt: skip
    return shown, status


@blueprint.post("/<int:vote_id>/authorities")
@access("proxy.record")
def record_authority(vote_id: int) -> Any:
    """Whatever is wrong is said beside it; everything typed and the photo are still there."""
    form, scene = AuthorityForm(), queries.scene(vote_id)
    require(current_actor(), "proxy.record", scene.place.scope)
    form.validate()
    photo = _signed_sheet(form)
    if form.errors or photo is None:
        return _page(scene, form, status=422, photo=photo)
    try:
        with transaction():
            service.record_authority(
                current_actor(), vote_id=vote_id, number=form.number.data or 0, agent_address=form.agent_address.data,
                opinion=form.said, term=form.term, photo=photo, now=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _page(scene, form, status=refusal.status, photo=photo, sentence=say(refusal))
    flash(_("登记好了，等监票人核对。本人和受托人都收到了通知。"), "ok")
    return redirect(url_for("votes.authorities", vote_id=vote_id))


def _signed_sheet(form: AuthorityForm) -> Photo | None:
    """The photo sent now, kept at once as a private draft of this person, or the one that was sent before."""
    upload, user_id = form.photo.data, current_actor().user_id or 0
    if not isinstance(upload, FileStorage) or not upload.filename:
        kept = request.form.get("kept_photo", "")
        drafts = photo_queries.drafts_of(user_id, [int(kept)]) if kept.isdecimal() and len(kept) < 10 else []
        found = next((each for each in drafts if each.is_private), None)
        form.photo.errors = [] if found else [_("请拍下签了名的委托书。")]
        return found
    settings: Settings = current_app.extensions["settings"]
    try:
        with transaction():
            return photos.store(
                upload, caption="", uploaded_by_id=user_id, now=clock.now(), folder=settings.uploads, is_draft=True,
                is_private=True,
            )  # fmt: skip
    except Refusal as refusal:
        form.photo.errors = [say(refusal)]
        return None


@blueprint.get("/<int:vote_id>/authorities/<int:authority_id>")
@access("proxy.inspect")
def authority(vote_id: int, authority_id: int) -> Any:
    """One authority beside its photo, for the teller who checks it."""
    scene = queries.scene(vote_id)
    require(current_actor(), "proxy.inspect", scene.place.scope)
    found = proxies.written_authority(vote_id, authority_id)
    number = found.entry.number
    return render_template(
        "votes/authority.html", scene=scene, found=found, current_place=scene.place, nav="desk",
        parts=printing.parts_lines(sheets.parts_between(vote_id, number, number).get(found.entry.id, [])),
        refusal=proxies.refusal_to_check_now(current_actor(), scene, found), say=say,
    )  # fmt: skip


@blueprint.get("/<int:vote_id>/authorities/<int:authority_id>/photo")
@access("proxy.inspect")
def authority_photo(vote_id: int, authority_id: int) -> Any:
    """The signed sheet. Looking at it is itself an act, which the log keeps."""
    proxies.written_authority(vote_id, authority_id)
    with transaction():
        photo = service.note_photo_seen(current_actor(), authority_id=authority_id, now=clock.now())
    return serving.private_picture(photo)


@blueprint.post("/<int:vote_id>/authorities/<int:authority_id>/check")
@access("proxy.check")
def check_authority(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.authorities", vote_id=vote_id)
    return done(target, service.check_authority, _("核对好了，受托人可以照着投了。"), authority_id=authority_id)


@blueprint.post("/<int:vote_id>/authorities/<int:authority_id>/refuse")
@access("proxy.check")
def refuse_authority(vote_id: int, authority_id: int) -> Any:
    form = RefuseForm()
    form.check()
    fields = {"authority_id": authority_id, "reason": form.reason.data}
    target = url_for("votes.authorities", vote_id=vote_id)
    return done(target, service.refuse_authority, _("退回了，本人、受托人和登记的人都收到了通知。"), **fields)


@blueprint.post("/<int:vote_id>/authorities/<int:authority_id>/revoke")
@access("proxy.record")
def revoke_authority(vote_id: int, authority_id: int) -> Any:
    target = url_for("votes.authorities", vote_id=vote_id)
    return done(target, service.revoke_for_principal, _("委托撤回了。"), authority_id=authority_id)
