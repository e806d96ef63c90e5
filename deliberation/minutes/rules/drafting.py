"""The facts of minutes, out of the log of the meeting and nothing else. Pure: ids and codes, names come later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.meetings.rules import Tables, rebuild

Facts = dict[str, Any]
SPOKE = frozenset({"speaking", "done"})
ASSISTED = frozenset({"chair", "helper"})
PAUSES = {"meeting.recessed": "recessed", "meeting.resumed": "resumed"}


@dataclass(frozen=True)
class LogLine:
    """An event of the log: its ``kind``, its instant (ISO 8601) and its data."""

    kind: str
    at: str
    data: Mapping[str, Any]


def drafted(log: Sequence[LogLine]) -> Facts:
    """Everything the log knows that minutes have to say (domain.md C7), as plain JSON.

    Who was present, with the first coming and the last going; the quorum at the opening; each item with who spoke for
    which side, what was asked and not answered, its motions and amendments in all their versions, its shows of hands,
    what was decided and by whom it is done by which day; the interests that were declared.
    """
    tables = rebuild(line.data for line in log)
    (meeting,) = tables["meeting"].values()
    agenda = sorted(tables.get("agenda_item", {}).values(), key=lambda row: (row["position"], row["id"]))
    return {
        "chair": meeting["chair_id"],
        "starts_at": meeting["starts_at"],
        "opened_at": meeting["opened_at"],
        "closed_at": meeting["closed_at"],
        "by_itself": any(line.kind == "meeting.closed" and line.data.get("by_itself") for line in log),
        "pauses": [{"what": PAUSES[line.kind], "at": line.at} for line in log if line.kind in PAUSES],
        "opening": next((line.data.get("standing") for line in log if line.kind == "meeting.opened"), None),
        "present": _present(log, tables),
        "items": [_item(row, log, tables) for row in agenda],
    }


def _present(log: Sequence[LogLine], tables: Tables) -> list[Facts]:
    """Everybody who was there at some time, in the order of coming."""
    came: dict[int, str] = {}
    for line in log:
        if line.kind == "attendance.checked_in":
            came.setdefault(line.data["attendance"], line.at)
    rows = tables.get("attendance", {})
    return [
        {
            "user": rows[each]["user_id"],
            "seat": rows[each]["seat_id"],
            "mode": rows[each]["mode"],
            "is_assisted": rows[each]["method"] in ASSISTED,
            "came_at": at,
            "left_at": rows[each]["left_at"],
        }
        for each, at in came.items()
        if each in rows
    ]


def _item(row: Mapping[str, Any], log: Sequence[LogLine], tables: Tables) -> Facts:
    item_id = row["id"]
    names = ("title", "matter_id", "motion_text", "in_notice", "state", "started_at", "ended_at", "decision")
    return {
        "id": item_id,
        **{name: row[name] for name in names},
        "stand_in": row["stand_in_chair_id"],
        "debate_closed_by": row["debate_closed_by"],
        "not_carried": next((line.data.get("not_carried", "") for line in _decided(log, item_id)), ""),
        "spoke": _spoke(_of_item(tables, "speaker", item_id)),
        "interests": [
            {"user": line.data["user"], "reason": line.data["reason"]}
            for line in log
            if line.kind == "interest.declared" and line.data["item"] == item_id
        ],
        "motions": [_motion(each, tables) for each in _of_item(tables, "motion", item_id)],
        "tallies": [
            {name: each[name] for name in ("about", "motion_id", "result", "standing")}
            for each in _of_item(tables, "tally", item_id)
            if each["state"] == "closed"
        ],
        "questions": [
            {"text": each["text"], "likes": each["likes"] or 0}
            for each in _of_item(tables, "question", item_id)
            if each["state"] == "asked"
        ],
        "pulses": [
            _pulse(each) for each in _of_item(tables, "pulse", item_id) if (each["result"] or {}).get("is_shown")
        ],
        "steps": [
            {"id": each["id"], "text": each["text"], "owner": each["owner_name"], "due_on": each["due_on"]}
            for each in _of_item(tables, "agreed_step", item_id)
            if each["dropped_at"] is None
        ],
    }


def _decided(log: Sequence[LogLine], item_id: int) -> Iterable[LogLine]:
    return (line for line in log if line.kind == "item.decided" and line.data["item"] == item_id)


def _pulse(row: Mapping[str, Any]) -> Facts:
    """A quick question and how many gave each answer; one that too few answered is not among them."""
    counts = row["result"]["counts"]
    answers = [{"option": option, "count": count} for option, count in zip(row["options"], counts, strict=True)]
    return {"text": row["text"], "answers": answers}


def _of_item(tables: Tables, name: str, item_id: int) -> list[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = tables.get(name, {}).values()
    return sorted((row for row in rows if row["item_id"] == item_id), key=lambda row: row["id"])


def _spoke(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many turns were taken, by what they were asked for."""
    counted: dict[str, int] = {}
    for row in rows:
        if row["state"] in SPOKE and row["started_at"] is not None:
            counted[row["side"]] = counted.get(row["side"], 0) + 1
    return counted


def _motion(row: Mapping[str, Any], tables: Tables) -> Facts:
    """A motion with every text it had, the oldest first; an amendment has one."""
    versions = sorted(
        (each for each in tables.get("motion_version", {}).values() if each["motion_id"] == row["id"]),
        key=lambda each: each["version"],
    )
    names = ("id", "kind", "number", "parent_id", "base_version", "source", "state", "text", "decided_by", "reason")
    return {
        **{name: row[name] for name in names},
        "mover": row["mover_id"],
        "seconder": row["seconder_id"],
        "versions": [each["text"] for each in versions],
    }
