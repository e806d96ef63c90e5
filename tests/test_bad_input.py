"""What nobody should send: each is answered in words, in the reader's language, and leaves every row as it was.

What single rooms already show for their own doors is not repeated here (tests/proposals/test_doors.py,
tests/feedback/test_links.py, tests/votes/test_casting_pages.py and test_room.py, tests/guards/test_access.py).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deliberation.kernel import clock, live
from deliberation.kernel.database import db, transaction
from deliberation.matters.models import Matter
from deliberation.meetings import service as meetings
from deliberation.notifications import jobs as mails
from deliberation.notifications.models import MailboxItem
from deliberation.people import queries as people
from deliberation.people.access import Actor, Role
from deliberation.votes import queries as votes
from deliberation.votes import service as vote_service
from tests.support import cycle, make
from tests.support.door import client_of, post, token_of
from tests.support.gathering import NOW, STARTS, Gathering
from tests.support.services import ROOT

MEGABYTE = "长" * 50_000 + "x" * 900_000  # What a form writes a Chinese letter in takes longest to read back.
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOTHING = 999_999


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Every row of every table is afterwards what it was before. That an act was refused may be remembered."""
    before = _everything()
    yield
    after = _everything()
    assert {name for name in before if before[name] != after[name]} == set()


def _everything() -> dict[str, list[Any]]:
    db.session.rollback()
    db.session.expire_all()
    rows = {
        table.name: db.session.execute(select(table)).all()
        for table in db.metadata.sorted_tables
        if table.name != "done_act"
    }
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@pytest.fixture
def room(sqlite_app: Flask) -> Iterator[SimpleNamespace]:
    """A meeting in debate with a vote that is open, and browsers of who is there."""
    clock.configure(frozen=STARTS, file=None)
    live._limiter.storage.reset()
    there = Gathering().debate()
    vote = there.act(
        vote_service.prepare_vote, there.shen, matter_id=there.matters[0].id, committee_id=there.body.id,
        item_id=there.item.id, title="夜班照明", text=there.item.motion_text, opens_at=STARTS,
        closes_at=STARTS.replace(hour=6), now=NOW,
    )  # fmt: skip
    there.act(vote_service.publish_vote, there.shen, vote_id=vote.id)
    entry = votes.roll_entries_of(vote.id, there.members[0].user_id or 0)[0]
    yield SimpleNamespace(app=sqlite_app, there=there, vote=vote, entry=entry, **browsers(sqlite_app, there))
    live._limiter.storage.reset()


def browsers(app: Flask, there: Gathering) -> dict[str, Any]:
    named = {"chair": there.shen, "member": there.members[0], "proposer": there.proposer}
    return {"visitor": client_of(app), **{name: browser(app, actor) for name, actor in named.items()}}


def browser(app: Flask, actor: Actor) -> Any:
    return client_of(app, people.user(actor.user_id or 0))


def socket(app: Flask, client: Any) -> Any:
    live._limiter.storage.reset()
    return live.socketio.test_client(app, flask_test_client=client)


# Scripts: shown as they were written, wherever a title goes


SCRIPT = "<script>alert(1)</script>"
MARKUP = "\"><img src=x onerror=alert(2)> {{ 7*7 }} ${7*7} 'or 1=1--"


