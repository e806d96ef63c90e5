"""Each message reaches its person once by its key, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import case, func, select

from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs, rules, service
from deliberation.notifications.channels import Parcel, Undeliverable, senders
from deliberation.notifications.channels.mailbox import Mailbox
from deliberation.notifications.models import Audience, Channel, Delivery, DeliveryState, MailboxItem, Message, Occasion
from deliberation.notifications.service import telling
from deliberation.people.models import User
from tests.support import make
from tests.support.make import NOW
from tests.support.smtp import Sink, mail_server

TEMPLATE = """{{ _('测试通知') }}：{{ data.title }}

{{ reason }}
{{ data.at | parse_moment }}
{{ link('/matters/T-1') }}
"""


@pytest.fixture(autouse=True)
def _template(app: Flask) -> Iterator[None]:
    loader = app.jinja_env.loader
    assert loader is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader({"messages/test.kind.txt": TEMPLATE}), loader])
    yield
    app.jinja_env.loader = loader


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    settings = app.extensions["settings"]
    with mail_server() as server:
        app.extensions["settings"] = replace(settings, smtp_url=server.url, mail_from="五步议事 <notice@example.org>")
        yield server
    app.extensions["settings"] = settings


def tell(users: list[Any], *, key: str = "event", title: str = "路灯", reason: str = "supporter") -> None:
    with transaction():
        data = {"title": title, "at": NOW.isoformat()}
        service.tell({user.id: reason for user in users}, "test.kind", key=key, now=NOW, data=data)


def people(count: int, **details: Any) -> list[Any]:
    with transaction():
        return [make.person(**details) for _each in range(count)]


def deliveries() -> list[Delivery]:
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True)))


def test_everyone_gets_each_message_once(app: Flask, sink: Sink) -> None:
    told = people(45)
    for _again in range(2):
        tell(told)
        assert sorted(db.session.scalars(select(Message.user_id))) == [user.id for user in told]
    jobs.deliver(NOW)
    jobs.deliver(NOW + timedelta(hours=1))
    assert sorted(str(mail["To"]) for mail in sink.mails) == sorted(user.email for user in told)
    assert len({mail["Message-ID"] for mail in sink.mails}) == 45
    assert {each.state for each in deliveries()} == {DeliveryState.sent}


@pytest.mark.parametrize("is_statement", [True, False])
def test_very_many_are_written_down_at_once_and_get_their_messages_soon(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch, *, is_statement: bool
) -> None:
    monkeypatch.setattr(telling, "SHARE", 10)
    told = people(45)
    reasons = {user.id: "supporter" if number % 3 else "follower" for number, user in enumerate(told)}
    reason = case((User.id.in_([each for each, why in reasons.items() if why == "follower"]), "follower"))
    of_all = select(User.id.label("user_id"), func.coalesce(reason, "supporter").label("reason"))
    asked = of_all.where(User.id.in_(reasons)) if is_statement else reasons
    for _again in range(2):
        with transaction():
            data = {"title": "路灯", "at": NOW.isoformat()}
            assert service.tell(asked, "test.kind", key="very many", now=NOW, data=data) == 45
        sizes = sorted(len(each) for each in db.session.scalars(select(Audience.user_ids)))
        if is_statement:  # Ten people to a share, and of these who follow and who support.
            assert sizes == [1, 3, 3, 4, 4, 4, 6, 6, 7, 7]
        else:
            assert sizes == [5, 10, 10, 10, 10], "fifteen follow, thirty support"
        jobs.unfold(NOW)
        assert dict(db.session.execute(select(Message.user_id, Message.reason)).all()) == reasons
        assert db.session.scalar(select(func.count(Audience.id))) == 0
    assert db.session.scalar(select(func.count(Occasion.id))) == 1
    jobs.deliver(NOW)
    assert sorted(str(mail["To"]) for mail in sink.mails) == sorted(user.email for user in told)


def test_a_mail_is_plain_text_and_html_in_the_receivers_words(app: Flask, sink: Sink) -> None:
    tell(people(1), title="<script>alert(1)</script> 弄堂")
    jobs.deliver(NOW)
    mail = sink.mails[0]
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "测试通知：<script>alert(1)</script> 弄堂"
    plain, html = (mail.get_body([kind]) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    body, page = plain.get_content(), html.get_content()
    assert "您收到这条，因为您联名了这件事。" in body
    assert "3月2日 周一 9:00" in body
    assert "<time" not in body
    link = f"{app.extensions['settings'].public_url}/matters/T-1"
    assert link in body
    assert f'<a href="{link}">' in page
    assert "<script>" not in page
    assert mail["List-Unsubscribe"] is None, "what is somebody's own matter has nothing to stop"


def test_a_crash_between_sending_and_marking_sends_again_under_the_same_id(
    app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(people(1))

    class Killed(BaseException):
        pass

    def die(sent: list[int], **_more: Any) -> None:
        if sent:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(service, "mark_sent", die)
        with pytest.raises(Killed):
            jobs.deliver(NOW)
    jobs.deliver(NOW + timedelta(minutes=1))
    assert len(sink.mails) == 1, "the lease of the dead process still runs"
    jobs.deliver(NOW + rules.LEASE)
    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]
    jobs.deliver(NOW + timedelta(days=1))
    assert len(sink.mails) == 2


def test_a_server_that_is_down_is_tried_again_later(app: Flask, sink: Sink) -> None:
    tell(people(2))
    sink.is_down = True
    jobs.deliver(NOW)
    assert [each.attempts for each in deliveries()] == [1, 1]
    assert all(each.error for each in deliveries())
    sink.is_down = False
    jobs.deliver(NOW + timedelta(seconds=30))
    assert sink.mails == []
    jobs.deliver(NOW + timedelta(minutes=2))
    assert len(sink.mails) == 2


def test_it_is_given_up_in_the_end(app: Flask, sink: Sink) -> None:
    tell(people(1))
    sink.is_down = True
    at = NOW
    for _attempt in range(len(rules.BACK_OFF) + 1):
        jobs.deliver(at)
        at += timedelta(days=2)
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == (DeliveryState.failed, 7, None)


def test_whoever_has_lost_the_lease_has_no_say_any_more(app: Flask, sink: Sink) -> None:
    tell(people(1))
    with transaction():
        (late,) = service.claim_due(now=NOW)
    jobs.deliver(NOW + rules.LEASE)
    with transaction():
        service.mark_failed(late.id, attempt=1, error="too late", is_final=False, now=NOW + rules.LEASE)
    jobs.deliver(NOW + timedelta(days=1))
    assert len(sink.mails) == 1
    assert [each.state for each in deliveries()] == [DeliveryState.sent]


def test_what_was_given_up_can_be_tried_once_more(app: Flask, sink: Sink) -> None:
    (user,) = people(1)
    sink.refused.add(user.email)
    tell([user])
    jobs.deliver(NOW)
    sink.refused.clear()
    with transaction():
        assert service.retry_failed(now=NOW) == 1
    jobs.deliver(NOW)
    assert len(sink.mails) == 1


def test_a_refused_address_fails_at_once_and_the_telephone_is_tried(app: Flask, sink: Sink) -> None:
    (user,) = people(1, phone=True)
    (other,) = people(1)
    sink.refused.add(user.email)
    tell([user, other])
    jobs.deliver(NOW)
    jobs.deliver(NOW)
    states = {each.channel: each.state for each in deliveries() if each.address != other.email}
    assert states == {Channel.email: DeliveryState.failed, Channel.sms: DeliveryState.sent}
    assert [str(mail["To"]) for mail in sink.mails] == [other.email], "one refusal must not hold up the next mail"
    text = db.session.scalar(select(MailboxItem.body))
    assert text is not None
    assert text.startswith("【五步议事】测试通知：路灯\nhttp")


def test_the_mailbox_receives_a_key_once(app: Flask) -> None:
    for _again in range(2):
        Mailbox().send(Parcel(1, "k", 1, Channel.email, "a@example.org", "s", "b", NOW))
    assert len(db.session.scalars(select(MailboxItem)).all()) == 1


def test_a_message_that_cannot_be_worded_holds_up_nobody(app: Flask) -> None:
    (user, other) = people(2)
    with transaction():
        service.tell({user.id: "handler"}, "no.such.kind", key="broken", now=NOW)
    tell([other])
    jobs.deliver(NOW)
    assert [each.state for each in deliveries()] == [DeliveryState.queued, DeliveryState.sent]


def test_a_one_time_code_is_forgotten_once_it_is_sent(app: Flask) -> None:
    with transaction():
        for _again in range(2):
            service.queue_direct(
                channel=Channel.sms, address="13800000000", subject="验证码", body="424242", key="code:1", now=NOW
            )
    jobs.deliver(NOW)
    (delivery,) = deliveries()
    assert (delivery.state, delivery.subject, delivery.body) == (DeliveryState.sent, "", "")
    assert db.session.scalars(select(MailboxItem.body)).all() == ["424242"]


def test_production_without_a_gateway_says_that_a_text_message_did_not_go_out(app: Flask) -> None:
    settings = replace(app.extensions["settings"], environment="production")
    parcel = Parcel(1, "k", 1, Channel.sms, "13800000000", "s", "b", NOW)
    with pytest.raises(Undeliverable):
        senders(settings)[Channel.sms].send(parcel)


def test_telling_pushes_the_unread_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "deliberation.kernel.live.tell_people",
        lambda user_ids, _name, payload: pushed.extend((user_id, payload["unread"]) for user_id in user_ids),
    )
    (user,) = people(1)
    tell([user], key="one")
    tell([user], key="two")
    message = db.session.scalars(select(Message).order_by(Message.id)).all()[0]
    with transaction():
        service.mark_read(db.session.merge(message), now=NOW)
    assert pushed == [(user.id, 1), (user.id, 2), (user.id, 1)]
