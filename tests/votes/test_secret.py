"""Secret votes: nothing that is stored joins a voter to a ballot, while the vote is open and after it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect, text

from deliberation.audit.models import AuditLeaf
from deliberation.committees.models import SeatKind
from deliberation.kernel import clock
from deliberation.kernel.database import db, transaction
from deliberation.votes import queries, rules, service
from deliberation.votes.models import Ballot, SealedBallot, SecretBallot, SecretReceipt
from deliberation.votes.record.archive import unpack
from deliberation.votes.record.checking import check_record
from deliberation.votes.rules import Channel, Choice, Terms
from deliberation.votes.sealing import digest_of, unseal
from deliberation.votes.service import Receipt
from tests.support import make, records, voting
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS, Hall

WORDS = ("for", "against", "abstain")


def secret_hall(voters: int = 8, **changed) -> Hall:
    hall = voting.prepare(seats=voters, voters=voters, terms=Terms(is_secret=True, **changed))
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    return hall


def cast(hall: Hall, number: int, choice: str, ballot_id: str, *, replaces: str = "") -> Receipt:
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0]
    return service.cast_ballot(
        hall.actor(number), vote_id=hall.vote.id, roll_entry_id=entry.id, choice=choice, client_ballot_id=ballot_id,
        channel=Channel.web, replaces=replaces, now=OPENS,
    )  # fmt: skip


def id_of(number: int) -> str:
    return f"only-this-device-{number:04d}"


def everything() -> dict[str, list[dict]]:
    """Every row of every table, in the order the database keeps them, PostgreSQL's own columns among them."""
    own = ", ctid::text AS own_place, xmin::text AS own_moment" if db.engine.dialect.name == "postgresql" else ""
    tables = inspect(db.session.connection()).get_table_names()
    return {
        table: [dict(row) for row in db.session.execute(text(f'SELECT *{own} FROM "{table}"')).mappings()]
        for table in tables
    }


def says(row: dict, word: str) -> bool:
    return any(re.search(rf"\b{word}\b", str(value)) for name, value in row.items() if name not in ("id", "own_place"))


def test_while_it_is_open_the_database_does_not_know_what_anybody_chose(app) -> None:
    with transaction():
        hall = secret_hall()
        before = everything()
        for number in range(8):
            cast(hall, number, WORDS[number % 3], id_of(number))
    now = everything()
    new = [row for table, rows in now.items() for row in rows if row not in before[table] and table != "seat"]
    assert len(now["sealed_ballot"]) == len(now["voter_mark"]) == 8
    assert not [row for row in new if says(row, "against") or says(row, "abstain")]
    assert len({len(row["sealed"]) for row in now["sealed_ballot"]}) == 1
    assert set(now["sealed_ballot"][0]) - {"own_place", "own_moment"} == {"id", "vote_id", "sealed"}
    assert set(now["voter_mark"][0]) - {"own_place", "own_moment"} == {"vote_id", "roll_entry_id", "channel"}
    assert now["ballot"] == before["ballot"]
    assert now["audit_leaf"] == before["audit_leaf"]


def test_after_the_close_the_ballots_stand_in_no_order_and_under_no_old_name(app) -> None:
    with transaction():
        hall = secret_hall()
        for number in range(8):
            cast(hall, number, WORDS[number % 3], id_of(number))
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    now = everything()
    assert now["sealed_ballot"] == []
    assert sorted(row["choice"] for row in now["secret_ballot"]) == sorted(WORDS[number % 3] for number in range(8))
    assert len({row.get("own_moment") for row in now["secret_ballot"]}) == 1
    marks = {digest_of(id_of(number)) for number in range(8)}
    assert {bytes(row["digest"]) for row in now["secret_receipt"]} == marks
    assert not marks & {bytes(row["id"]) for row in now["secret_ballot"]}
    ids = [bytes(row["id"]) for row in now["secret_ballot"]]
    assert ids == sorted(ids)
    receipts = [row["digest"] for row in now["secret_receipt"]]
    assert receipts == sorted(receipts)


def test_the_order_of_casting_is_lost_in_the_urn(app) -> None:
    """Votes cast in the same order leave their ballots in different orders; eight agree by chance once in 40,320."""
    orders = set()
    for turn in range(3):
        with transaction():
            hall = secret_hall(method="score", options=("一号", "二号"))
            for number in range(8):
                cast(hall, number, {"甲": number + 1}, f"{id_of(number)}-{turn}")
        with transaction():
            service.close_due(hall.vote.id, now=CLOSES)
        rows = db.session.query(SecretBallot.choice).filter_by(vote_id=hall.vote.id)
        orders.add(tuple(choice for (choice,) in rows))
    assert len(orders) > 1


def test_a_ballot_that_is_sent_again_is_the_same_ballot(app) -> None:
    with transaction():
        hall = secret_hall()
        first = cast(hall, 0, "for", id_of(0))
    with transaction():
        again = cast(hall, 0, "for", id_of(0))
        with pytest.raises(rules.BallotIdReused):
            cast(hall, 0, "against", id_of(0))
        with pytest.raises(rules.BallotIdReused):
            cast(hall, 1, "for", id_of(0))
    assert again.code == first.code
    assert queries.turnout(hall.vote.id).cast == 1


