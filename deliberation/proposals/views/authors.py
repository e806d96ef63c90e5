"""Bringing something up, changing what was returned, supporting, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.forms import clean_text, new_key
from deliberation.kernel.i18n import day_text, say
from deliberation.kernel.web import access, number_argument, wants_json
from deliberation.matters import queries as matters
from deliberation.people.guard import current_actor
from deliberation.people.masking import mask_name
from deliberation.photos.models import Photo
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.proposals import queries, rules, service
from deliberation.proposals.forms import ProposalForm, WordsForm
from deliberation.proposals.models import Proposal
from deliberation.proposals.views import pictures
from deliberation.proposals.views.common import blueprint, to_matter

PRESSED_TWICE = timedelta(seconds=30)  # A copy that comes sooner is the same press, and is thanked like the first.


def _new_form(all_places: Sequence[Place]) -> ProposalForm:
    """The empty form on the person's own place, or the one asked for; after a POST the form as it was sent."""
    home = next((place for place in all_places if place.id == current_user.home_place_id), None)
    code = request.values.get("place") or (home.code if home else "")
    shown = next((place for place in all_places if place.code == code), None)
    form = ProposalForm(places=all_places, public_name=mask_name(current_user.name))
    if request.method == "GET":
        form.place.data, form.submission_key.data = shown.code if shown else "", new_key()
    return form


def _words_page(form: WordsForm, *, kept: Sequence[Photo] = (), status: int = 200, **more: Any) -> Any:
    place = more.get("place")
    alike: list[queries.Alike] = []
    if status != 200 and place and form.text.data:
        said = f"{form.title.data} {form.text.data}"[: rules.MOST_TEXT]
        besides = more["proposal"].id if "proposal" in more else None
        alike = queries.alike(place.id, said, now=clock.now(), besides=besides)
    page = render_template(
        "proposals/new.html",
        nav="propose",
        form=form,
        kept=kept,
        alike=alike,
        most=rules.MOST_PHOTOS,
        current_place=place,
        **more,
    )
    return page, status


@blueprint.get("/new")
@access("proposal.submit")
def new() -> Any:
    all_places = places.all_places()
    form = _new_form(all_places)
    place = next((each for each in all_places if each.code == form.place.data), None)
    return _words_page(form, places=all_places, place=place)


@blueprint.get("")
@access("pages.read")
def index() -> Any:
    """The address that the form is sent to, read again or by an old link: the form for members, else the matters."""
    return redirect(url_for("proposals.new") if current_actor().user_id else url_for("portal.matters"))


@blueprint.post("")
@access("proposal.submit")
def create() -> Any:
    """Hand in; whatever is wrong is said beside it, and everything typed and every good picture is still there."""
    all_places, now = places.all_places(), clock.now()
    form = _new_form(all_places)
    form.validate()
    kept = pictures.take(form, owner_id=current_user.id, now=now)
    place = next((each for each in all_places if each.code == form.place.data), None)
    if form.submission_key.errors:
        form.renew_key()
    if form.errors or place is None:
        return _words_page(form, kept=kept, status=422, places=all_places, place=place)
    try:
        proposal = _submit(form, place, kept, now=now)
    except Refusal as refusal:
        return _words_page(
            form, kept=kept, status=refusal.status, places=all_places, place=place, sentence=say(refusal)
        )
    if proposal.submitted_at < now - PRESSED_TWICE:
        number = matters.matter(proposal.matter_id).plate
        flash(_("这件事刚才已经交过了，编号是 %(number)s，没有再交一遍。", number=number), "info")
        return to_matter(proposal, handed_in="new")
    flash(_("已交给联络站。%(due)s 前告诉您受理、并案、转办还是退回，都写明理由。", due=_day(proposal)), "ok")
    return to_matter(proposal, handed_in="new")


def _submit(form: ProposalForm, place: Place, kept: Sequence[Photo], *, now: datetime) -> Proposal:
    ids = [photo.id for photo in kept]
    key = form.submission_key.data
    with transaction():
        return service.submit(
            current_actor(), place_id=place.id, photo_ids=ids, submission_key=key, now=now, **form.said()
        )


