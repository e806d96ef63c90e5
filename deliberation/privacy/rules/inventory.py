"""The one table of what is stored of people: where, of whom, what for, and for how long (PIPL art. 17, R-54).

The page that tells people, the file they download and what happens when they leave are all made of it. A test compares
it with the database: a table that points at people, or has a name or an address in it, and is not here fails it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from deliberation.kernel.errors import N_


class Keep(StrEnum):
    """What becomes of rows when the person leaves: ``wiped`` are deleted; ``masked`` stay without the person's name,
    since others answered them; ``archive`` stay as they are, since the law wants them kept."""

    wiped = "wiped"
    masked = "masked"
    archive = "archive"


class Group(StrEnum):
    account = "account"
    belonging = "belonging"
    said = "said"
    meeting = "meeting"
    vote = "vote"
    property = "property"
    handled = "handled"
    told = "told"
    office = "office"


@dataclass(frozen=True)
class Holding:
    """A table: the columns that say whose a row is, and those that name somebody who did something in office.

    ``own`` are ids of the person; ``addresses`` their phone or email; ``through`` is a column that points at a row of
    another table which is theirs. Who is only in ``office`` acted for a body: the row is about the matter, not them.
    """

    table: str
    group: Group
    keep: Keep
    own: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    through: tuple[str, str] | None = None
    wipes: tuple[str, ...] = ()  # Columns of a masked row that are emptied when the person leaves.


# What a person is told of each group: what it is, what it is for, on which ground, and how long it stays.
NAMES = {
    Group.account: N_("账号"),
    Group.belonging: N_("身份和地方"),
    Group.said: N_("您提的"),
    Group.meeting: N_("会议"),
    Group.vote: N_("表决"),
    Group.property: N_("业主名册"),
    Group.handled: N_("办理和回访"),
    Group.told: N_("通知"),
    Group.office: N_("公务"),
}
WHAT = {
    Group.account: N_("姓名、手机号或邮箱、密码（只存算不回去的摘要）、语言和显示方式、还没交的草稿"),
    Group.belonging: N_("您在哪里、跟进哪里、有什么身份、坐哪一席、怎么进来的"),
    Group.said: N_("您提的事、联名、提的问题、点的赞、上传的照片"),
    Group.meeting: N_("报名、签到、发言、动议"),
    Group.vote: N_("名册上的您、您投的记名票、委托、异议。秘密票谁投的不存"),
    Group.property: N_("业主名册：产权人、面积、投票人和手机"),
    Group.handled: N_("关心的事办得怎样：利害关系、回头看的回答"),
    Group.told: N_("发给您的通知，和它们送到没有"),
    Group.office: N_("担任职务时办的事：谁通知、谁派单、谁答复、谁监票"),
}
WHY = {
    Group.account: N_("让您能登录，让通知送得到"),
    Group.belonging: N_("知道哪些事和您有关，您能办什么"),
    Group.said: N_("让事情能受理、合并、答复，让提的人知道结果"),
    Group.meeting: N_("算到会人数，排发言，写纪要"),
    Group.vote: N_("一人一票不重不漏，事后谁都能核对"),
    Group.property: N_("按户数和面积算业主表决（《民法典》第 278 条）"),
    Group.handled: N_("问办成没有，该回避的回避"),
    Group.told: N_("做到件件有回音，也能查哪一封没送到"),
    Group.office: N_("公务行为要查得到是谁办的"),
}
GROUND = {
    Group.account: N_("您开通账号时的同意"),
    Group.belonging: N_("您开通账号时的同意"),
    Group.said: N_("您开通账号时的同意"),
    Group.meeting: N_("您开通账号时的同意；纪要按档案保存"),
    Group.vote: N_("履行法定职责；记名票和名册按档案保存"),
    Group.property: N_("履行法定职责"),
    Group.handled: N_("您开通账号时的同意"),
    Group.told: N_("您开通账号时的同意"),
    Group.office: N_("履行法定职责"),
}
UNTIL = {
    Group.account: N_("到您注销，过了冷静期就删"),
    Group.belonging: N_("到您注销；身份和席位的记录去掉名字留着"),
    Group.said: N_("内容留着，因为别人联了名、答了复；您注销后只写姓或「已注销」"),
    Group.meeting: N_("纪要 10 年以上；签到不带账号的姓名，散会一年后删"),
    Group.vote: N_("10 年以上，注销也照留"),
    Group.property: N_("到换新名册；用过的名册随表决存 10 年以上"),
    Group.handled: N_("内容留着；您注销后只写姓或「已注销」"),
    Group.told: N_("通知到您注销；送达记录一年"),
    Group.office: N_("和那件事一起留"),
}

_A, _B, _S, _M, _V = Group.account, Group.belonging, Group.said, Group.meeting, Group.vote
_P, _H, _T, _O = Group.property, Group.handled, Group.told, Group.office

HOLDINGS: tuple[Holding, ...] = (
    Holding("user", _A, Keep.masked, own=("id",)),
    Holding("consent", _A, Keep.archive, own=("user_id",)),
    Holding("desk_view", _A, Keep.wiped, own=("user_id",)),
    Holding("draft", _A, Keep.wiped, own=("user_id",)),
    Holding("role_assignment", _B, Keep.masked, own=("user_id",), office=("granted_by_id",)),
    Holding("place_follow", _B, Keep.wiped, own=("user_id",)),
    Holding("seat", _B, Keep.masked, own=("user_id",)),
    Holding("stand_in", _B, Keep.masked, own=("user_id",), office=("named_by_id",)),
    Holding(
        "invitation", _B, Keep.masked, addresses=("address",), office=("created_by_id",), wipes=("name", "address")
    ),
    Holding("invitation_use", _B, Keep.masked, own=("user_id",)),
    Holding("proposal", _S, Keep.masked, own=("author_id",), office=("screened_by_id",)),
    Holding("proposal_photo", _S, Keep.masked, through=("proposal_id", "proposal")),
    Holding(
        "demand",
        _S,
        Keep.masked,
        own=("person_id",),
        office=("taken_by_id",),
        addresses=("phone",),
        wipes=("name", "phone"),
    ),
    Holding("point_appeal", _H, Keep.masked, own=("raised_by_id",), office=("decided_by_id",)),
    Holding("point_entry", _O, Keep.archive, office=("recorded_by_id",)),
    Holding("reading", _O, Keep.archive, office=("recorded_by_id",)),
    Holding("staged_notice", _O, Keep.archive, office=("posted_by_id",)),
    Holding("demand_file", _O, Keep.archive, office=("read_by_id",)),
    Holding("matter_reader", _S, Keep.wiped, own=("user_id",)),
    Holding("support", _S, Keep.masked, own=("user_id",)),
    Holding("photo", _S, Keep.masked, own=("uploaded_by_id",)),
    Holding("question", _S, Keep.masked, own=("author_id",)),
    Holding("question_like", _S, Keep.masked, own=("user_id",)),
    Holding("registration", _M, Keep.masked, own=("user_id",)),
    Holding("calendar_feed", _M, Keep.wiped, own=("user_id",)),
    Holding("attendance", _M, Keep.archive, own=("user_id",), office=("checked_in_by_id",)),
    Holding("speaker", _M, Keep.archive, own=("user_id",)),
    Holding("motion", _M, Keep.archive, own=("mover_id", "seconder_id")),
    Holding("motion_version", _M, Keep.archive, through=("motion_id", "motion")),
    Holding("meeting_event", _M, Keep.archive, own=("actor_id",)),
    Holding("done_act", _M, Keep.masked, own=("user_id",)),
    Holding("pulse_participation", _M, Keep.wiped, own=("user_id",)),
    Holding("roll_entry", _V, Keep.archive, own=("user_id",)),
    Holding("roll_part", _V, Keep.archive, through=("roll_entry_id", "roll_entry")),
    Holding("ballot", _V, Keep.archive, own=("cast_by_id",)),
    Holding(
        "proxy_authority",
        _V,
        Keep.archive,
        own=("agent_id",),
        through=("roll_entry_id", "roll_entry"),
        office=("recorded_by_id", "checked_by_id"),
    ),
    Holding("objection", _V, Keep.archive, own=("raised_by_id",), office=("answered_by_id",)),
    Holding("owner_set", _P, Keep.archive, own=("user_id",), addresses=("phone",)),
    Holding("part", _P, Keep.archive, through=("owner_set_id", "owner_set")),
    Holding("participation", _H, Keep.masked, own=("user_id",)),
    Holding("interest", _H, Keep.archive, own=("user_id",)),
    Holding("timeline_entry", _H, Keep.archive, own=("actor_id",)),
    Holding("look_back_addressee", _H, Keep.masked, own=("user_id",)),
    Holding("look_back_answer", _H, Keep.masked, own=("user_id",)),
    Holding("message", _T, Keep.wiped, own=("user_id",)),
    Holding("delivery", _T, Keep.wiped, own=("user_id",), addresses=("address",), through=("message_id", "message")),
    Holding("paper_task", _T, Keep.wiped, through=("message_id", "message"), office=("holder_id", "done_by_id")),
    Holding("wishes", _T, Keep.wiped, own=("user_id",)),
    Holding("push_target", _T, Keep.wiped, own=("user_id",)),
    Holding("matter_mute", _T, Keep.wiped, own=("user_id",)),
    Holding("mailbox_item", _T, Keep.wiped, addresses=("address",)),
    Holding("audience", _T, Keep.wiped),
    Holding("matter", _O, Keep.archive, office=("holder_id",)),
    Holding("assignment", _O, Keep.archive, office=("handler_id", "asked_by_id")),
    Holding("extension_request", _O, Keep.archive, office=("asked_by_id", "decided_by_id")),
    Holding("case_pause", _O, Keep.archive, office=("approved_by_id",)),
    Holding("suggestion", _O, Keep.archive, office=("deputy_id", "registered_by_id")),
    Holding("place_robot", _O, Keep.archive, office=("added_by_id",)),
    Holding("review_pack", _O, Keep.archive, office=("published_by_id",)),
    Holding("review_lesson", _O, Keep.archive, office=("written_by_id",)),
    Holding("chief", _O, Keep.archive, office=("user_id", "named_by_id")),
    Holding("case_limit", _O, Keep.archive, office=("set_by_id", "dropped_by_id")),
    Holding("look_back_visit", _O, Keep.archive, office=("visitor_id", "assigned_by_id")),
    Holding("case", _O, Keep.archive, office=("handler_id",)),
    Holding("reply", _O, Keep.archive, office=("replied_by_id",)),
    Holding("progress", _O, Keep.archive, office=("recorded_by_id",)),
    Holding("agreed_step", _O, Keep.archive, office=("owner_id", "agreed_by_id")),
    Holding("agenda_item", _O, Keep.archive, office=("stand_in_chair_id", "close_asked_by_id")),
    Holding("agenda_paper", _O, Keep.archive, office=("added_by_id",)),
    Holding("door_helper", _O, Keep.archive, office=("user_id", "named_by_id")),
    Holding("meeting", _O, Keep.archive, office=("chair_id", "planned_by_id")),
    Holding("meeting_series", _O, Keep.archive, office=("chair_id", "planned_by_id")),
    Holding("merge_request", _O, Keep.archive, office=("requested_by_id", "decided_by_id")),
    Holding("minutes", _O, Keep.archive, office=("chair_id", "recorder_id", "changed_by_id")),
    Holding("minutes_version", _O, Keep.archive, office=("published_by_id",)),
    Holding("outcome_notice", _O, Keep.archive),
    Holding("past_charter", _O, Keep.archive, office=("replaced_by_id",)),
    Holding("pulse", _O, Keep.archive, office=("opened_by_id",)),
    Holding("register_draft", _O, Keep.archive, office=("read_by_id",)),
    Holding("setup", _O, Keep.archive, office=("started_by_id",)),
    Holding("setup_step", _O, Keep.archive, office=("done_by_id",)),
    Holding("tally_answer", _O, Keep.archive, office=("entered_by_id",)),
    Holding("vote", _O, Keep.archive, office=("legal_checked_by_id", "prepared_by_id", "handler_id")),
    Holding("paper_ballot", _O, Keep.archive, office=("printed_by_id",)),
    Holding("paper_entry", _O, Keep.archive, office=("teller_id",)),
    Holding("ballot_conflict", _O, Keep.archive, office=("proposed_by_id", "decided_by_id")),
    Holding("look_back_plan", _O, Keep.archive, office=("set_by_id",)),
    Holding("place", _O, Keep.archive),  # The contact point that the place itself publishes.
)

# What opens a door, and is therefore in no file that can be taken home.
NEVER_GIVEN = frozenset(
    {
        "password",
        "fs_uniquifier",
        "code_key",
        "code_attempts",
        "client_key",
        "submission_key",
        "token",
        "serial",
        "key",
        "secret",
        "endpoint",
        "p256dh",
        "auth",
    }
)


def holdings_of(keep: Keep, holdings: Iterable[Holding] = HOLDINGS) -> list[Holding]:
    """Those in which a person is the one whose rows they are, by what becomes of them."""
    return [each for each in holdings if each.keep is keep and (each.own or each.addresses or each.through)]
