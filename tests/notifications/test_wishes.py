"""How people wish to hear, what they are told in spite of it, and who tells whom no channel can bring it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.feedback.service import issue_notice
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.notifications import jobs, queries, rules, service
from deliberation.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    MailboxItem,
    Message,
    Occasion,
    PaperTask,
)
from deliberation.notifications.tokens import stop_path
from deliberation.people.access import Role
from deliberation.people.queries import user
from tests.support import cycle, make
from tests.support.cycle import SETTLED
from tests.support.door import client_of, post
from tests.support.gateway import gateway
from tests.support.make import NOW
from tests.support.smtp import Sink, mail_server

DAILY = rules.Wishes(rhythm=rules.Rhythm.daily)
MORNING = NOW.replace(hour=0) + timedelta(days=1)  # 8:00 in Shanghai.


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    settings = app.extensions["settings"]
    with mail_server() as server:
        app.extensions["settings"] = replace(settings, smtp_url=server.url, mail_from="五步议事 <notice@example.org>")
        yield server
    app.extensions["settings"] = settings


def tell(kind: str, reasons: dict[int, str], *, key: str, **more: object) -> None:
    data = {
        "title": "弄堂改单行", "meeting_id": 1, "venue": "活动室", "starts_at": NOW.isoformat(), "planned_minutes": 60,
        "committee": "弄管会", "chair": "周敏", "items": [], "path": "/meetings/1", "summary": "办好了", **more,
    }  # fmt: skip
    with transaction():
        service.tell(reasons, kind, key=key, now=NOW, data=data)


def states() -> list[str]:
    db.session.expire_all()
    return [str(each) for each in db.session.scalars(select(Delivery.state).order_by(Delivery.id))]


def test_a_digest_gathers_what_waited_once_and_is_never_empty(app: Flask, sink: Sink) -> None:
    with transaction():
        reader = make.person()
        service.change_wishes(reader.id, DAILY, now=NOW)
    for number in range(3):
        tell("meeting.notice", {reader.id: "member"}, key=f"notice {number}", title=f"第 {number} 次会")
    tell("registration.moved_up", {reader.id: "registered"}, key="work")
    read = queries.inbox(reader.id, before=None).items[-1]
    with transaction():
        service.mark_read(read, now=NOW)
    jobs.deliver(NOW)
    assert len(sink.mails) == 1, "what asks something of the person does not wait"
    for _again in range(2):
        jobs.digest(MORNING - timedelta(minutes=1))
        jobs.deliver(MORNING - timedelta(minutes=1))
    assert len(sink.mails) == 1
    for later in (timedelta(days=2), timedelta(days=2, hours=1), timedelta(days=3)):  # Nothing ran for two days.
        jobs.digest(MORNING + later)
        jobs.deliver(MORNING + later)
    assert len(sink.mails) == 2
    body = sink.mails[1].get_content()
    assert sink.mails[1]["Subject"] == "您关心的事有 2 条新消息"
    assert "第 0 次会" not in body, "it was read in the inbox"
    assert "第 1 次会" in body
    assert "第 2 次会" in body
    assert states().count(DeliveryState.gathered) == 3
    assert DeliveryState.held not in states()

    assert sink.mails[0]["List-Unsubscribe"] is None, "what asks something of the person is not to be stopped"
    assert sink.mails[1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = str(sink.mails[1]["List-Unsubscribe"]).strip("<>").replace("\n ", "").removeprefix("http://127.0.0.1:5000")
    tell("meeting.notice", {reader.id: "member"}, key="waits in vain")
    assert client_of(app).post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    tell("series.ended", {reader.id: "member"}, key="not sent at all")
    tell("meeting.reminder", {reader.id: "member"}, key="reminder", is_soon=True)
    jobs.digest(MORNING + timedelta(days=5))
    jobs.deliver(MORNING + timedelta(days=5))
    assert [mail["Subject"] for mail in sink.mails[2:]] == ["一小时后开会：弄堂改单行"], "reminders go on"
    assert len(queries.inbox(reader.id, before=None).items) == 7, "the inbox has everything"


def test_whoever_wants_no_digest_any_more_gets_what_waited(sqlite_app: Flask) -> None:
    with transaction():
        reader = make.person()
        service.change_wishes(reader.id, DAILY, now=NOW)
    tell("meeting.notice", {reader.id: "member"}, key="notice")
    assert states() == [DeliveryState.held]
    with transaction():
        service.change_wishes(reader.id, rules.Wishes(), now=NOW)
    jobs.deliver(NOW)
    jobs.digest(MORNING)
    assert states() == [DeliveryState.sent]
    assert len(db.session.scalars(select(MailboxItem.id)).all()) == 1


def test_one_click_in_the_mail_stops_reminders_and_never_the_outcome(app: Flask, sink: Sink) -> None:
    with transaction():
        world = cycle.settled()
        person, matter = world.follower, world.hall.matter.id
    jobs.deliver(SETTLED)
    sink.received.clear()

    def remind(key: str) -> None:
        data = {
            "title": "弄堂改单行", "path": "/", "meeting_id": 1, "venue": "活动室", "starts_at": NOW.isoformat(),
            "is_soon": True, "planned_minutes": 60,
        }  # fmt: skip
        with transaction():
            service.tell({person.id: "follower"}, "meeting.reminder", key=key, now=NOW, matter_id=matter, data=data)
        jobs.deliver(NOW)

    remind("first")
    (mail,) = sink.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = str(mail["List-Unsubscribe"]).strip("<>").replace("\n ", "").removeprefix("http://127.0.0.1:5000")
    assert path == stop_path(person.id, matter)
    stranger = client_of(app)
    assert stranger.get(path).status_code == 200
    remind("looking stops nothing")
    assert len(sink.mails) == 2
    assert stranger.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(f"{path}x", data={"List-Unsubscribe": "One-Click"}).status_code == 404
    remind("third")
    assert len(sink.mails) == 2
    with transaction():
        issue_notice(world.hall.liaison, world.notices()[0].id, now=SETTLED)
    jobs.deliver(SETTLED)
    assert person.email in [str(each["To"]) for each in sink.mails[2:]]
    assert {each["List-Unsubscribe"] for each in sink.mails[2:]} == {None}


def test_what_no_channel_brings_is_told_by_the_liaison_in_one_click(app: Flask, sink: Sink) -> None:
    with transaction():
        world = cycle.settled()
        deaf = world.proposer
        deaf.email = "nobody-reads-here@example.org"
    jobs.deliver(SETTLED)
    sink.refused.add(str(deaf.email))
    with transaction():
        issue_notice(world.hall.liaison, world.notices()[0].id, now=SETTLED)
    jobs.deliver(SETTLED)
    owed = select(PaperTask).join(Message, Message.id == PaperTask.message_id).where(Message.user_id == deaf.id)
    (task,) = db.session.scalars(owed).all()
    assert task.holder_id == world.hall.liaison.user_id
    clock.configure(frozen=SETTLED, file=None)
    tasks = queries.desk_lines(world.hall.liaison, now=SETTLED)
    assert [line.task for line in tasks] == ["tell_on_paper"], "who never gave an address has the inbox"
    liaison, handler = (client_of(app, user(each.user_id or 0)) for each in (world.hall.liaison, world.handler))
    page = liaison.get("/notices/paper").text
    assert deaf.name in page
    assert f"有 {len(tasks)} 个人发不到" in liaison.get(f"/places/{world.hall.place.code}").text
    assert post(handler, f"/notices/paper/{task.id}", how="told").status_code == 403
    assert post(liaison, f"/notices/paper/{task.id}", how="shouted").status_code == 422
    assert post(liaison, f"/notices/paper/{task.id}", how="told").status_code == 302
    assert post(liaison, f"/notices/paper/{task.id}", how="told").status_code == 409
    assert len(queries.desk_lines(world.hall.liaison, now=SETTLED)) == len(tasks) - 1
    occasion = db.session.scalar(select(Occasion.id).where(Occasion.kind == "outcome.notice"))
    poster = liaison.get(f"/notices/{occasion}/poster.pdf")
    assert poster.data.startswith(b"%PDF")


def test_a_robot_posts_what_is_public_once_and_the_feed_has_it(app: Flask, sink: Sink) -> None:
    settings = app.extensions["settings"]
    with transaction():
        world = cycle.settled()
        chief = make.actor(make.person(roles=[Role.administrator]))
        place = world.hall.place
        service.add_robot(
            chief, place_id=place.id, channel=Channel.feishu, name="业主群", token="t-1", secret="s", now=NOW
        )
    jobs.deliver(SETTLED)
    with gateway({"code": 0}) as there:
        app.extensions["settings"] = replace(app.extensions["settings"], robot_urls={"feishu": there.url})
        with transaction():
            issue_notice(world.hall.liaison, world.notices()[0].id, now=SETTLED)
        for later in range(2):
            jobs.deliver(SETTLED + timedelta(hours=later))
        app.extensions["settings"] = settings
    (posted,) = there.posted
    assert posted.path == "/t-1"
    said = posted.json["content"]["text"]
    assert said.startswith(f"【五步议事】结果告知：{world.hall.matter.title}\n")
    feed = ElementTree.fromstring(client_of(app).get(f"/places/{place.code}/feed.atom").data)
    names = {"a": "http://www.w3.org/2005/Atom"}
    titles = [each.text for each in feed.findall("a:entry/a:title", names)]
    assert f"结果告知：{world.hall.matter.title}" in titles
    assert len(feed.findall("a:entry/a:id", names)) == len(titles)


def test_the_page_of_wishes_keeps_them_and_a_push_only_goes_to_services_browsers_know(sqlite_app: Flask) -> None:
    with transaction():
        reader = make.person(phone=True)
    client = client_of(sqlite_app, reader)
    assert "怎么通知我" in client.get("/me/notices").text
    wished = {"first": "sms", "rhythm": "weekly", "quiet_from": "20", "quiet_until": "9"}
    assert post(client, "/me/notices", **wished).status_code == 302
    assert queries.wishes_of(reader.id) == rules.Wishes("sms", rules.Rhythm.weekly, False, 20, 9)
    assert post(client, "/me/notices", **{**wished, "first": "push"}).status_code == 422, (
        "no browser of theirs wants any"
    )
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}
    assert post(client, "/me/push", endpoint="http://127.0.0.1/x", **keys).status_code == 422
    assert post(client, "/me/push", endpoint="https://evil.example/googleapis.com", **keys).status_code == 422
    endpoint = "https://fcm.googleapis.com/fcm/send/abc"
    assert post(client, "/me/push", endpoint=endpoint, **keys).status_code == 200
    assert [each.endpoint for each in queries.push_targets([reader.id])] == [endpoint]
    with transaction():
        other = make.person()
    assert post(client_of(sqlite_app, other), "/me/push/forget", endpoint=endpoint).status_code == 200
    assert len(queries.push_targets([reader.id])) == 1, "nobody switches off somebody else's"
    assert post(client, "/me/push/forget", endpoint=endpoint).status_code == 200
    assert queries.push_targets([reader.id]) == []
