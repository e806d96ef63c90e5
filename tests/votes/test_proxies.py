"""Voting for somebody else: written, one vote, the principal's own opinion, capped, revocable until it is used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deliberation.audit.models import AuditLeaf
from deliberation.kernel import clock
from deliberation.kernel.clock import shanghai_date
from deliberation.kernel.database import db, transaction
from deliberation.notifications.models import Message
from deliberation.votes import queries, rules, service
from deliberation.votes.models import ProxyAuthority
from deliberation.votes.queries import tallies
from deliberation.votes.rules import Choice, Terms
from tests.support import voting
from tests.support.door import client_of, post
from tests.support.voting import CLOSES, NOW, OPENS, Hall

UNTIL = shanghai_date(CLOSES)


def hall_of(cap: int = 2, voters: int = 4) -> Hall:
    hall = voting.prepare(seats=voters, voters=voters, terms=Terms(proxy_cap=cap))
    for user in hall.voters:
        user.email = user.email or f"voter{user.id}@example.org"
    service.publish_vote(hall.liaison, vote_id=hall.vote.id, now=NOW)
    service.open_vote(hall.liaison, vote_id=hall.vote.id, now=OPENS)
    return hall


def give(hall: Hall, principal: int = 0, agent: int = 1, opinion="against", **changed) -> ProxyAuthority:
    entry = queries.roll_entries_of(hall.vote.id, hall.voters[principal].id)[0]
    fields = {"agent_address": hall.voters[agent].email, "opinion": opinion, "valid_until": UNTIL, **changed}
    return service.give_proxy(hall.actor(principal), vote_id=hall.vote.id, roll_entry_id=entry.id, now=OPENS, **fields)


def test_the_agent_casts_what_the_principal_wrote_and_both_are_told(app) -> None:
    with transaction():
        hall = hall_of()
        authority = give(hall)
    with transaction():
        service.cast_by_proxy(hall.actor(1), authority_id=authority.id, now=OPENS)
        voting.cast(hall, 1)
    with transaction():
        service.close_due(hall.vote.id, now=CLOSES)
    result = voting.result_of(hall.vote)
    assert (result["for"], result["against"]) == (1, 1)
    assert tallies.by_channel(hall.vote) == {"proxy": 1, "web": 1}
    told = {(message.user_id, message.kind) for message in db.session.query(Message)}
    agent, principal = hall.voters[1].id, hall.voters[0].id
    assert {(agent, "proxy.given"), (principal, "proxy.given"), (principal, "proxy.used")} <= told
    tags = [leaf.tag for leaf in db.session.query(AuditLeaf).filter(AuditLeaf.tag.like("proxy.%"))]
    assert sorted(tags) == ["proxy.given", "proxy.used"]


def test_it_is_revoked_until_it_is_used_and_the_principal_may_still_vote(app) -> None:
    with transaction():
        hall = hall_of()
        first = give(hall)
        service.revoke_proxy(hall.actor(0), authority_id=first.id, now=OPENS)
        with pytest.raises(rules.ProxyNotYours):
            service.cast_by_proxy(hall.actor(1), authority_id=first.id, now=OPENS)
        second = give(hall, agent=2)
        service.cast_by_proxy(hall.actor(2), authority_id=second.id, now=OPENS)
        with pytest.raises(rules.ProxyUsed):
            service.revoke_proxy(hall.actor(0), authority_id=second.id, now=OPENS)
        voting.cast(hall, 0, Choice.in_favour)
    assert queries.current_ballot(second.roll_entry_id).choice == "for"
    assert queries.turnout(hall.vote.id).cast == 1


def test_nobody_holds_more_than_the_cap(app) -> None:
    with transaction():
        hall = hall_of(cap=1)
        give(hall, principal=0, agent=3)
        with pytest.raises(rules.AgentHoldsEnough):
            give(hall, principal=1, agent=3)


def test_who_has_voted_needs_no_agent(app) -> None:
    with transaction():
        hall = hall_of()
        authority = give(hall)
        voting.cast(hall, 0)
        with pytest.raises(rules.HasVoted):
            service.cast_by_proxy(hall.actor(1), authority_id=authority.id, now=OPENS)


def test_who_has_voted_gives_none_and_the_agent_is_offered_none(sqlite_app) -> None:
    """Given first, it stands idle once the principal votes; given after that, it would only be refused later on."""
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = hall_of()
        give(hall)
        assert [(own, held) for _scene, own, held in waiting_for(hall, 1)] == [(1, 1)]
        voting.cast(hall, 0)
        voting.cast(hall, 2)
        with pytest.raises(rules.VotedAlready):
            give(hall, principal=2, agent=3)
    assert [(own, held) for _scene, own, held in waiting_for(hall, 1)] == [(1, 0)]
    path = f"/votes/{hall.vote.id}"
    page = client_of(sqlite_app, hall.voters[1]).get(path).text
    assert f"代 {hall.voters[0].name}" in page
    assert "本人已经自己投了" in page
    assert "照委托投" not in page
    assert "不方便投？委托别人" not in client_of(sqlite_app, hall.voters[2]).get(path).text


def waiting_for(hall: Hall, number: int) -> list:
    return queries.scenes_to_cast(hall.voters[number].id, today=shanghai_date(OPENS))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"agent": 0}, rules.AgentIsPrincipal),
        ({"agent_address": "nobody@example.org"}, rules.AgentUnknown),
        ({"valid_until": UNTIL + timedelta(days=1)}, rules.ProxyTermWrong),
        ({"valid_until": shanghai_date(OPENS) - timedelta(days=1)}, rules.ProxyTermWrong),
    ],
)
def test_what_is_no_authority(app, changed, refusal) -> None:
    with transaction():
        hall = hall_of()
        with pytest.raises(refusal):
            give(hall, **changed)


def test_one_principal_one_authority_and_none_where_none_are_taken(app) -> None:
    with transaction():
        hall = hall_of()
        give(hall)
        with pytest.raises(rules.ProxyStands):
            give(hall, agent=2)
        with pytest.raises(rules.NoProxies):
            give(hall_of(cap=0))


def test_an_authority_whose_day_is_over_or_that_is_somebody_elses_is_worth_nothing(app) -> None:
    with transaction():
        hall = hall_of()
        authority = give(hall, valid_until=shanghai_date(OPENS))
        with pytest.raises(rules.ProxyNotYours):
            service.cast_by_proxy(hall.actor(1), authority_id=authority.id, now=OPENS + timedelta(days=1))
        with pytest.raises(rules.ProxyNotYours):
            service.cast_by_proxy(hall.actor(2), authority_id=authority.id, now=OPENS)
        with pytest.raises(rules.ProxyNotYours):
            service.revoke_proxy(hall.actor(2), authority_id=authority.id, now=OPENS)


def test_giving_and_casting_by_the_pages(sqlite_app) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = hall_of()
        entry = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id
    principal, agent = (client_of(sqlite_app, hall.voters[number]) for number in (0, 1))
    path = f"/votes/{hall.vote.id}"
    assert "不方便投？委托别人" in principal.get(path).text
    fields = {"roll_entry_id": entry, "agent_address": hall.voters[1].email, "valid_until": UNTIL.isoformat()}
    assert post(principal, f"{path}/proxies", choice="for", **fields).status_code == 302
    page = agent.get(path).text
    assert "照委托投" in page
    authority = db.session.query(ProxyAuthority).one()
    assert post(agent, f"{path}/proxies/{authority.id}/cast").status_code == 302
    assert queries.turnout(hall.vote.id).cast == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agent_address": "son@example.org"}, "没有找到这个手机号或邮箱的账号"),
        ({"valid_until": "2020-01-01"}, "委托的期限要包括今天"),
        ({"agent_address": ""}, "这里还没填"),
        ({"choice": ""}, "请先选一项"),
    ],
)
def test_what_is_wrong_with_an_authority_is_said_in_the_form_and_nothing_typed_is_lost(
    sqlite_app, changed, said
) -> None:
    clock.configure(frozen=OPENS, file=None)
    with transaction():
        hall = hall_of()
        entry = queries.roll_entries_of(hall.vote.id, hall.voters[0].id)[0].id
    fields = {"roll_entry_id": entry, "agent_address": hall.voters[1].email, "valid_until": UNTIL.isoformat()}
    sent = {**fields, "choice": "against", **changed}
    answer = post(client_of(sqlite_app, hall.voters[0]), f"/votes/{hall.vote.id}/proxies", **sent)
    assert answer.status_code == 422
    form = answer.text.partition('id="proxy" open')[2].partition("</details>")[0]
    assert said in form
    assert f'value="{sent["agent_address"]}"' in form
    assert f'value="{sent["valid_until"]}"' in form
    assert ("checked" in form) is bool(sent["choice"])
    assert "请对方在这里注册" in form
    assert db.session.query(ProxyAuthority).count() == 0
