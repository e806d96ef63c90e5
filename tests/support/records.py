"""Votes of every kind, announced and in the log, whose records can be downloaded; each opens its own transactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from deliberation.audit import service as audit
from deliberation.committees.models import SeatKind
from deliberation.kernel.database import db, transaction
from deliberation.people.access import Role
from deliberation.registry.rules import PartKind
from deliberation.votes import queries, service
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import PaperBallot
from deliberation.votes.rules import Channel, InvalidReason, RollSource, Terms
from tests.support import make, owners, voting
from tests.support.door import client_of
from tests.support.owners import Owned
from tests.support.voting import CLOSES, NOW, OPENS, Hall

SITES = ("北侧绿地", "车库转角", "楼梯间旁")
NOTICE = {"issuer": "某某小区业主大会", "how_to_vote": "网上或到居委会投", "objection_contact": "居委会 021-55550101"}
FIVE = [
    Owned("甲", 100_05, zone="1 号楼"), Owned("甲", 12_50, kind=PartKind.parking, zone="1 号楼"),
    Owned("乙", 80_10, zone="1 号楼"), Owned("丙", 60_00, zone="2 号楼"), Owned("丁", 75_25, zone="2 号楼"),
    Owned("戊", 12_50, kind=PartKind.parking, zone="2 号楼"),
]  # fmt: skip


def finish(hall: Hall, *, now: datetime = CLOSES) -> Hall:
    """Close, count, read back, and give every leaf its place."""
    with transaction():
        service.close_due(hall.vote.id, now=now)
        if hall.vote.allows_paper:
            service.finish_count(hall.liaison, vote_id=hall.vote.id, now=now)
        service.announce_result(hall.liaison, vote_id=hall.vote.id, now=now)
    with transaction():
        audit.place_leaves(now=now)
    return hall


def downloaded(app: Any, hall: Hall) -> bytes:
    answer = client_of(app).get(f"/votes/{hall.vote.id}/record")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    data: bytes = answer.data
    return data


def lane() -> Hall:
    """A charter's vote of seats, one of whom changes their mind."""
    with transaction():
        hall = voting.open_hall(seats=5, voters=4)
        voting.cast_all(hall, voting.choices(in_favour=3, against=1, abstain=0))
        voting.cast(hall, 3)
    return finish(hall)


def opened(terms: Terms, *, seats: int = 6, **charter: Any) -> Hall:
    hall = voting.prepare(seats=seats, voters=seats, terms=terms, **charter)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    return hall


def cast_secretly(hall: Hall, number: int, choice: Any, ballot_id: str, *, replaces: str = "") -> service.Receipt:
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0]
    return service.cast_ballot(
        hall.actor(number), vote_id=hall.vote.id, roll_entry_id=entry.id, choice=choice, client_ballot_id=ballot_id,
        channel=Channel.web, replaces=replaces, now=OPENS,
    )  # fmt: skip


def hidden() -> Hall:
    """A secret vote."""
    with transaction():
        hall = opened(Terms(is_secret=True))
        for number, choice in enumerate(["for", "for", "for", "against", "abstain", "for"]):
            cast_secretly(hall, number, choice, f"record-secret-{number}")
    return finish(hall)


def hidden_ranking() -> Hall:
    """A secret vote of rankings, two seats, under a charter."""
    with transaction():
        hall = opened(Terms(is_secret=True, method=Method.stv, options=SITES, seats_to_fill=2))
        rankings = [["甲", "乙"], ["甲"], ["乙", "丙"], ["丙", "乙"], [["乙", "丙"], "甲"], "abstain"]
        for number, ranking in enumerate(rankings):
            cast_secretly(hall, number, ranking, f"record-ranked-{number}")
    return finish(hall)


