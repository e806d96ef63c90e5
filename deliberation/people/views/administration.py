"""Administrators: accounts, roles in their places, and the working calendar."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.forms import clean_line
from deliberation.kernel.i18n import say
from deliberation.kernel.web import access, number_argument
from deliberation.people import queries, rules, service
from deliberation.people.forms import AccountForm, AppointForm, CalendarForm
from deliberation.people.guard import current_actor
from deliberation.people.views.blueprint import blueprint
from deliberation.people.wording import ROLES
from deliberation.places import queries as places


@blueprint.get("/admin/people")
@access("people.administer")
def admin_index() -> Any:
    """Everybody, the newest first, by a part of the name or address."""
    words = clean_line(request.args.get("words"))[:60]
    page = queries.people(words=words, before=number_argument("before"))
    roles = queries.current_roles([user.id for user in page.items])
    roles_of: dict[int, list[Any]] = {}
    for role in roles:
        roles_of.setdefault(role.user_id, []).append(role)
    return render_template(
        "people/admin_index.html",
        page=page,
        words=words,
        roles_of=roles_of,
        role_words=ROLES,
        places=places.places_by_id([role.place_id for role in roles if role.place_id]),
    )


@blueprint.route("/admin/people/new", methods=["GET", "POST"])
@access("people.administer")
def admin_new() -> Any:
    form = AccountForm()
    form.home_place_id.choices = [(0, _("不属于哪一处")), *_places_administered()]
    if form.validate_on_submit():
        fields = {name: form.data[name] for name in ("name", "phone", "email", "duty")}
        try:
            with transaction():
                user = service.open_account(
                    current_actor(), **fields, home_place_id=form.home_place_id.data or None, now=clock.now()
                )
        except (rules.AddressTaken, rules.AddressMissing) as refusal:
            form.phone.errors = [say(refusal)]
        else:
            flash(_("账号开好了。本人用手机号或邮箱收验证码就能登录。"), "ok")
            return redirect(url_for("people.admin_person", user_id=user.id))
    return render_template("people/admin_new.html", form=form), 422 if form.errors else 200


@blueprint.route("/admin/people/<int:user_id>/details", methods=["GET", "POST"])
@access("people.administer")
def correct(user_id: int) -> Any:
    """Name, addresses and place, when they were written down wrong."""
    user = queries.user(user_id)
    given = {"name": user.name, "phone": user.us_phone_number, "email": user.email, "duty": user.duty}
    form = AccountForm(data={**given, "home_place_id": user.home_place_id or 0})
    form.home_place_id.choices = [(0, _("不属于哪一处")), *_places_administered()]
    if form.validate_on_submit():
        fields = {name: form.data[name] for name in ("name", "phone", "email", "duty")}
        place_id = form.home_place_id.data or None
        try:
            with transaction():
                service.correct_account(
                    current_actor(), user_id=user_id, home_place_id=place_id, now=clock.now(), **fields
                )
        except (rules.AddressTaken, rules.AddressMissing) as refusal:
            form.phone.errors = [say(refusal)]
        else:
            flash(_("改好了，也记进了审计日志。"), "ok")
            return redirect(url_for("people.admin_person", user_id=user_id))
    return render_template("people/admin_new.html", form=form, user=user), 422 if form.errors else 200


@blueprint.get("/admin/people/<int:user_id>")
@access("people.administer")
def admin_person(user_id: int) -> Any:
    return _person_page(user_id, AppointForm(formdata=None))


def _person_page(user_id: int, form: AppointForm, status: int = 200) -> Any:
    user, roles = queries.user(user_id), queries.current_roles([user_id])
    form.place_id.choices = _places_to_appoint()
    if not form.is_submitted() and user.home_place_id in dict(form.place_id.choices):
        form.place_id.data = user.home_place_id
    return render_template(
        "people/admin_person.html",
        user=user,
        form=form,
        roles=roles,
        role_words=ROLES,
        places=places.places_by_id([role.place_id for role in roles if role.place_id]),
    ), status


def _places_administered() -> list[tuple[int, str]]:
    actor = current_actor()
    return [(place.id, place.full_name) for place in places.all_places() if actor.may("people.administer", place.scope)]


def _places_to_appoint() -> list[tuple[int, str]]:
    everywhere = [(0, _("所有地方"))] if current_actor().may("people.administer", ()) else []
    return [*_places_administered(), *everywhere]


@blueprint.post("/admin/people/<int:user_id>/roles")
@access("people.administer")
def appoint(user_id: int) -> Any:
    form = AppointForm()
    form.place_id.choices = _places_to_appoint()
    if not form.validate():
        return _person_page(user_id, form, 422)
    with transaction():
        service.appoint(
            current_actor(), user_id=user_id, role=form.role.data, place_id=form.place_id.data or None, now=clock.now()
        )
    flash(_("已经任命，马上生效，也记进了审计日志。"), "ok")
    return redirect(url_for("people.admin_person", user_id=user_id))


@blueprint.post("/admin/roles/<int:assignment_id>/end")
@access("people.administer")
def dismiss(assignment_id: int) -> Any:
    with transaction():
        held = service.dismiss(current_actor(), assignment_id=assignment_id, now=clock.now())
    flash(_("这个身份已经撤掉，马上生效，也记进了审计日志。"), "ok")
    return redirect(url_for("people.admin_person", user_id=held.user_id))


@blueprint.post("/admin/people/<int:user_id>/active")
@access("people.administer")
def set_active(user_id: int) -> Any:
    active = request.form.get("active") == "1"
    with transaction():
        service.set_active(current_actor(), user_id=user_id, active=active, now=clock.now())
    flash(_("账号重新开通了。") if active else _("账号停用了，本人已经退出登录。"), "ok")
    return redirect(url_for("people.admin_person", user_id=user_id))


@blueprint.route("/admin/calendar", methods=["GET", "POST"])
@access("calendar.administer")
def calendar() -> Any:
    """Which years deadlines can be counted in, and the form that enters another one."""
    form = CalendarForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.enter_year(current_actor(), year=form.year.data, text=form.days.data, now=clock.now())
        except rules.CalendarFault as fault:
            form.days.errors = [say(fault)]
        else:
            flash(_("%(year)s 年录好了，这一年的期限可以算了。", year=form.year.data), "ok")
            return redirect(url_for("people.calendar"))
    asked = number_argument("year")
    if not form.is_submitted() and asked:
        form.year.data, form.days.data = asked, queries.calendar_text(asked)
    return _calendar_page(form)


def _calendar_page(form: CalendarForm) -> Any:
    years = queries.calendar_years()
    built_in = [year for year, source in years.items() if source == "built_in"]
    entered = sorted(year for year, source in years.items() if source == "entered")
    page = render_template("people/calendar.html", form=form, first=built_in[0], last=built_in[-1], entered=entered)
    return page, 422 if form.errors else 200
