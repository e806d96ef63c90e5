"""The official clients, Python's and JavaScript's, each through a whole meeting on one real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from scripts import npm
from tests.support.gathering import MAJORITY, MOTION, Gathering
from tests.support.services import ROOT
from tests.support.sockets import Client, cookie_of, in_database_of

NOON = "2026-03-06T12:15+08:00"
PROGRAM = ROOT / "tests" / "meetings" / "clients" / "meeting.mjs"
BETTER = MOTION.replace("11月20日", "11月15日")
MEMBERS = "abcdef"


def arrange(app):
    """A called meeting, nobody there yet; what a client needs to know of it."""
    there = Gathering(**MAJORITY, allows_remote=True, needs_second=True).notice()
    people = dict(zip(MEMBERS, there.members, strict=False))
    ids = {"meeting_id": there.meeting.id, "item_id": there.item.id}
    actors = {"chair": there.shen, "watcher": there.follower, **people}
    cookies = {name: cookie_of(app, actor) for name, actor in actors.items()}
    user_ids = {name: actor.user_id for name, actor in actors.items()}
    steps = script(**ids, user_ids=user_ids, owner_id=there.lu.user_id)
    return {"meeting_id": there.meeting.id, "cookies": cookies, "steps": steps}


def script(*, meeting_id, item_id, user_ids, owner_id):
    """Who says what from the door to the close; ``keep`` takes values out of an answer for later steps."""

    def step(who, message, /, keep=None, **payload):
        return {"who": who, "message": message, "payload": payload, "keep": keep or {}}

    meeting, item = {"meeting_id": meeting_id}, {"item_id": item_id}
    return [
        *(step("chair", "attendance.check_in", **meeting, user_id=user_ids[each]) for each in MEMBERS[:5]),
        step("f", "attendance.join_remotely", **meeting),
        step("chair", "meeting.open", **meeting),
        step("chair", "item.start", **item),
        step("a", "hand.raise", **item, side="for", client_key="a-1"),
        step("b", "hand.raise", **item, side="against", client_key="b-1"),
        step("c", "hand.raise", **item, side="question", client_key="c-1"),
        step("c", "hand.withdraw", **item, client_key="c-2"),
        step("chair", "floor.next", **item),
        step("chair", "floor.extend", **item),
        step("a", "floor.end", **item),
        step("chair", "floor.next", **item),
        step("chair", "floor.end", **item),
        step("d", "motion.propose", **item, kind="amendment", text=BETTER, keep={"motion": "motion_id"}),
        step("e", "motion.second", motion_id="$motion"),
        step("chair", "motion.accept", motion_id="$motion"),
        step("chair", "tally.open", **item, about="amendment", keep={"tally": "tally_id"}),
        *(step(each, "tally.answer", tally_id="$tally", answer="against") for each in MEMBERS),
        step("chair", "tally.close", tally_id="$tally"),
        step("chair", "debate.close", **item),
        step("chair", "vote.call", **item, minutes=5, aim="", method="yes_no", keep={"vote": "vote.id"}),
        *(
            each
            for name in MEMBERS
            for each in (
                step(name, "room.join", **meeting, keep={"entry": "state.me.ballot.seats.0.roll_entry_id"}),
                step(
                    name, "ballot.cast", vote_id="$vote", roll_entry_id="$entry", choice="for",
                    client_ballot_id=f"ballot-of-{name}-{meeting_id}",
                ),
            )
        ),
        step("chair", "vote.close", vote_id="$vote"),
        step("chair", "vote.announce", vote_id="$vote"),
        step("chair", "item.decide", **item, text=MOTION, owner_id=owner_id, due_on="2026-04-06"),
        step("chair", "meeting.close", **meeting),
    ]  # fmt: skip


def read(value, path):
    for name in path.split("."):
        value = value[int(name) if isinstance(value, list) else name]
    return value


def run_in_python(url, *, meeting_id, cookies, steps):
    clients = {name: Client(url, cookie) for name, cookie in cookies.items()}
    clients["watcher"].join(meeting_id)
    kept = {}
    for step in steps:
        filled = {name: kept[str(v)[1:]] if str(v).startswith("$") else v for name, v in step["payload"].items()}
        answer = clients[step["who"]].ask(step["message"], **filled)
        assert answer["ok"], (step, answer)
        kept |= {name: read(answer, path) for name, path in step["keep"].items()}
    whole = clients["watcher"].ask("room.join", meeting_id=meeting_id)["state"]
    clients["watcher"].wait_for(whole["sequence"])
    for client in clients.values():
        client.socket.disconnect()
    return {"folded": clients["watcher"].state, "whole": whole}


def run_in_javascript(url, **told):
    node = shutil.which("node") if npm.own_node_is_recent() else str(npm.wheel_folder() / "bin" / "node")
    done = subprocess.run(
        [str(node), str(PROGRAM)], input=json.dumps({"url": url, **told}), cwd=ROOT, env=dict(os.environ),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_both_official_clients_run_a_whole_meeting(new_server):
    server = new_server(DELIBERATION_NOW=NOON, RUN_SCHEDULER="0")
    meetings = in_database_of(server, lambda app: [arrange(app), arrange(app)])
    for run, told in zip((run_in_python, run_in_javascript), meetings, strict=True):
        ended = run(server.url, **told)
        whole = ended["whole"]
        assert whole["meeting"]["state"] == "closed"
        assert (whole["vote"]["result"]["outcome"], whole["vote"]["result"]["for"]) == ("passed", 6)
        assert "decided" in [each["state"] for each in whole["items"]]
        assert [(each["text"], each["owner"]) for each in whole["steps"]] == [(MOTION, "陆明 · 园区经理")]
        for part in ("meeting", "items", "item", "speaker", "queue", "tally", "attendance", "steps", "vote"):
            assert ended["folded"][part] == whole[part], part