def test_a_script_is_shown_as_it_was_written_on_every_page_and_in_every_mail(sqlite_app: Flask) -> None:
    """Proposed, put on an agenda, moved, voted on, told of; then read on each page by liaison, member and visitor."""
    clock.configure(frozen=STARTS, file=None)
    there = Gathering()
    there.matters[0] = there.accepted(f"{SCRIPT} 100%")
    there.plan(title=f"{SCRIPT} %(a)s", venue=MARKUP)
    there.add(motion_text=MARKUP)
    there.act(meetings.post_notice, there.shen, meeting_id=there.meeting.id, now=NOW)
    for member in there.members:
        there.arrive(member)
    vote = _vote_in(there)
    number = there.matters[0].number
    paths = [
        "/", "/matters", f"/matters?words={SCRIPT}", f"/matters/{number}", f"/places/{there.place.code}", "/meetings",
        f"/meetings/{there.meeting.id}", f"/meetings/{there.meeting.id}/calendar.ics", f"/votes/{vote.id}", "/audit",
        f"/meetings/{there.meeting.id}/room", f"/meetings/{there.meeting.id}/chair", "/desk", "/inbox",
        f"/meetings/{there.meeting.id}/screen", f"/meetings/{there.meeting.id}/check-in", f"/votes/new?matter={number}",
    ]  # fmt: skip
    shown = 0
    for client in (client_of(sqlite_app), *(browser(sqlite_app, each) for each in (there.shen, there.members[0]))):
        for path in paths:
            page = client.get(path, follow_redirects=True)
            assert page.status_code < 500, path
            if page.mimetype != "text/html":
                continue
            assert SCRIPT not in page.text, path
            assert "<img src=x" not in page.text, path
            shown += "&lt;script&gt;" in page.text or "\\u003cscript" in page.text
    assert shown > 20
    mails.deliver(STARTS)
    told = db.session.scalars(select(MailboxItem).where(MailboxItem.body.contains(f"{SCRIPT} 100%"))).all()
    assert len(told) >= len(there.members)  # Plain text: exactly as it was written, and the pattern in it is none.


def test_templates_translate_sentences_of_ours_only() -> None:
    """Jinja takes what ``_`` returns for markup and for a pattern: other people's words go through ``translated``."""
    dynamic = re.compile(r"(?<![\w.])_\((?!['\")])")
    found = [file.name for file in (ROOT / "templates").rglob("*.*") if dynamic.search(file.read_text())]
    assert found == []


def _vote_in(there: Gathering) -> Any:
    there.act(meetings.open_meeting, there.shen, meeting_id=there.meeting.id)
    there.act(meetings.start_item, there.shen, item_id=there.item.id)
    vote = there.act(
        vote_service.prepare_vote, there.shen, matter_id=there.matters[0].id, committee_id=there.body.id,
        item_id=there.item.id, title=SCRIPT, text=MARKUP, opens_at=STARTS, closes_at=STARTS.replace(hour=6), now=NOW,
    )  # fmt: skip
    there.act(vote_service.publish_vote, there.shen, vote_id=vote.id)
    there.act(vote_service.open_vote, there.shen, vote_id=vote.id)
    return vote


def test_a_title_with_line_ends_forges_no_header_of_a_mail(sqlite_app: Flask) -> None:
    with transaction():
        there = cycle.settled()
        db.session.get_one(Matter, there.hall.matter.id).title = "照明\r\nBcc: everybody@example.org"
        there.reply(now=cycle.SETTLED)
    mails.deliver(cycle.SETTLED)
    subjects = db.session.scalars(select(MailboxItem.subject)).all()
    assert subjects
    assert all("\n" not in subject and "\r" not in subject for subject in subjects)


# Text as it comes


@pytest.mark.parametrize(
    "title",
    [
        "'; DROP TABLE proposal; --",
        '100% _真的_ \\ "黑"',
        "夜里太暗😴👩‍👩‍👧🇨🇳",
        "𠮷野家门口 ﷽ e\u0301",
        "%(name)s {0} {{x}}",
    ],
)
def test_words_come_back_as_they_were_given(sqlite_app: Flask, title: str) -> None:
    clock.configure(frozen=NOW, file=None)
    there = Gathering()
    member = browser(sqlite_app, there.members[0])
    fields = {"text": title * 3, "kind": "lighting", "hides_name": "0", "place": there.place.code}
    answer = post(member, "/proposals", title=title, submission_key="k" * 24, **fields)
    assert answer.status_code == 302
    matter = db.session.scalars(select(Matter).order_by(Matter.id.desc())).first()
    assert matter is not None
    assert matter.title == title
    assert member.get(answer.location).status_code == 200
    found = client_of(sqlite_app).get("/matters", query_string={"words": title[:6]})
    assert found.status_code == 200
    assert matter.plate in found.text


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1 --", "\x00", "😴", MEGABYTE[:5000]])
def test_no_search_finds_what_does_not_contain_it(sqlite_app: Flask, words: str) -> None:
    there = Gathering()
    page = client_of(sqlite_app).get("/matters", query_string={"words": words})
    assert page.status_code == 200
    assert there.matters[0].title not in page.text or words in ("\x00",)


