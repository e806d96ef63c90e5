"""Case E3: where the charging posts go. 318 people say what they think of three sites; then the owners decide on one.

The second step is open when the newcomer walks in: two households short of its quorum, with sheets to read and an
authority to use. tests/journeys/test_charging_posts.py walks it to its end with the case's figures.
"""

from __future__ import annotations

from datetime import date, timedelta

from deliberation.demo.acts import cast_by_people, entry_of, propose, read_sheets, send_notice, support
from deliberation.demo.cast import DOMAIN
from deliberation.demo.estate import HOMES, IN_FAVOUR, OTHERS, Estate, Owner, settle
from deliberation.demo.stage import YEAR, Stage, at
from deliberation.proposals import service as proposals
from deliberation.proposals.models import Proposal
from deliberation.proposals.rules import ProposalKind
from deliberation.votes import service as votes
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import Vote
from deliberation.votes.rules import Choice, RollSource, Terms

TITLE = "找块空地装电动车充电桩"
TEXT = "车棚只有十二个插座，晚上排不上，能不能找一块离楼远一点的空地？"
POLL_TITLE = "充电桩装在哪里好"
POLL_TEXT = "充电桩装在哪一处好，可以选几处。\n这次只听意见，不作决定。消防和用电核过以后，再请业主表决。"
SITES = ("北侧绿地边上", "停车场拐角", "单元楼梯旁")
BARRED = {SITES[2]: "占了安全出口和消防车道，不能装"}
LIKES = {"甲": 212, "乙": 148, "丙": 97}
ASKED = 318
MOTION = (
    "在北侧绿地边上（甲处）划出 46 平方米，装 24 个电动自行车充电位。\n"
    "建设费由运营单位出，电费按表收；场地费是公共收益，每季公布。\n"
    "丙处占了安全出口和消防车道，不能装，这次不列入。"
)
NOTICE = {
    "issuer": "桂园业主委员会",
    "how_to_vote": "1 幢门厅的票箱，每天 8:00–20:00 有人",
    "help_desk": "代表联络站沈老师，打 021-5550 0521，可以帮忙填；监票人上门收票",
    "objection_contact": "桂园居委会 吴颖 021-5550 0520",
}
SO_FAR = 263  # Cast by web before the newcomer comes; three more sheets have been settled.
AGAINST = 52  # Of the 68 who take part and are not in favour; the others abstain.


def tell(stage: Stage) -> None:
    """From the proposal in April to the vote that is open today."""
    with stage.scene():
        estate = settle(stage.cast, now=at(4, 1, 9, 0))
    first = collect(stage, estate)
    ask(stage, estate, first)
    vote = put_to_owners(stage, estate, first)
    stage.let_time_pass(at(6, 5, 9, 1))
    _so_far(stage, estate, vote)


def collect(stage: Stage, estate: Estate) -> Proposal:
    first = propose(
        stage, "fang", place=estate.place, title=TITLE, text=TEXT, kind=ProposalKind.safety, spot="车棚",
        now=at(4, 13, 20, 15),
    )  # fmt: skip
    stage.act("shen", proposals.accept, proposal_id=first.id, now=at(4, 14, 9, 20))
    neighbours = [account.id for account in list(estate.accounts.values())[20:44]]
    support(stage, first.id, neighbours, now=at(4, 14, 19, 0))
    return first


def ask(stage: Stage, estate: Estate, first: Proposal) -> Vote:
    """Step 1: a poll of everybody who is at home there, which decides nothing."""
    terms = Terms(
        roll_source=RollSource.members, rule_kind=RuleKind.advisory, method=Method.approval, options=SITES,
        barred=BARRED, notice=NOTICE,
    )  # fmt: skip
    poll = stage.act(
        "yuan", votes.prepare_vote, matter_id=first.matter_id, committee_id=estate.assembly.id, title=POLL_TITLE,
        text=POLL_TEXT, opens_at=at(4, 16, 9, 0), closes_at=at(4, 22, 20, 0), terms=terms, now=at(4, 15, 10, 0),
    )  # fmt: skip
    stage.act("yuan", votes.publish_vote, vote_id=poll.id, now=at(4, 15, 10, 20))
    stage.act("yuan", votes.open_vote, vote_id=poll.id, now=at(4, 16, 9, 0))
    cast_by_people(stage, poll.id, opinions(estate), start=at(4, 16, 9, 5), seconds=1600)
    stage.act("yuan", votes.close_vote, vote_id=poll.id, now=at(4, 22, 20, 0))
    stage.act("yuan", votes.announce_result, vote_id=poll.id, now=at(4, 23, 10, 0))
    send_notice(stage, first.matter_id, now=at(4, 23, 14, 0))
    stage.let_time_pass(at(4, 23, 14, 10))
    found: Vote = poll
    return found


