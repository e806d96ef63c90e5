"""What can be taken home from a meeting: calendars, the notice as a file, and the papers on its agenda."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import NotFound
from deliberation.kernel.i18n import language_tag, say
from deliberation.kernel.web import access
from deliberation.kernel.word import DOCX, as_docx, parsed
from deliberation.meetings import feed, forms, pages, queries, rules, service
from deliberation.meetings.poster import poster_pdf
from deliberation.meetings.views.blueprint import blueprint
from deliberation.people import queries as people
from deliberation.people.guard import current_actor
from deliberation.places import queries as places

MIMETYPES = {"pdf": "application/pdf", "docx": DOCX, "jpg": "image/jpeg"}


@blueprint.get("/<int:meeting_id>/calendar.ics")
@access("pages.read")
def calendar(meeting_id: int) -> Any:
    text = pages.calendar_file([queries.meeting(meeting_id)], now=clock.now())
    headers = {"Content-Disposition": f"attachment; filename=meeting-{meeting_id}.ics"}
    return Response(text, mimetype="text/calendar", headers=headers)


@blueprint.get("/places/<code>.ics")
@access("pages.read")
def place_calendar(code: str) -> Any:
    """What a calendar program subscribes to (webcal): the called meetings of a place, changes and cancellations too."""
    found = queries.called_meetings(places.ids_within(places.place_by_code(code)), now=clock.now())
    return Response(pages.calendar_file(found, now=clock.now()), mimetype="text/calendar")


@blueprint.get("/mine/<token>.ics")
@access("pages.read")
def own_calendar(token: str) -> Any:
    """A person's own meetings, for a calendar program that cannot sign in: the address is the key."""
    user_id, serial = feed.read(token)
    if serial != queries.feed_serial(user_id) or not people.actor(user_id).is_signed_in:  # A closed account has none.
        raise NotFound()
    text = pages.calendar_file(queries.meetings_of(user_id, now=clock.now()), now=clock.now())
    return Response(text, mimetype="text/calendar", headers={"Cache-Control": "private, no-store"})


@blueprint.route("/mine", methods=["GET", "POST"])
@access("calendar.subscribe")
def subscribe() -> Any:
    """The address of one's own calendar, and a new one when the old has come into other hands."""
    actor = current_actor()
    if request.method == "POST":
        with transaction():
            service.renew_feed(actor, now=clock.now())
        flash(_("换好了。旧的地址打不开了，请在手机日历里改订新的。"), "ok")
        return redirect(url_for(".subscribe"))
    token = feed.sign(actor.user_id or 0, queries.feed_serial(actor.user_id or 0))
    address = pages.public_address(url_for(".own_calendar", token=token))
    coming = queries.meetings_of(actor.user_id or 0, now=clock.now())
    return render_template("meetings/subscribe.html", address=address, webcal=pages.as_webcal(address), coming=coming)


@blueprint.get("/<int:meeting_id>/notice.docx")
@access("pages.read")
def notice_docx(meeting_id: int) -> Any:
    page = pages.notice_page(meeting_id, current_actor(), now=clock.now())
    if page.meeting.noticed_at is None:
        raise NotFound()
    address = pages.public_address(url_for("meetings.show", meeting_id=meeting_id))
    article = render_template("meetings/_notice.html", page=page, address=address)
    headers = {"Content-Disposition": f"attachment; filename=notice-{meeting_id}.docx"}
    return Response(as_docx(parsed(article), language_tag()), mimetype=DOCX, headers=headers)


@blueprint.get("/<int:meeting_id>/notice.pdf")
@access("pages.read")
def notice_pdf(meeting_id: int) -> Any:
    """The notice as a poster, one A4 page with a QR."""
    page = pages.notice_page(meeting_id, current_actor(), now=clock.now())
    if page.meeting.noticed_at is None:
        raise NotFound()
    address = pages.public_address(url_for("meetings.show", meeting_id=meeting_id))
    headers = {"Content-Disposition": f"attachment; filename=notice-{meeting_id}.pdf"}
    return Response(poster_pdf(page, address), mimetype="application/pdf", headers=headers)


@blueprint.route("/<int:meeting_id>/items/<int:item_id>/papers", methods=["GET", "POST"])
@access("meeting.plan")
def papers(meeting_id: int, item_id: int) -> Any:
    """Lay a paper on an item, or take one off."""
    item, form = queries.item(item_id), forms.PaperForm()
    if item.meeting_id != meeting_id:
        raise NotFound()
    if not form.validate_on_submit():
        return _papers_page(meeting_id, item_id, form)
    content = form.file.data.stream.read(rules.MOST_PAPER_BYTES + 1)
    fields = {"title": form.title.data or form.file_name[:80], "file_name": form.file_name, "content": content}
    try:
        with transaction():
            service.add_paper(current_actor(), item_id=item_id, now=clock.now(), **fields)
    except (rules.PaperUnreadable, rules.PaperTooLarge) as refusal:
        form.file.errors = [say(refusal)]
        return _papers_page(meeting_id, item_id, form)
    flash(_("材料放好了，看议程的人都看得到。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


def _papers_page(meeting_id: int, item_id: int, form: forms.PaperForm, reason: forms.ReasonForm | None = None) -> Any:
    page = pages.notice_page(meeting_id, current_actor(), now=clock.now())
    item, refused = queries.item(item_id), form.errors or (reason is not None and reason.errors)
    shown = {"page": page, "item": item, "form": form, "reason_form": reason or forms.ReasonForm()}
    return render_template("meetings/papers.html", **shown), 422 if refused else 200


@blueprint.post("/<int:meeting_id>/papers/<int:paper_id>/remove")
@access("meeting.plan")
def remove_paper(meeting_id: int, paper_id: int) -> Any:
    form = forms.ReasonForm()
    if not form.validate():
        item_id = queries.paper(meeting_id, paper_id).item_id
        return _papers_page(meeting_id, item_id, forms.PaperForm(formdata=None), form)
    with transaction():
        service.remove_paper(
            current_actor(), meeting_id=meeting_id, paper_id=paper_id, reason=form.reason.data, now=clock.now()
        )
    flash(_("撤下来了，原因写在议程上。"), "ok")
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.get("/<int:meeting_id>/papers/<int:paper_id>")
@access("pages.read")
def paper(meeting_id: int, paper_id: int) -> Any:
    """The paper itself, never run as anything else; a picture is shown, other files are saved."""
    found = queries.paper(meeting_id, paper_id)
    if found.removed_at is not None:
        raise rules.PaperGone(reason=found.removed_reason)
    response = Response(found.content, mimetype=MIMETYPES[found.kind])
    kind = "inline" if found.kind == "jpg" else "attachment"
    response.headers.set("Content-Disposition", kind, filename=f"{found.title}.{found.kind}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
