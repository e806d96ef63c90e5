"""Accounts by Flask-Security: sign in by password, or by a one-time code sent to the phone or mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask_babel
from flask import Flask, current_app, g, request, session
from flask_login import user_logged_out
from flask_security import RoleMixin, Security, user_authenticated
from flask_security.babel import FsDomain
from flask_security.signals import user_failed_authn
from werkzeug.datastructures import MultiDict

from deliberation.kernel import clock, live
from deliberation.kernel.database import db, transaction
from deliberation.kernel.errors import N_
from deliberation.people import rules, service
from deliberation.people.codes import CODE_SECONDS, Accounts, CodeByMail, OneTimeCodes, Queue, SignInForm
from deliberation.people.forms import DisplayForm
from deliberation.people.models import User

# RFC 9106, section 4: the second recommended option, 64 MiB; the library's own ten rounds would let a meeting queue.
ARGON2 = {"argon2__rounds": 3, "argon2__memory_cost": 64 * 1024, "argon2__parallelism": 4}
ARGON2_IN_TESTS = {"argon2__rounds": 1, "argon2__memory_cost": 1024, "argon2__parallelism": 1}
SENTENCES = {
    "USE_CODE": ("%(code)s", "info"),
    "GENERIC_AUTHN_FAILED": (
        N_("手机号、邮箱、密码或验证码有一样不对。请核对后再试，也可以换用验证码登录。"),
        "error",
    ),
    "GENERIC_US_SIGNIN": (N_("如果这个手机号或邮箱登记过，验证码已经发出，请查收后填在下面。"), "info"),
    "FAILED_TO_SEND_CODE": (N_("验证码没有发出去。请过一会儿再试，或者用密码登录。"), "error"),
    "ANONYMOUS_USER_REQUIRED": (N_("您已经登录了。"), "info"),
}


class NoGlobalRole(RoleMixin):
    """Flask-Security asks for a role model; our roles hold in a place (people.access), so it has none."""


_Sentences: Any = FsDomain  # Untyped.


class OurSentences(_Sentences):
    """Flask-Security's sentences in its own translation where it has one, else in ours."""

    def gettext(self, string: str, **variables: Any) -> str:
        found: str = super().gettext(string)
        if found == string:
            found = flask_babel.gettext(string)
        return found % variables if variables else found


def init_app(app: Flask, *, queue: Queue) -> None:
    """``queue`` puts a code into the outbox. ``app.extensions["demo_people"]``, when set, lists the demo sign-ins."""
    app.config.update(_options(app))
    app.extensions["people.queue"] = queue
    security = Security(mail_util_cls=CodeByMail, totp_cls=OneTimeCodes)
    security.init_app(app, Accounts(db, User, NoGlobalRole), us_signin_form=SignInForm)
    security.i18n_domain = OurSentences(app)
    # Roles of ours hold in a place: nobody asks Flask-Principal for any, and it looks for none with every request.
    security.principal.identity_loaders.clear()
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.login_manager.request_loader(lambda _request: None)  # Sessions only: no token signs anybody in.
    security.us_signin_context_processor(_sign_in_page)
    user_authenticated.connect(_on_sign_in, app)
    user_failed_authn.connect(_on_wrong_answer, app)
    user_logged_out.connect(_on_sign_out, app)


def _options(app: Flask) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2_IN_TESTS if app.config["TESTING"] else ARGON2,
        "SECURITY_PASSWORD_SINGLE_HASH": False,
        "SECURITY_PASSWORD_LENGTH_MIN": rules.LEAST_PASSWORD,
        "SECURITY_PASSWORD_REQUIRED": False,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_UNIFIED_SIGNIN": True,
        "SECURITY_US_SIGNIN_REPLACES_LOGIN": True,
        "SECURITY_US_SIGNIN_SEND_CODE_URL": "/login/code",
        "SECURITY_US_SIGNIN_TEMPLATE": "security/login_user.html",
        "SECURITY_US_ENABLED_METHODS": ["password", "sms", "email"],
        "SECURITY_US_TOKEN_VALIDITY": CODE_SECONDS,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"us_phone_number": {"mapper": rules.canonical_phone, "case_insensitive": False}},
            {"email": {"mapper": rules.canonical_email, "case_insensitive": False}},
        ],
        "SECURITY_TOTP_SECRETS": {"1": app.config["SECRET_KEY"]},
        "SECURITY_TOTP_ISSUER": "Five Steps",
        "SECURITY_SMS_SERVICE": "outbox",
        "SECURITY_EMAIL_PLAINTEXT": False,  # The text of a code is worded in people.codes, alike for both channels.
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_FRESHNESS": timedelta(seconds=-1),
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CSRF_COOKIE_NAME": None,
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        **{f"SECURITY_MSG_{name}": sentence for name, sentence in SENTENCES.items()},
    }


def _sign_in_page() -> dict[str, Any]:
    """What the page shows besides the form: in the demo, who one can be; after registering, the address given."""
    settings, demo_people = current_app.extensions["settings"], current_app.extensions.get("demo_people")
    return {
        "demo_people": demo_people() if settings.is_demo and demo_people else [],
        "registered_contact": session.pop("registered_contact", ""),
        "code_minutes": CODE_SECONDS // 60,
    }


def _on_sign_in(_app: Flask, *, user: User, authn_via: list[str] | None = None, **_more: Any) -> None:
    session.pop("csrf_token", None)  # What was known of the session before signing in is worth nothing after it.
    g.pop("csrf_token", None)
    if authn_via != ["change"]:
        _keep_display(user.id)
    if {"sms", "email"} & set(authn_via or ()):
        with transaction():
            service.use_code(user.id, now=clock.now())


def _keep_display(user_id: int) -> None:
    """The page goes on looking as it did before signing in; nobody's large letters are taken away by this device."""
    form = DisplayForm(formdata=MultiDict(request.cookies), meta={"csrf": False})
    if not form.validate():
        return
    chosen = {name: form.data[name] for name in ("theme", "locale") if form.data[name]}
    if form.mode.data == "elder":
        chosen["display_mode"] = "elder"
        chosen |= {"elder_size": form.elder_size.data} if form.elder_size.data else {}
    with transaction():
        service.set_display(user_id, chosen)


def _on_wrong_answer(_app: Flask, *, user: User, **_more: Any) -> None:
    with transaction():
        service.count_wrong_attempt(user.id)


def _on_sign_out(_app: Flask, *, user: User, **_more: Any) -> None:
    live.disconnect_person(user.id)
