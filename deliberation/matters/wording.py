"""Where a matter stands and what its holder is to do, in words: the one list of both."""

from __future__ import annotations

from deliberation.kernel.errors import N_

STEPS: dict[int, tuple[str, str]] = {
    1: (N_("提案"), "pencil-square"),
    2: (N_("议事"), "people"),
    3: (N_("表决"), "check2-square"),
    4: (N_("办理"), "wrench-adjustable"),
    5: (N_("反馈"), "megaphone"),
}

STATES: dict[str, str] = {
    # 1
    "screening": N_("待筛选"),
    "returned": N_("已退回"),
    "redirected": N_("已转办"),
    "merged": N_("已并案"),
    "accepted": N_("已受理"),
    "withdrawn": N_("已撤回"),
    # 2
    "scheduled": N_("已排进议程"),
    "noticed": N_("已发会议通知"),
    "at_meeting": N_("会在开，等着议到"),
    "in_session": N_("正在议"),
    "deliberated": N_("议过了"),
    "deferred": N_("延后再议"),
    # 3
    "vote_prepared": N_("准备表决"),
    "vote_published": N_("已发布"),
    "voting": N_("表决中"),
    "vote_closed": N_("已截止，等计票"),
    "counted": N_("已计票"),
    "failed_approval": N_("未通过"),
    "no_quorum": N_("参与不够"),
    "tie": N_("票数相同"),
    "advisory": N_("意见已征询"),
    "passed": N_("已通过"),
    # 4
    "external_approval_pending": N_("待外部批准"),
    "assigned": N_("已派单"),
    "contacted": N_("已联系"),
    "in_progress": N_("办理中"),
    "replied": N_("已答复"),
    "reopened": N_("重新办理"),
    # 5
    "notified": N_("已告知结果"),
    "look_back": N_("回头看"),
    "closed": N_("已办结"),
}

HOLDER_TASKS: dict[str, str] = {
    "screen": N_("答复是否受理"),
    "confirm_merge": N_("复核并案"),
    "fix_proposal": N_("按退回的理由改好再交"),
    "schedule": N_("排进议程"),
    "send_notice": N_("发会议通知"),
    "hold_meeting": N_("开会议一议"),
    "close_meeting": N_("会还没有散：请散会"),
    "move_meeting": N_("会没有按时开：另定时间，或者取消"),
    "tell_on_paper": N_("发不到的人，当面或打电话告诉"),
    "write_minutes": N_("写好纪要，交给主持人"),
    "confirm_minutes": N_("看纪要，确认"),
    "publish_minutes": N_("公布纪要"),
    "prepare_vote": N_("准备表决"),
    "check_vote": N_("审查这项表决合不合法"),
    "open_vote": N_("按时开始表决"),
    "vote": N_("投票"),
    "announce": N_("宣读并公布结果"),
    "finish_count": N_("读完纸质票并计票"),
    "read_sheets": N_("读纸质票：另一位读过，等您读"),
    "settle_clash": N_("核定：纸票和另外投的不一样"),
    "check_authority": N_("对着照片核对委托书"),
    "answer_objection": N_("答复异议"),
    "correct_roll": N_("照成立的异议改好，重新发布"),
    "decide_next": N_("决定下一步：再表决，或换一种办法"),
    "dispatch": N_("派给能办的人"),
    "accept_case": N_("接下，或者退回"),
    "assist": N_("办好协办的部分"),
    "dispatch_again": N_("被退回，改派给能办的人"),
    "decide_lead": N_("退了两次，定由谁主办"),
    "obtain_approval": N_("报批，等批准和公布"),
    "contact": N_("联系提出人"),
    "recheck": N_("到现场再看一次，联系说没办好的人"),
    "handle": N_("办理并答复"),
    "paused": N_("暂停计时，到日子接着办"),
    "press_handler": N_("催一催办理的人"),
    "follow_up": N_("按答应的日期办成"),
    "notify": N_("把结果告诉每一位参与的人"),
    "look_back": N_("回头看，问大家好了没有"),
    "write_lessons": N_("写好教训，公布月谈会材料"),
    "send_visitor": N_("请一位没有办过的人到现场看"),
    "visit": N_("到现场看，带照片回来写"),
    "close_case": N_("核对回话，办结"),
}