def test_it_is_changed_only_where_it_was_cast(app) -> None:
    with transaction():
        hall = secret_hall()
        cast(hall, 0, "for", id_of(0))
        with pytest.raises(rules.SecretBallotElsewhere):
            cast(hall, 0, "against", id_of(1))
    with transaction():
        cast(hall, 0, "against", id_of(1), replaces=id_of(0))
        cast(hall, 1, "for", id_of(2))
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    assert voting.result_of(hall.vote)["against"] == 1
    assert voting.result_of(hall.vote)["for"] == 1
    assert db.session.query(SecretReceipt).filter_by(vote_id=hall.vote.id).count() == 2
    assert db.session.query(Ballot).filter_by(vote_id=hall.vote.id).count() == 0


def test_receipts_enter_the_log_at_the_close_in_an_order_that_tells_nothing(app) -> None:
    with transaction():
        hall = secret_hall()
        for number in (5, 2, 7, 0):
            cast(hall, number, "for", id_of(number))
        assert db.session.query(AuditLeaf).filter_by(tag="ballot.secret").count() == 0
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    leaves = db.session.query(AuditLeaf).filter_by(tag="ballot.secret").order_by(AuditLeaf.id).all()
    named = [re.search(rb'"receipt":"([0-9a-f]{64})"', leaf.data) for leaf in leaves]
    digests = [found.group(1).decode() for found in named if found]
    assert digests == sorted(digest_of(id_of(number)).hex() for number in (5, 2, 7, 0))


def test_small_groups_are_refused_because_a_group_of_four_has_no_secret(app) -> None:
    with transaction():
        hall = voting.prepare(seats=8, voters=8, terms=Terms(is_secret=True, chambers_by="kind", chamber_rule="each"))
        assert service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW).weight_total == 8
    assert rules.refusal_of_bands({(1, "core"): 1, (1, "member"): 9}).code == "band_too_small"
    assert rules.refusal_of_bands({(1, "core"): 5, (1, "member"): 5}) is None
    assert rules.refusal_of_bands({(1, ""): 3}) is None


def test_a_chamber_of_which_one_came_is_not_shown_apart(sqlite_app) -> None:
    """Neither in the result, nor on its page, nor in the record, which still checks."""
    with transaction():
        terms = Terms(is_secret=True, chambers_by="kind", chamber_rule="each")
        hall = voting.prepare(seats=6, voters=6, terms=terms)
        hall.voters.append(make.person(name="独"))
        make.seats(hall.body, count=5, users=[hall.voters[6]], kind=SeatKind.core)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        for number in range(7):
            records.cast_secretly(hall, number, "against" if number == 6 else "for", f"apart-{number:04d}")
    records.finish(hall)
    result = voting.result_of(hall.vote)
    assert (result["for"], result["against"], result["cast"]) == (6, 1, 7)
    assert {test["chamber"] for test in result["tests"]} == {""}
    record = records.downloaded(sqlite_app, hall)
    assert unpack(record)["count.json"].strip() == b"{}"
    assert [str(check) for check in check_record(record) if not check.holds] == []
    assert "来投的不到 5 票" in client_of(sqlite_app).get(f"/votes/{hall.vote.id}").text


def test_no_sheet_and_no_agent_for_a_secret_vote(app) -> None:
    with transaction():
        for changed in ({"allows_paper": True}, {"proxy_cap": 2}):
            with pytest.raises(rules.SecretOnWebOnly):
                voting.prepare(terms=Terms(is_secret=True, **changed))


def test_another_key_opens_nothing(app) -> None:
    from cryptography.exceptions import InvalidTag

    with transaction():
        hall = secret_hall()
        cast(hall, 0, "for", id_of(0))
    sealed = db.session.query(SealedBallot).one()
    assert unseal(hall.vote.id, sealed.id, sealed.sealed)["choice"] == Choice.in_favour
    with pytest.raises(InvalidTag):
        unseal(hall.vote.id + 1, sealed.id, sealed.sealed)
    with pytest.raises(InvalidTag):
        unseal(hall.vote.id, bytes(32), sealed.sealed)


def test_without_a_script_the_receipt_is_told_once_and_finds_the_ballot_after_the_close(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = secret_hall()
        entry_id = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id
        vote_id, voter = hall.vote.id, hall.voters[0]
    client = client_of(sqlite_app, voter)
    fields = {"roll_entry_id": entry_id, "choice": "for", "client_ballot_id": id_of(1)}
    assert post(client, f"/votes/{vote_id}/ballot", **fields).status_code == 302
    told = re.search(r"查票码是 ([A-Z2-7-]{14})", client.get(f"/votes/{vote_id}").text)
    assert told
    assert told.group(1) not in client.get(f"/votes/{vote_id}").text
    with transaction():
        service.close_vote(hall.liaison, vote_id=vote_id, now=CLOSES)
    assert client.get(f"/votes/{vote_id}/receipt/{told.group(1)}").status_code == 200