# Tokens of forms, and one megabyte


def test_without_the_forms_token_no_door_opens(room: SimpleNamespace) -> None:
    ballot = {"roll_entry_id": room.entry.id, "choice": "for", "client_ballot_id": "bad-input-ballot"}
    act = {"message": "hand.raise", "item_id": room.there.item.id, "side": "for"}
    doors = [
        (room.member, f"/votes/{room.vote.id}/ballot", ballot),
        (room.member, f"/meetings/{room.there.meeting.id}/act", act),
        (room.chair, f"/meetings/{room.there.meeting.id}/notice", {}),
        (room.chair, f"/votes/{room.vote.id}/close", {}),
        (room.member, f"/matters/{room.there.matters[0].number}/follow", {"follow": "1"}),
        (room.visitor, "/login", {"identity": "x@example.org", "passcode": "x"}),
    ]
    foreign = token_of(room.proposer)
    with nothing_changes():
        for client, path, fields in doors:
            for token in ({}, {"csrf_token": "wrong"}, {"csrf_token": foreign}):
                page = client.post(path, data={**fields, **token})
                assert page.status_code == 400, (path, token)
                assert "开得太久的页不能直接交" in page.text
                program = client.post(path, data={**fields, **token}, headers={"Accept": "application/json"})
                assert (program.status_code, program.json["code"]) == (400, "form_expired"), path


@pytest.mark.parametrize("as_json", [False, True])
def test_one_megabyte_is_refused_at_every_door(room: SimpleNamespace, as_json: bool) -> None:
    meeting, item = room.there.meeting.id, room.there.item.id
    doors = [
        (room.chair, f"/meetings/{meeting}/act", {"message": "item.decide", "item_id": item, "text": MEGABYTE}),
        (room.chair, f"/meetings/{meeting}/cancel", {"reason": MEGABYTE}),
        (room.member, f"/meetings/{meeting}/check-in", {"code": MEGABYTE}),
        (room.member, "/me/name", {"title": MEGABYTE}),
        (room.visitor, "/register", {"name": MEGABYTE, "contact": MEGABYTE}),
        (room.visitor, "/login", {"identity": MEGABYTE, "passcode": MEGABYTE}),
    ]
    with nothing_changes():
        for client, path, fields in doors:
            answer = post(client, path, json=as_json, **fields)
            assert 400 <= answer.status_code < 500 or path == "/login", (path, answer.status_code)
            assert answer.status_code < 500, path
            assert len(answer.data) < 3_000_000, path