RANKINGS = [["甲", "乙"], ["甲"], ["乙", "丙", "甲"], ["丙", ["甲", "乙"]], ["甲"], "abstain"]
BALLOTS: dict[Method, list[Any]] = {
    Method.single: ["甲", "甲", "甲", "甲", "乙", "abstain"],
    Method.approval: [["甲", "乙"], ["甲"], ["甲", "丙"], ["甲"], ["乙"], []],
    Method.limited: [["甲", "乙"], ["甲"], ["甲", "丙"], ["甲"], ["乙"], []],
    Method.cumulative: [{"甲": 2}, {"甲": 1, "乙": 1}, {"丙": 2}, {"甲": 2}, {"乙": 1}, {}],
    Method.score: [{"甲": 5, "乙": 3}, {"甲": 4}, {"丙": 2}, {"甲": 1}, {"乙": 9}, {}],
    Method.irv: RANKINGS,
    Method.stv: RANKINGS,
    Method.schulze: RANKINGS,
    Method.ranked_pairs: RANKINGS,
}


def by_method(method: Method) -> Hall:
    """A named vote of seats with options; the last to cast casts twice."""
    seats_to_fill = 2 if method in (Method.limited, Method.cumulative, Method.stv) else 1
    with transaction():
        hall = opened(Terms(method=method, options=SITES, seats_to_fill=seats_to_fill))
        for number, choice in enumerate(BALLOTS[method]):
            voting.cast(hall, number, choice)
        voting.cast(hall, 5, BALLOTS[method][0])
        voting.cast(hall, 5, BALLOTS[method][5])
    return finish(hall)


def prolonged() -> Hall:
    """Short of its quorum, it went on once; of two options that cannot both win, one is barred."""
    charter = {
        "rule_kind": "charter", "quorum_numerator": 2, "quorum_denominator": 3, "threshold_numerator": 1,
        "threshold_denominator": 3, "charter_clause": "章程第 12 条", "extension_days": 5,
    }  # fmt: skip
    with transaction():
        terms = Terms(method=Method.ranked_pairs, options=SITES, barred={SITES[2]: "堵住消防通道"}, extension_days=5)
        hall = opened(terms, **charter)
        voting.cast(hall, 0, ["乙", "甲"])
    with transaction():
        service.extend_vote(hall.liaison, vote_id=hall.vote.id, now=CLOSES - timedelta(hours=1))
        for number in range(1, 5):
            voting.cast(hall, number, ["甲", "乙"], now=CLOSES + timedelta(hours=1))
    return finish(hall, now=CLOSES + timedelta(days=5))


def advice() -> Hall:
    """Nothing is decided, so no test would notice other sums: the log's hash of them does."""
    with transaction():
        hall = opened(Terms(rule_kind=RuleKind.advisory))
        voting.cast_all(hall, voting.choices(in_favour=2, against=2, abstain=1))
    return finish(hall)


def two_chambers() -> Hall:
    """Core and member seats of a building committee, each of which must pass."""
    with transaction():
        hall = voting.prepare(seats=6, voters=6, terms=Terms(chambers_by="kind", chamber_rule="each"))
        for number in range(2):
            make.seats(hall.body, count=1, users=[hall.voters[number]], kind=SeatKind.core)
        service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
        service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
        for number in range(6):
            for entry in queries.roll_entries_of(hall.vote.id, hall.voters[number].id):
                service.cast_ballot(
                    hall.actor(number), vote_id=hall.vote.id, roll_entry_id=entry.id, choice="for",
                    client_ballot_id=voting.ballot_id(), channel=Channel.web, now=OPENS,
                )  # fmt: skip
    return finish(hall)


