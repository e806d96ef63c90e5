"""The pages of a vote: prepare, look, cast, check a receipt, and the steps of whoever conducts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput, Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument, session_key, wants_json
from deliberation.meetings.pages import public_address
from deliberation.people.guard import current_actor
from deliberation.votes import queries, service, tray
from deliberation.votes.forms import BallotForm, CodeForm, PrepareForm, ProxyForm
from deliberation.votes.models import Vote
from deliberation.votes.receipt_rules import ReceiptUnknown
from deliberation.votes.rules import FIELDS, StandingUnseen
from deliberation.votes.views import printing
from deliberation.votes.views.blueprint import blueprint
from deliberation.votes.wording import AIMS, METHODS, RULES, chosen


@dataclass(frozen=True)
class Sought:
    """A receipt that was not found: what was typed, and what to say of it."""

    code: str
    sentence: str


@blueprint.route("/new", methods=["GET", "POST"])
@access("vote.prepare")
def new() -> Any:
    """The draft's form; the charter's rule stands beside it in words."""
    desk = queries.preparation(current_actor(), number=request.args.get("matter", ""), item_id=number_argument("item"))
    form = PrepareForm(data=desk.suggestion(now=clock.now()))
    form.offer(bodies=desk.bodies, handlers=desk.handlers)
    prepare = partial(service.prepare_vote, current_actor(), matter_id=desk.matter.id, item_id=desk.item_id)
    return _drafted(form, desk, prepare)


@blueprint.get("/calling")
@access("vote.call")
def calling() -> Any:
    """What the chair's console offers for a vote that is called in the room."""
    offered = queries.calling(current_actor(), item_id=number_argument("item") or 0)
    return jsonify(
        rule=_(RULES[offered.rule_kind]),
        has_seats=offered.has_seats,
        aims=[{"value": value, "name": _(name)} for value, name in AIMS.items()],
        methods=[{"value": value, "name": _(name)} for value, name in METHODS.items()],
        handlers=[{"value": user.id, "name": f"{user.name} · {user.duty}".rstrip(" ·")} for user in offered.handlers],
    )


@blueprint.route("/<int:vote_id>/change", methods=["GET", "POST"])
@access("vote.prepare")
def change(vote_id: int) -> Any:
    """The same form over a draft that stands."""
    desk = queries.preparation_of(current_actor(), vote_id)
    form = PrepareForm(data=desk.suggestion(now=clock.now()))
    form.offer(bodies=desk.bodies, handlers=desk.handlers)
    return _drafted(form, desk, partial(service.change_draft, current_actor(), vote_id=vote_id))


def _drafted(form: PrepareForm, desk: queries.Preparation, write: Callable[..., Vote]) -> Any:
    """Keep the draft; what cannot be taken is said on the form, where everything typed still stands."""
    if form.validate_on_submit():
        try:
            with transaction():
                vote = write(now=clock.now(), **form.draft(desk.handlers, desk.bodies))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.form_errors.append(say(refusal))
        else:
            flash(_("草稿存好了。请从头读一遍，再发布。"), "ok")
            return redirect(url_for("votes.show", vote_id=vote.id))
    return render_template("votes/new.html", desk=desk, form=form, nav="matters"), 422 if form.errors else 200


@blueprint.get("/<int:vote_id>")
@access("pages.read")
def show(vote_id: int) -> Any:
    return vote_page(vote_id)


def vote_page(
    vote_id: int,
    *,
    form: BallotForm | None = None,
    proxy: ProxyForm | None = None,
    sought: Sought | None = None,
    status: int = 200,
) -> Any:
    """The page; a form that could not be taken stands on it as it was sent, and a receipt that was not found."""
    page = queries.page(vote_id, current_actor(), now=clock.now())
    vote, place = page.scene.vote, page.scene.place
    shown = render_template(
        "votes/show.html", page=page, vote=vote, current_place=place, nav="matters", say=say, fields=FIELDS,
        form=form or BallotForm(formdata=None), proxy=proxy or _empty_proxy(vote), sought=sought,
        first_day=clock.shanghai_date(clock.now()), last_day=clock.shanghai_date(vote.closes_at),
        new_ballot_id=lambda: str(uuid4()),
    )  # fmt: skip
    return shown, status


def _empty_proxy(vote: Vote) -> ProxyForm:
    form = ProxyForm(formdata=None)
    form.valid_until.data = clock.shanghai_date(vote.closes_at)
    return form


@blueprint.post("/<int:vote_id>/ballot")
@access("ballot.cast", in_tray=True)
def cast_ballot(vote_id: int) -> Any:
    """One seat's ballot, from the page's form or from a program; the answer is its receipt."""
    form = BallotForm()
    if not form.validate():
        if wants_json():
            raise BadInput({name: [str(each) for each in errors] for name, errors in form.errors.items() if name})
        return vote_page(vote_id, form=form, status=422)
    try:
        receipt = tray.cast_ballot(session_key(), vote_id=vote_id, at=clock.now(), **form.ballot())
    except StandingUnseen as refusal:
        return _asked_first(vote_id, form, refusal)
    if wants_json():
        return jsonify(ok=True, receipt=receipt.to_json())
    flash(_said_of(receipt), "ok")
    return redirect(url_for("votes.show", vote_id=vote_id, _anchor=f"seat-{receipt.roll_entry_id}"))


