"""The pages of meetings: lists, planning, the notice, check-in, and the three faces of the live room."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import Refusal
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument, session_key, wants_json
from deliberation.meetings import forms, pages, queries, rules, service, tray
from deliberation.meetings.sockets import perform
from deliberation.meetings.tray import Comer
from deliberation.meetings.views.blueprint import blueprint
from deliberation.people.access import require
from deliberation.people.guard import current_actor
from deliberation.places import queries as places


@blueprint.get("")
@access("pages.read")
def index() -> Any:
    place = places.place_by_code(request.args["place"]) if request.args.get("place") else None
    scope = places.ids_within(place) if place else None
    return render_template(
        "meetings/index.html",
        place=place,
        places=places.all_places(),
        coming=queries.coming_meetings(scope),
        past=queries.past_meetings(scope, before=number_argument("before")),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access("meeting.plan")
def new() -> Any:
    form = forms.MeetingForm(planned_minutes=rules.LUNCH_MINUTES)
    pages.offer_committees(form, current_actor())
    if not form.validate_on_submit():
        return render_template("meetings/new.html", form=form), 422 if form.errors else 200
    fields = {key: value for key, value in form.data.items() if key not in ("csrf_token", "starts_at")}
    try:
        with transaction():
            meeting = service.plan_meeting(
                current_actor(), starts_at=form.starts_at_instant(), now=clock.now(), **fields
            )
    except Refusal as refusal:
        pages.say_beside(form, refusal)
        return render_template("meetings/new.html", form=form), refusal.status
    flash(_("会议排好了。接着把议程排上，再发通知。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting.id))


@blueprint.get("/<int:meeting_id>")
@access("pages.read")
def show(meeting_id: int) -> Any:
    page = pages.notice_page(meeting_id, current_actor(), now=clock.now())
    return render_template("meetings/show.html", page=page, item_form=pages.item_form(page), current_place=page.place)


@blueprint.post("/<int:meeting_id>/items")
@access("meeting.plan")
def add_item(meeting_id: int) -> Any:
    page = pages.notice_page(meeting_id, current_actor(), now=clock.now())
    form = pages.item_form(page)
    if not form.validate_on_submit() or not (form.matter_id.data or form.title.data):
        pages.explain_missing(form)
        return render_template("meetings/show.html", page=page, item_form=form), 422
    fields = {"title": form.title.data, "motion_text": form.motion_text.data, "minutes": form.minutes.data}
    with transaction():
        service.add_item(
            current_actor(), meeting_id=meeting_id, matter_id=form.matter_id.data or None, now=clock.now(), **fields
        )
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.route("/<int:meeting_id>/items/<int:item_id>", methods=["GET", "POST"])
@access("meeting.plan")
def change_item(meeting_id: int, item_id: int) -> Any:
    item = queries.item(item_id)
    form = forms.ItemChangeForm(obj=item)
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("meetings/item.html", form=form, item=item, meeting_id=meeting_id), status
    with transaction():
        fields = {"title": form.title.data, "motion_text": form.motion_text.data, "minutes": form.minutes.data}
        service.change_item(current_actor(), item_id=item_id, now=clock.now(), **fields)
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.post("/<int:meeting_id>/items/<int:item_id>/<any(up, down, remove):change>")
@access("meeting.plan")
def arrange_item(meeting_id: int, item_id: int, change: str) -> Any:
    with transaction():
        if change == "remove":
            service.remove_item(current_actor(), item_id=item_id, now=clock.now())
        else:
            service.move_item(current_actor(), item_id=item_id, up=change == "up", now=clock.now())
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.post("/<int:meeting_id>/notice")
@access("meeting.plan")
def post_notice(meeting_id: int) -> Any:
    with transaction():
        service.post_notice(current_actor(), meeting_id=meeting_id, now=clock.now())
    flash(_("会议通知发出去了：席位、提出人、联名人和跟进这里的人都会收到。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.post("/<int:meeting_id>/close")
@access("meeting.chair")
def close(meeting_id: int) -> Any:
    """The end of a meeting without its console: of one that was left open, for the chair and the liaison."""
    with transaction():
        service.close_meeting(current_actor(), meeting_id=meeting_id, now=clock.now())
    flash(_("会散了。没议到的事排到下一次，纪要的草稿也有了。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.route("/<int:meeting_id>/cancel", methods=["GET", "POST"])
@access("meeting.plan")
def cancel(meeting_id: int) -> Any:
    form = forms.ReasonForm()
    if not form.validate_on_submit():
        meeting = queries.meeting(meeting_id)
        return render_template("meetings/cancel.html", form=form, meeting=meeting), 422 if form.errors else 200
    with transaction():
        service.cancel_meeting(current_actor(), meeting_id=meeting_id, reason=form.reason.data, now=clock.now())
    flash(_("会议取消了。收到过通知的人都会知道原因，议题等下一次会议。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.route("/<int:meeting_id>/change", methods=["GET", "POST"])
@access("meeting.plan")
def change(meeting_id: int) -> Any:
    """Another hour or place; after the notice everybody is told again."""
    meeting = queries.meeting(meeting_id)
    form = forms.MeetingChangeForm(data=pages.changeable(meeting))
    pages.offer_chairs(form, meeting)
    if not form.validate_on_submit():
        page = render_template("meetings/change.html", form=form, meeting=meeting)
        return page, 422 if form.errors else 200
    fields = {key: value for key, value in form.data.items() if key not in ("csrf_token", "starts_at")}
    try:
        with transaction():
            service.change_meeting(
                current_actor(), meeting_id=meeting_id, starts_at=form.starts_at_instant(), now=clock.now(), **fields
            )
    except Refusal as refusal:
        pages.say_beside(form, refusal)
        return render_template("meetings/change.html", form=form, meeting=meeting), refusal.status
    flash(_("改好了。通知发过的，收到的人都会再收到一份新的。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.post("/<int:meeting_id>/order")
@access("meeting.plan")
def order_items(meeting_id: int) -> Any:
    """The agenda as it was dragged, named by the ids of its items."""
    ids = [int(each) for each in request.form.get("items", "").split(",") if each.isascii() and each.isdecimal()]
    with transaction():
        service.order_items(current_actor(), meeting_id=meeting_id, item_ids=ids, now=clock.now())
    if wants_json():
        return jsonify(ok=True)
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.post("/<int:meeting_id>/registration")
@access("meeting.join")
def register(meeting_id: int) -> Any:
    with transaction():
        registered = service.register(current_actor(), meeting_id=meeting_id, now=clock.now())
    if registered.state is rules.RegistrationState.waiting:
        flash(_("名额满了，您在候补里。有人退出会自动轮到您，并通知您。"), "info")
    else:
        flash(_("报上名了。会前一天和前一小时会提醒您。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


@blueprint.post("/<int:meeting_id>/registration/cancel")
@access("meeting.join")
def cancel_registration(meeting_id: int) -> Any:
    with transaction():
        service.cancel_registration(current_actor(), meeting_id=meeting_id, now=clock.now())
    flash(_("退出了，位子让给候补的人。想来可以再报名。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))


# The live room


@blueprint.get("/<int:meeting_id>/room")
@access("meeting.join")
def room(meeting_id: int) -> Any:
    meeting = queries.meeting(meeting_id)
    now = clock.now()
    state, may_enter = queries.whole_state(meeting, current_actor(), now=now), queries.can_enter(meeting, now=now)
    return render_template("meetings/room.html", meeting=meeting, state=state, may_enter=may_enter)


@blueprint.get("/<int:meeting_id>/chair")
@access("meeting.chair")
def chair(meeting_id: int) -> Any:
    meeting = queries.meeting(meeting_id)
    place = places.place(meeting.place_id)
    require(current_actor(), "meeting.chair", place.scope)
    state = queries.whole_state(meeting, current_actor(), now=clock.now())
    key = rules.screen_key(meeting.check_in_secret, meeting_id=meeting.id)
    candidates = [user for user in queries.people_who_may_chair(place) if user.id != meeting.chair_id]
    owners = queries.owners_to_choose(meeting)
    return render_template(
        "meetings/chair.html", meeting=meeting, state=state, screen_key=key, candidates=candidates, owners=owners
    )


@blueprint.get("/<int:meeting_id>/screen")
@access("pages.read")
def screen(meeting_id: int) -> Any:
    meeting, key = queries.meeting(meeting_id), request.args.get("key", "")
    pages.require_screen(current_actor(), meeting, key=key)
    state = queries.whole_state(meeting, current_actor(), now=clock.now())
    return render_template("meetings/screen.html", meeting=meeting, state=state, key=key)


@blueprint.get("/<int:meeting_id>/state")
@access("pages.read")
def room_state(meeting_id: int) -> Any:
    return jsonify(tray.state(Comer(session_key(), meeting_id, request.args.get("key", ""))))


@blueprint.get("/<int:meeting_id>/door")
@access("meeting.help_at_door")
def door(meeting_id: int) -> Any:
    """Who is expected and who is there, by name: for the offices, and for whom the chair asked to help."""
    meeting = queries.meeting(meeting_id)
    service.require_at_the_door(current_actor(), meeting)
    return jsonify(pages.door_json(meeting, current_actor()))


@blueprint.post("/<int:meeting_id>/act")
@access("meeting.join")
def act(meeting_id: int) -> Any:
    payload = {key: value for key, value in request.form.items() if key not in ("csrf_token", "message")}
    answer = perform(current_actor(), request.form.get("message", ""), payload)
    if wants_json():
        return jsonify({"ok": True, **answer}), 200 if answer.get("ok", True) else Refusal.status
    return redirect(url_for(".room", meeting_id=meeting_id))


# Check-in


@blueprint.route("/<int:meeting_id>/check-in", methods=["GET", "POST"])
@access("meeting.join")
def check_in(meeting_id: int) -> Any:
    """A code that has gone by is said beside the field: the next one is on the screen already."""
    form = forms.CodeForm(code=request.args.get("code", ""))
    if not form.validate_on_submit():
        return _check_in_page(meeting_id, form)
    try:
        with transaction():
            service.check_in(current_actor(), meeting_id=meeting_id, code=form.code.data, now=clock.now())
    except rules.CodeExpired as refusal:
        form.code.errors = [say(refusal)]
        return _check_in_page(meeting_id, form)
    flash(_("签到了。可以举手、发言，轮到您投票时这里会提醒。"), "ok")
    return redirect(url_for(".room", meeting_id=meeting_id))


def _check_in_page(meeting_id: int, form: forms.CodeForm) -> Any:
    meeting, status = queries.meeting(meeting_id), 422 if form.errors else 200
    is_present = queries.is_present(meeting_id, current_actor().user_id)
    return render_template("meetings/check_in.html", form=form, meeting=meeting, is_present=is_present), status


@blueprint.get("/<int:meeting_id>/check-in-code")
@access("pages.read")
def check_in_code(meeting_id: int) -> Any:
    meeting = queries.meeting(meeting_id)
    pages.require_screen(current_actor(), meeting, key=request.args.get("key", ""))
    return jsonify(pages.check_in_code_json(meeting, now=clock.now()))


@blueprint.post("/<int:meeting_id>/leave")
@access("meeting.join")
def leave(meeting_id: int) -> Any:
    with transaction():
        service.leave(current_actor(), meeting_id=meeting_id, now=clock.now())
    flash(_("您已经离开会场。回来时再签到一次。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id))