def opinions(estate: Estate) -> list[tuple[int, list[str]]]:
    """What 318 people chose: one site, two or three of them."""
    people = [account.id for account in estate.accounts.values()][:ASKED]
    last, third = ASKED - LIKES["乙"], range(0, 3 * LIKES["丙"], 3)
    chosen = {"甲": range(LIKES["甲"]), "乙": range(last, ASKED), "丙": third}
    return [(user, [site for site, of in chosen.items() if place in of]) for place, user in enumerate(people)]


def put_to_owners(stage: Stage, estate: Estate, first: Proposal) -> Vote:
    """Step 2: item (8) of art. 278, by all owners; checked, and announced fifteen days ahead."""
    terms = Terms(
        roll_source=RollSource.units, item_class=8, allows_paper=True, proxy_cap=2,
        electronic_clause=estate.assembly.electronic_clause, notice=NOTICE,
    )  # fmt: skip
    vote = stage.act(
        "yuan", votes.prepare_vote, matter_id=first.matter_id, committee_id=estate.assembly.id,
        title="北侧绿地边上装充电桩", text=MOTION, opens_at=at(6, 5, 9, 0), closes_at=at(6, 15, 20, 0), terms=terms,
        handler_id=stage.cast.named["gao"].id, handler_unit_id=stage.cast.organisations["街道城运中心"].id,
        handler_working_days=15, now=at(5, 18, 10, 0),
    )  # fmt: skip
    stage.act("yuan", votes.ask_legal_check, vote_id=vote.id, now=at(5, 18, 10, 10))
    note = "文字、程序和名册看过，合法。改变绿地用途是第（八）项，要四分之三以上。"
    stage.act("wu", votes.pass_legal_check, vote_id=vote.id, note=note, now=at(5, 19, 15, 0))
    stage.act("yuan", votes.publish_vote, vote_id=vote.id, now=at(5, 20, 9, 0))
    stage.act("yuan", votes.print_sheets, vote_id=vote.id, now=at(5, 20, 9, 30))
    published: Vote = vote
    return published


def choices_of(owners: list[Owner]) -> dict[str, Choice]:
    """How the 301 vote, by what the register calls them."""
    others = [owner.code for owner in owners if owner.side == OTHERS]
    against = {code: Choice.against if place < AGAINST else Choice.abstain for place, code in enumerate(others)}
    return {owner.code: Choice.in_favour for owner in owners if owner.side == IN_FAVOUR} | against


def _so_far(stage: Stage, estate: Estate, vote: Vote) -> None:
    """Nearly enough by web; paper settled, paper that one teller has read; an authority that waits for its agent."""
    choices = choices_of(estate.owners)
    ballots = [
        (estate.accounts[code].id, choice)
        for code, choice in choices.items()
        if code in estate.accounts and code not in HOMES.values()
    ]
    mixed = sorted(range(len(ballots)), key=lambda place: place * 61 % len(ballots))
    cast_by_people(
        stage, vote.id, [ballots[place] for place in mixed[:SO_FAR]], start=at(6, 5, 9, 5), seconds=950
    )  # fmt: skip
    on_paper = {code: choice for code, choice in choices.items() if code not in estate.accounts}
    codes = list(on_paper)
    both = {code: on_paper[code] for code in codes[:3]}
    read_sheets(stage, vote.id, both, tellers=["wei", "tao"], start=at(6, 7, 15, 0))
    one = {code: on_paper[code] for code in codes[3:6]}
    read_sheets(stage, vote.id, one, tellers=["wei"], start=at(6, 7, 15, 10))
    give_authority(stage, vote)


def give_authority(stage: Stage, vote: Vote) -> None:
    """孟亮 is away: 何静 next door votes for him, as he has written."""
    stage.act(
        "meng", votes.give_proxy, vote_id=vote.id, roll_entry_id=entry_of(stage, vote.id, HOMES["meng"]),
        agent_address=f"he@{DOMAIN}", opinion=Choice.in_favour, valid_until=date(YEAR, 6, 15),
        now=at(6, 6, 21, 0) + timedelta(minutes=5),
    )  # fmt: skip