def owners_hall(parts: list[Owned] | None = None, *, voters: int = 5, **changed: Any) -> Hall:
    """An open owners' vote; call inside a transaction."""
    terms = Terms(
        **{
            "roll_source": RollSource.units, "item_class": 8, "electronic_clause": "议事规则第 9 条", "notice": NOTICE,
            **changed,
        }
    )  # fmt: skip
    hall = owners.prepare(FIVE if parts is None else parts, voters=voters, terms=terms)
    residents = make.actor(make.person(name="顾萍", roles=[Role.residents_committee], place=hall.place))
    service.ask_legal_check(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.pass_legal_check(residents, vote_id=hall.vote.id, note="程序合规。", now=NOW)
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.open_due(hall.vote.id, now=owners.OPENS)
    return hall


def estate(**changed: Any) -> Hall:
    """Owners, some with parking spaces: the other parking setting stands beside the result."""
    with transaction():
        hall = owners_hall(**changed)
        for number, choice in enumerate(["for", "for", "against"]):
            voting.cast(hall, number, choice, now=owners.OPENS)
    return finish(hall, now=owners.CLOSES)


def deeming() -> Hall:
    """Owners whose rules count the silent with the larger side (R-17), in zones that must each pass (R-21)."""
    return estate(deemed_clause="议事规则第 12 条", chambers_by="zone", chamber_rule="each")


def zones() -> Hall:
    """Every zone must pass, and parking spaces count."""
    return estate(chambers_by="zone", chamber_rule="each", parking_rule="include")


def owners_options() -> Hall:
    """Owners with options, each tested on heads and area (R-19)."""
    with transaction():
        hall = owners_hall(method=Method.approval, options=SITES)
        for number, choice in enumerate([["甲", "乙"], ["甲"], ["甲"], []]):
            voting.cast(hall, number, choice, now=owners.OPENS)
    return finish(hall, now=owners.CLOSES)


def town(households: int = 80) -> Hall:
    """So many owners that the areas of the roll tell nobody's vote: the roll stands open."""
    parts = [Owned(f"户{number:03}", 50_00 + 37 * number) for number in range(households)]
    with transaction():
        hall = owners_hall(parts, voters=66)
        for number in range(66):
            voting.cast(hall, number, "for" if number < 50 else "against", now=owners.OPENS)
    return finish(hall, now=owners.CLOSES)


def channels() -> Hall:
    """Web, paper, an agent, an invalid sheet, and a clash that nobody decided, in one vote of owners."""
    with transaction():
        hall = owners_hall(allows_paper=True, proxy_cap=1, parking_rule="include")
        tellers = [
            make.actor(make.person(name=name, roles=[Role.teller], place=hall.place)) for name in ("谭一", "谭二")
        ]
        service.print_sheets(hall.liaison, vote_id=hall.vote.id, now=owners.OPENS)
        tokens = _tokens(hall)
        _read(tellers, tokens[0], "for", None)
        voting.cast(hall, 1, "against", now=owners.OPENS)
        _read(tellers, tokens[1], "for", None)  # A clash with the ballot on the web.
        _read(tellers, tokens[2], None, InvalidReason.unsigned)
        authority = service.give_proxy(
            hall.actor(3), vote_id=hall.vote.id, roll_entry_id=_entry(hall, 3),
            agent_address=str(hall.voters[4].email), opinion="for", valid_until=owners.CLOSES.date(),
            now=owners.OPENS,
        )  # fmt: skip
        service.cast_by_proxy(hall.actor(4), authority_id=authority.id, now=owners.OPENS)
        voting.cast(hall, 4, "abstain", now=owners.OPENS)
    return finish(hall, now=owners.CLOSES)


def _entry(hall: Hall, number: int) -> int:
    return queries.roll_entries_of(hall.vote.id, hall.voters[number].id)[0].id


def _tokens(hall: Hall) -> list[str]:
    """The codes on the sheets, in the order of the voters."""
    rows = select(PaperBallot.roll_entry_id, PaperBallot.token).where(PaperBallot.vote_id == hall.vote.id)
    by_entry = dict(db.session.execute(rows).all())
    return [by_entry[_entry(hall, number)] for number in range(len(hall.voters))]


def _read(tellers: list[Any], token: str, choice: str | None, reason: InvalidReason | None) -> None:
    for teller in tellers:
        service.enter_reading(teller, token=token, choice=choice, invalid_reason=reason, now=owners.OPENS)


EVERY_KIND: dict[str, Any] = {
    "lane": lane,
    "secret": hidden,
    "secret rankings": hidden_ranking,
    **{str(method): lambda method=method: by_method(method) for method in BALLOTS},
    "advice": advice,
    "prolonged": prolonged,
    "two chambers": two_chambers,
    "estate": estate,
    "deemed": deeming,
    "zones": zones,
    "owners' options": owners_options,
    "town": town,
    "channels": channels,
}