def _day(proposal: Proposal) -> str:
    return day_text(proposal.screening_due_at)


@blueprint.post("/similar")
@access("proposal.submit")
def similar() -> Any:
    """Earlier matters like what is being written: an HTML fragment, or the same with the bare facts as JSON.

    It changes nothing, and comes by POST all the same: what somebody is still writing has no place in an address,
    which proxies write down and servers cut off.
    """
    place = places.place_by_code(request.form.get("place", ""))
    text = clean_text(request.form.get("text", ""))[: rules.MOST_TEXT]
    besides = number_argument("besides")
    found = queries.alike(place.id, text, now=clock.now(), besides=besides)
    fragment = render_template("proposals/_alike.html", alike=found)
    if not wants_json():
        return fragment
    items = [{"number": each.number, "plate": each.plate, "title": each.title, "step": each.step} for each in found]
    return jsonify(ok=True, items=items, html=fragment)


@blueprint.get("/<int:proposal_id>/revise")
@access("proposal.submit")
def revise(proposal_id: int) -> Any:
    proposal, place, form = _revision(proposal_id)
    form.hides_name.data = "1" if proposal.hides_name else "0"
    form.kind.data = str(proposal.kind)
    photos = queries.photos_of(proposal_id)
    return _words_page(form, kept=photos, place=place, proposal=proposal, places=[place])


@blueprint.post("/<int:proposal_id>/revise")
@access("proposal.submit")
def resubmit(proposal_id: int) -> Any:
    """Hand in again: the liaison's three working days start anew."""
    now = clock.now()
    proposal, place, form = _revision(proposal_id)
    form.validate()
    kept = pictures.take(form, owner_id=current_user.id, now=now, attached=queries.photos_of(proposal_id))
    if form.errors:
        return _words_page(form, kept=kept, status=422, place=place, proposal=proposal, places=[place])
    words = service.Words(**form.said(), photo_ids=tuple(photo.id for photo in kept))
    with transaction():
        proposal = service.resubmit(current_actor(), proposal_id=proposal_id, words=words, now=now)
    flash(_("改好的已交给联络站，%(due)s 前答复您。", due=_day(proposal)), "ok")
    return to_matter(proposal, handed_in=proposal_id)


def _revision(proposal_id: int) -> tuple[Proposal, Place, WordsForm]:
    """The proposal with its form, for its author only and only while it is returned, or has just been handed in."""
    proposal = queries.proposal(proposal_id)
    if proposal.author_id != current_user.id:
        raise rules.NotTheAuthor()
    if request.method == "GET" and proposal.state is not rules.ProposalState.returned:
        raise rules.NotReturned()
    place = places.place(proposal.place_id)
    obj = proposal if request.method == "GET" else None
    return proposal, place, WordsForm(obj=obj, public_name=mask_name(current_user.name))


@blueprint.post("/<int:proposal_id>/support")
@access("proposal.support")
def support(proposal_id: int) -> Any:
    with transaction():
        proposal = service.support(current_actor(), proposal_id=proposal_id, now=clock.now())
    flash(_("已联名，每一步有进展都会告诉您。"), "ok")
    return to_matter(proposal)


@blueprint.post("/<int:proposal_id>/unsupport")
@access("proposal.support")
def unsupport(proposal_id: int) -> Any:
    with transaction():
        proposal = service.unsupport(current_actor(), proposal_id=proposal_id)
    flash(_("联名已取消。"), "ok")
    return to_matter(proposal)


@blueprint.post("/<int:proposal_id>/withdraw")
@access("proposal.withdraw")
def withdraw(proposal_id: int) -> Any:
    with transaction():
        proposal = service.withdraw(current_actor(), proposal_id=proposal_id, now=clock.now())
    flash(_("提案已撤回，记录仍然保留。"), "ok")
    return to_matter(proposal)
