"""One-time codes: made by Flask-Security's unified sign-in, sent through our outbox, worth one use within minutes.

A code is worked out from a key that is drawn anew for each sending (``User.code_key``) and forgotten once used, or
after five wrong tries. Nothing here logs a code, nor an error that could carry one.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from flask_babel import gettext as _
from flask_security import (
    MailUtil,
    SmsSenderBaseClass,
    SmsSenderFactory,
    SQLAlchemyUserDatastore,
    Totp,
    UnifiedSigninForm,
    hash_password,
)
from passlib.exc import TokenError
from passlib.totp import TOTP

from deliberation.kernel import clock
from deliberation.kernel.database import transaction
from deliberation.kernel.web import safe_next
from deliberation.people import queries, rules, service
from deliberation.people.models import User

log = logging.getLogger(__name__)

CODE_SECONDS = 300  # A code holds at least this long, and never twice as long.


class Queue(Protocol):
    """What puts one text into the outbox: notifications.service.queue_direct, given by the application."""

    def __call__(self, *, channel: Any, address: str, subject: str, body: str, key: str, now: datetime) -> Any: ...


class OneTimeCodes(Totp):
    """Time-based codes from a plain key. Flask-Security's own key would serve for ever, with twenty codes at a time."""

    def generate_totp_password(self, totp_secret: str) -> str:
        return str(TOTP(key=totp_secret, period=CODE_SECONDS).generate().token)

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        try:
            TOTP(key=totp_secret, period=CODE_SECONDS).match(token, window=CODE_SECONDS)
        except TokenError:
            return False
        return True


class Accounts(SQLAlchemyUserDatastore):
    """Flask-Security's view of our accounts: a code can be used on every address a person has."""

    def us_get_totp_secrets(self, user: Any) -> dict[str, str]:
        if not user.code_key or user.code_attempts >= rules.CODE_ATTEMPTS:
            return {}
        addresses = {"sms": user.us_phone_number, "email": user.email}
        return {method: user.code_key for method, address in addresses.items() if address}

    def us_put_totp_secrets(self, user: Any, secrets: dict[str, str] | None) -> None:
        """Keys are drawn by ``service.renew_code``, never set from outside."""


class SignInForm(UnifiedSigninForm):
    """Phone or email, then a password or a code. Where a code goes to is read off the address itself."""

    user: Any = None

    def validate(self, **kwargs: Any) -> bool:
        self.next.data = safe_next("")  # A link to another site must not keep anybody from signing in.
        if self.submit_send_code.data:
            self._prepare_code()
        is_valid = bool(super().validate(**kwargs))
        if self.user is None and self.submit.data:
            hash_password(str(self.passcode.data or ""))  # A stranger's refusal takes as long as a member's.
        return is_valid

    def _prepare_code(self) -> None:
        self.chosen_method.data = "sms" if rules.canonical_phone(self.identity.data) else "email"
        user = queries.user_at(self.identity.data)
        if user is not None and user.active:
            with transaction():
                service.renew_code(user.id)


class CodeBySms(SmsSenderBaseClass):
    """Flask-Security hands over the bare code as ``msg`` (its message USE_CODE is set to that)."""

    def send_sms(self, from_number: str, to_number: str, msg: str) -> None:
        _send_code("sms", to_number, msg)


class CodeByMail(MailUtil):
    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **kwargs: Any
    ) -> None:
        _send_code("email", str(recipient), kwargs["login_token"])


SmsSenderFactory.senders["outbox"] = CodeBySms


def _send_code(channel: str, address: str, code: str) -> None:
    queue: Queue = current_app.extensions["people.queue"]
    minutes = CODE_SECONDS // 60
    body = _(
        "您的验证码是 %(code)s，%(minutes)s 分钟内有效，只能用一次。请不要告诉别人，工作人员也不会向您要。",
        code=code,
        minutes=minutes,
    )
    key = f"sign-in:{secrets.token_hex(16)}"
    try:
        with transaction():
            queue(channel=channel, address=address, subject=_("五步议事验证码"), body=body, key=key, now=clock.now())
    except Exception as error:  # The error's own text may hold the parameters of the statement, and so the code.
        log.error("a sign-in code could not be queued: %s", type(error).__name__)
        raise


def send_code(user: User) -> None:
    """Send a fresh code to the person's phone, or mailbox."""
    with transaction():
        user = service.renew_code(user.id)
    datastore: Accounts = current_app.extensions["security"].datastore
    method, secret = next(iter(datastore.us_get_totp_secrets(user).items()))
    user.us_send_security_token(method, totp_secret=secret, phone_number=user.us_phone_number, send_magic_link=False)
