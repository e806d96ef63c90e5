"""A person's own pages: joining, my page, display, password, follows; and looking at somebody's identity."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import BadInput
from deliberation.kernel.i18n import say
from deliberation.kernel.limits import CODES, identity, limiter
from deliberation.kernel.web import access, number_argument, safe_next, wants_json
from deliberation.people import codes, queries, rules, service
from deliberation.people.forms import DisplayForm, FollowForm, IdentityForm, PasswordForm, RegisterForm
from deliberation.people.guard import current_actor
from deliberation.people.views.blueprint import blueprint
from deliberation.people.wording import ROLES
from deliberation.places import queries as places

A_YEAR = 365 * 24 * 3600
JUST_NOW = 15 * 60  # Within so many seconds of signing in, a first password may be set.


@blueprint.route("/register", methods=["GET", "POST"])
@access("account.register")
@limiter.limit("30/hour", methods=["POST"])
@limiter.limit(CODES, key_func=identity, methods=["POST"])
def register() -> Any:
    """Join: name, address, place, consent. The answer is the same whether or not there was an account."""
    form = RegisterForm()
    form.home_place_id.choices = [(0, _("请选择")), *_place_choices()]
    if request.method == "GET" and number_argument("place"):
        form.home_place_id.data = number_argument("place")  # Where an invitation leads.
    if form.validate_on_submit() and _chosen(form.home_place_id):
        with transaction():
            user = service.register(
                name=form.name.data,
                contact=form.contact.data,
                home_place_id=form.home_place_id.data,
                locale=str(get_locale()),
                now=clock.now(),
            )
        codes.send_code(user)
        session["registered_contact"] = form.contact.data
        return redirect(url_for("security.login", next=safe_next("/")))
    return render_template("people/register.html", form=form), 422 if form.errors else 200


def _chosen(field: Any) -> bool:
    if not field.data:
        field.errors = [*field.errors, _("请选一个地方。")]
    return bool(field.data)


def _place_choices() -> list[tuple[int, str]]:
    return [(place.id, place.full_name) for place in places.all_places()]


@blueprint.get("/me")
@access("account.manage")
def me() -> Any:
    return _my_page(PasswordForm(formdata=None))


def _my_page(form: PasswordForm, status: int = 200) -> Any:
    user_id = current_user.id
    roles = queries.current_roles([user_id])
    return render_template(
        "people/me.html",
        nav="me",
        user=current_user,
        form=form,
        roles=roles,
        role_words=ROLES,
        role_places=places.places_by_id([role.place_id for role in roles if role.place_id]),
        home=places.places_by_id([current_user.home_place_id] if current_user.home_place_id else []),
        followed=queries.followed_places(user_id),
        sizes=rules.ELDER_SIZES,
    ), status


@blueprint.post("/me/display")
@access("display.set")
def set_display() -> Any:
    """Language, elder mode, size of letters and theme: kept in the account and on this device."""
    form = DisplayForm()
    if not form.validate():
        raise BadInput({name: [str(each) for each in errors] for name, errors in form.errors.items()})
    chosen = {name: form.data[name] for name in ("mode", "theme", "locale", "elder_size") if form.data[name]}
    user_id = current_actor().user_id
    if user_id is not None:
        kept = {"display_mode" if name == "mode" else name: value for name, value in chosen.items()}
        with transaction():
            service.set_display(user_id, kept)
    response: Response = current_app.make_response({"ok": True} if wants_json() else redirect(safe_next("/")))
    for name, value in chosen.items():
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(name, str(value), max_age=A_YEAR, samesite="Lax", secure=secure)
    return response


@blueprint.post("/me/password")
@access("account.manage")
@limiter.limit("10/hour")
def change_password() -> Any:
    form = PasswordForm()
    if not (form.validate_on_submit() and _good_enough(form)):
        return _my_page(form, 422)
    given = {"current": form.current.data or "", "new": form.new.data, "signed_in_recently": _signed_in_recently()}
    try:
        with transaction():
            user = service.change_password(current_user.id, **given, now=clock.now())
    except rules.PasswordWrong as wrong:
        form.current.errors = [say(wrong)]
        return _my_page(form, 422)
    login_user(user, authn_via=["change"])
    flash(_("密码改好了。别的设备上的登录都已退出。"), "ok")
    return redirect(url_for("people.me"))


def _signed_in_recently() -> bool:
    """By the real time, with which Flask-Security marks the session, whatever the demo's clock says."""
    return clock.real_now().timestamp() - session.get("fs_paa", 0) < JUST_NOW


def _good_enough(form: PasswordForm) -> bool:
    """Flask-Security's own check of length, in our words; and not the person's own name or number."""
    new, user = form.new.data or "", current_user
    own = [text for text in (user.name, user.email, user.us_phone_number) if text]
    if len(new) < rules.LEAST_PASSWORD or len(set(new)) < 4 or any(text.lower() in new.lower() for text in own):
        form.new.errors = [_("这个密码太容易猜。请至少写 8 位，不要用自己的名字、号码，也不要总是同一个字。")]
        return False
    return True


@blueprint.post("/places/<code>/follow")
@access("place.follow")
def follow_place(code: str) -> Any:
    place, form = places.place_by_code(code), FollowForm()
    if not form.validate():
        raise BadInput()
    user_id, starts = current_user.id, form.follow.data == "1"
    with transaction():
        if starts:
            service.follow_place(user_id=user_id, place_id=place.id, now=clock.now())
        else:
            service.unfollow_place(user_id=user_id, place_id=place.id)
    if wants_json():
        return {"ok": True, "follows": starts}
    begun, ended = _("以后这里的事有了结果，会告诉您。"), _("不再告诉您这里的事了。您参与过的事照样会告诉您。")
    flash(begun if starts else ended, "ok")
    return redirect(safe_next(url_for("people.me")))


@blueprint.get("/people/<int:user_id>/identity")
@access("person.see_identity")
def ask_identity(user_id: int) -> Any:
    return render_template("people/identity.html", form=IdentityForm(formdata=None), user=queries.user(user_id))


@blueprint.post("/people/<int:user_id>/identity")
@access("person.see_identity")
def see_identity(user_id: int) -> Any:
    """The name and addresses once, on this answer only; the look is in the audit log before it is shown."""
    form = IdentityForm()
    if not form.validate():
        return render_template("people/identity.html", form=form, user=queries.user(user_id)), 422
    with transaction():
        user = service.show_neighbour(current_actor(), user_id=user_id, reason=form.reason.data, now=clock.now())
    return render_template("people/identity.html", form=form, user=user, shown=True)