def _asked_first(vote_id: int, form: BallotForm, refusal: StandingUnseen) -> Any:
    """What stands and what would take its place, and the same form again: sent from there, it has been seen."""
    vote = queries.vote(vote_id)
    said = {"earlier": chosen(vote, refusal.earlier), "choice": chosen(vote, refusal.choice)}
    if wants_json():
        body = {"ok": False, "code": refusal.code, "sentence": say(refusal), "standing": refusal.standing, **said}
        return jsonify(body), refusal.status
    form.form_errors.append(
        _(
            "您在别处已经投了%(earlier)s，还没有换。要改成%(choice)s，请再按一次「投出这一票」；不改就不用管。",
            **said,
        )
    )
    return vote_page(vote_id, form=form, status=refusal.status)


def _said_of(receipt: service.Receipt) -> str:
    """What a page without a script is told. Nobody can look up whose a secret ballot is, so its code is told now."""
    if receipt.is_secret:
        return _("已记下。查票码是 %(code)s，请现在抄下来：秘密票的查票码不留底，以后查不到。", code=receipt.code)
    if receipt.replaced and receipt.is_current:
        vote = queries.vote(receipt.vote_id)
        said = {"earlier": chosen(vote, receipt.replaced), "choice": chosen(vote, receipt.choice)}
        return _("已记下。您先前投的是%(earlier)s，现在改成了%(choice)s，以这一次为准。", **said)
    return _("已记下，您可以看查票码。") if receipt.is_current else _("这张票后来改投过，以最后一次为准。")


@blueprint.get("/<int:vote_id>/state")
@access("pages.read")
def state(vote_id: int) -> Any:
    """Turnout and state as JSON, for a page that has no socket."""
    return jsonify(ok=True, server_time=clock.now().isoformat(), **queries.public_turnout(vote_id).to_json())


@blueprint.get("/<int:vote_id>/receipt")
@access("pages.read")
def find_receipt(vote_id: int) -> Any:
    """The way from the box to the receipt; what is not found is said beside the box."""
    form = CodeForm(request.args, meta={"csrf": False})
    if not form.validate():
        return vote_page(vote_id, sought=Sought("", _("请填查票码，在您投票以后的回执上。")), status=422)
    return redirect(url_for("votes.receipt", vote_id=vote_id, given=form.code.data))


@blueprint.get("/<int:vote_id>/receipt/<given>")
@access("pages.read")
def receipt(vote_id: int, given: str) -> Any:
    """Whether the ballot with this receipt is counted; how it was cast only to its own voter."""
    scene = queries.scene(vote_id)
    try:
        check = queries.receipt(scene.vote, given, user_id=current_actor().user_id)
    except ReceiptUnknown as unknown:
        if wants_json():
            raise
        return vote_page(vote_id, sought=Sought(given, say(unknown)), status=unknown.status)
    if wants_json():
        facts = {"leaf_hash": check.leaf_hash.hex(), "code": check.code, "is_current": check.is_current}
        return jsonify(ok=True, **facts, **queries.secret_leaf(check))
    address = public_address(url_for("votes.receipt", vote_id=vote_id, given=(check.digest or check.leaf_hash).hex()))
    return render_template(
        "votes/receipt.html", scene=scene, check=check, address=address, qr=printing.qr_markup(address),
        current_place=scene.place, nav="matters",
    )  # fmt: skip


@blueprint.post("/<int:vote_id>/publish")
@access("vote.prepare")
def publish(vote_id: int) -> Any:
    return _step(service.publish_vote, vote_id, _("已发布，文字锁定，名册里的每一位都收到了通知。"))


@blueprint.post("/<int:vote_id>/cancel")
@access("vote.prepare")
def cancel(vote_id: int) -> Any:
    return _step(service.cancel_vote, vote_id, _("这项表决已取消。"))


@blueprint.post("/<int:vote_id>/open")
@access("vote.open")
def open_vote(vote_id: int) -> Any:
    return _step(service.open_vote, vote_id, _("表决开始了。"))


@blueprint.post("/<int:vote_id>/close")
@access("vote.close")
def close(vote_id: int) -> Any:
    return _step(service.close_vote, vote_id, _("表决已截止，票数已计好。请核对后宣读。"))


@blueprint.post("/<int:vote_id>/announce")
@access("vote.announce")
def announce(vote_id: int) -> Any:
    return _step(service.announce_result, vote_id, _("结果已公布。"))


def _step(act: Callable[..., Vote], vote_id: int, done: str) -> Any:
    """One step of the vote in one transaction, then its page again; programs get the room's part as JSON."""
    with transaction():
        vote = act(current_actor(), vote_id=vote_id, now=clock.now())
        part = queries.room_part(vote)
    if wants_json():
        return jsonify(ok=True, vote=part)
    flash(done, "ok")
    return redirect(url_for("votes.show", vote_id=vote_id))
