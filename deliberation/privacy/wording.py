"""What stays after somebody has left is called, and why it stays."""

from __future__ import annotations

from deliberation.kernel.errors import N_

KEPT: dict[str, str] = {
    "attendance": N_("到会的记录：会议档案要写谁到了"),
    "ballot": N_("记名投的票：表决档案存 10 年以上，业主有权核对"),
    "consent": N_("您给过和收回过的同意：要能说清当时是否同意"),
    "interest": N_("申报的利害关系：回避没回避要查得到"),
    "meeting_event": N_("会上做过的事：会议记录改不得"),
    "motion": N_("提过、附议过的动议：写在会议纪要里"),
    "motion_version": N_("动议的各次修改：写在会议纪要里"),
    "objection": N_("提过的异议：和表决一起归档"),
    "owner_set": N_("业主名册里的您：由产权登记来，换新名册时才变"),
    "part": N_("名册里的房屋：由产权登记来"),
    "proxy_authority": N_("委托书：谁代谁投要查得到"),
    "roll_entry": N_("投票名册上的您：名册定了就不能改"),
    "roll_part": N_("投票名册上的房屋：名册定了就不能改"),
    "speaker": N_("发过的言的次序和时间：会议记录改不得"),
    "timeline_entry": N_("您在一件事上办过的步骤：公开页上本来就只写姓"),
}