def test_a_progress_photo_that_only_claims_to_be_one_leaves_no_trace(sqlite_app: Flask) -> None:
    clock.configure(frozen=cycle.SETTLED, file=None)
    with transaction():
        made = cycle.settled()
    handler = browser(sqlite_app, made.handler)
    token = token_of(handler)
    uploads = sqlite_app.extensions["settings"].uploads
    files = {file for file in uploads.rglob("*") if file.is_file()}
    for content in (b"MZ\x00 not a picture", b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0 broken", b"GIF89a"):
        data = {"csrf_token": token, "progress-text": "量了十二个点。", "progress-stage": "", "progress-measure": ""}
        data["progress-photo"] = (io.BytesIO(content), "steps.jpg", "image/jpeg")  # type: ignore[assignment]
        with nothing_changes():
            page = handler.post(f"/cases/{made.case.id}/progress", data=data, content_type="multipart/form-data")
            assert 400 <= page.status_code < 500, content
            assert "steps.jpg" in page.text
    assert {file for file in uploads.rglob("*") if file.is_file()} == files


# Addresses


ODD = ("0", "999999", "2147483648", "99999999999999999999", "-1", "1.5", "x", "%00", "１", "' OR 1=1", "..%2f..%2fetc")


def addresses(app: Flask, part: str, *, method: str) -> list[str]:
    """The address of every route that takes something, with ``part`` in that place."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.arguments]
    known = [re.sub(r"<any\(([^,)]+)[^>]*>", lambda found: found.group(1).strip(), rule.rule) for rule in rules]
    return sorted({re.sub(r"<[^>]+>", part, each) for each in known if "static" not in each and "<" in each})


@pytest.mark.parametrize("part", ODD)
def test_an_address_of_nothing_says_so(room: SimpleNamespace, part: str) -> None:
    """The chair reads pages, the visitor sends a program, which is told the same in JSON."""
    with nothing_changes():
        for client, headers in ((room.visitor, {"Accept": "application/json"}), (room.chair, {})):
            for path in addresses(room.app, part, method="GET"):
                page = client.get(path, headers=headers)
                # 405: the address is one that forms are sent to, and none to be read.
                assert page.status_code in (302, 308, 401, 403, 404, 405, 410), (path, page.status_code)
                assert "Traceback" not in page.text


@pytest.mark.parametrize("query", ["before=99999999999999999999", "before=x", "step=9", "step=99999999999999999999999"])
def test_a_list_asked_for_nonsense_is_still_a_list(room: SimpleNamespace, query: str) -> None:
    for path in ("/matters", "/meetings", "/inbox", "/audit", "/desk", "/proposals/screening", "/votes/new"):
        assert room.chair.get(f"{path}?{query}").status_code in (200, 302, 404), path


BODIES: list[tuple[Any, str]] = [
    (b"[1, 2]", "application/json"),
    (b'"text"', "application/json"),
    (b"{", "application/json"),
    (b'{"title": {"a": [1]}, "roll_entry_id": [], "choice": 7, "message": null}', "application/json"),
    (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
    (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"--x", "multipart/form-data"),
    (b"a=b", "text/plain"),
]


@pytest.mark.parametrize(("body", "kind"), BODIES)
def test_a_body_of_the_wrong_shape_is_answered(room: SimpleNamespace, body: bytes, kind: str) -> None:
    with transaction():
        everything = make.person(roles=[each for each in Role if each.value not in ("visitor", "participant")])
    client = client_of(room.app, everything)
    headers = {"X-CSRFToken": token_of(client), "Accept": "application/json"}
    paths = addresses(room.app, str(NOTHING), method="POST")
    paths += [f"/votes/{room.vote.id}/ballot", f"/meetings/{room.there.meeting.id}/act", "/proposals", "/me/name"]
    with nothing_changes():
        for path in paths:
            answer = client.post(path, data=body, content_type=kind, headers=headers)
            assert 300 <= answer.status_code < 500, (path, answer.status_code, answer.text[:200])


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_no_such_page_and_no_such_way_are_said_in_the_readers_language(room: SimpleNamespace, locale: str) -> None:
    with transaction():
        reader = make.person(name="Ada", locale=locale)
    client = client_of(room.app, reader)
    with nothing_changes():
        for path, method, status in [("/no/such/page", "GET", 404), ("/desk", "DELETE", 405), ("/", "PUT", 405)]:
            page = client.open(path, method=method, headers={"X-CSRFToken": token_of(client)})
            assert page.status_code in (status, 404), (path, page.status_code)
            said = re.search(r'<h1[^>]*>(.*?)</h1>\s*<p class="soft">(.*?)</p>', page.text, re.DOTALL)
            assert said, path
            assert all(bool(CHINESE.search(each)) == (locale != "en") for each in said.groups()), said.groups()
            program = client.open(
                path, method=method, headers={"Accept": "application/json", "X-CSRFToken": token_of(client)}
            )
            assert program.json["ok"] is False
            assert bool(CHINESE.search(program.json["sentence"])) == (locale != "en")


# The socket


PAYLOADS: list[Any] = [
    None, [], [1, 2], "text", 7, True, {}, {"meeting_id": {"a": 1}, "item_id": [1], "vote_id": None},
    {"meeting_id": "1; DROP TABLE meeting", "item_id": "一", "vote_id": "0x1", "speaker_id": " "},
    {"meeting_id": 2**70, "item_id": 2**70, "vote_id": 2**70, "speaker_id": 2**70, "user_id": 2**70},
    {"meeting_id": -1, "item_id": -1, "vote_id": -1, "speaker_id": -1, "user_id": -1, "roll_entry_id": -1},
    {"meeting_id": 1.5, "item_id": 1.5, "vote_id": 1.5, "speaker_id": 1.5}, {"x" * 100_000: 1},
    {"meeting_id": True, "item_id": True, "vote_id": True, "speaker_id": True, "user_id": True},
    {"meeting_id": NOTHING, "item_id": NOTHING, "vote_id": NOTHING, "speaker_id": NOTHING, "side": "for",
     "text": "写下决定", "reason": "有关系", "user_id": NOTHING, "roll_entry_id": NOTHING, "choice": "for",
     "client_ballot_id": "bad-input-1", "client_key": "k"},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_a_malformed_message_is_acknowledged_with_a_refusal(room: SimpleNamespace, number: int) -> None:
    chair = socket(room.app, room.chair)
    with nothing_changes():
        for name in sorted(live.MESSAGES):
            live._limiter.storage.reset()
            answer = chair.emit(name, PAYLOADS[number], callback=True)
            assert answer["ok"] is False or name == "room.leave", (name, answer)
            assert answer.get("code") != "refused", (name, "a fault of ours, not an answer")
            assert answer.get("sentence") or name == "room.leave"


def test_text_no_database_can_hold_is_refused_over_the_socket(room: SimpleNamespace) -> None:
    """Megabytes, zeros and halves of characters in a field that is otherwise right."""
    chair, item = socket(room.app, room.chair), room.there.item.id
    with nothing_changes():
        for text in (MEGABYTE, "\x00\x00", "\ud83d\ud83d", " \u200b "):
            answer = chair.emit("item.defer", {"item_id": item, "reason": text}, callback=True)
            assert (answer["ok"], answer["code"]) == (False, "bad_input"), text[:4]
            answer = chair.emit("room.join", {"meeting_id": 1, "screen_key": text}, callback=True)
            assert "code" not in answer or answer["code"] != "refused"


def test_a_message_without_rights_is_answered_and_changes_nothing(room: SimpleNamespace) -> None:
    meeting, item, vote = room.there.meeting.id, room.there.item.id, room.vote.id
    everything = {"meeting_id": meeting, "item_id": item, "vote_id": vote, "text": "就这样定了", "reason": "随便"}
    chairs = [name for name, each in live.MESSAGES.items() if each.action in ("meeting.chair", "vote.open")]
    assert len(chairs) > 8
    for client, code in ((room.member, "not_allowed"), (room.visitor, "sign_in_needed")):
        connection = socket(room.app, client)
        with nothing_changes():
            for name in chairs:
                live._limiter.storage.reset()
                answer = connection.emit(name, everything, callback=True)
                assert (answer["ok"], answer["code"]) == (False, code), name
                path = f"/meetings/{meeting}/act"
                refused = post(client, path, json=True, message=name, **{**everything})
                assert refused.status_code in (401, 403), name
                assert refused.json["sentence"]


def test_a_closed_vote_takes_no_ballot_at_any_door(room: SimpleNamespace) -> None:
    room.there.act(vote_service.open_vote, room.there.shen, vote_id=room.vote.id)
    room.there.act(vote_service.close_vote, room.there.shen, vote_id=room.vote.id)
    ballot = {"roll_entry_id": room.entry.id, "choice": "for", "client_ballot_id": "bad-input-ballot"}
    path = f"/votes/{room.vote.id}/ballot"
    member = socket(room.app, room.member)
    with nothing_changes():
        page = post(room.member, path, **ballot)
        assert (page.status_code, "您这一票没有记入" in page.text) == (409, True)
        assert post(room.member, path, json=True, **ballot).json["code"] == "vote_closed"
        answer = member.emit("ballot.cast", {"vote_id": room.vote.id, **ballot}, callback=True)
        assert (answer["code"], "表决已截止" in answer["sentence"]) == ("vote_closed", True)
