"""Why a person hears of something, in words: one list for mails and for the inbox."""

from __future__ import annotations

from deliberation.kernel.errors import N_

# With the day on which the person came to take part.
SINCE: dict[str, str] = {
    "proposer": N_("您收到这条，因为您 %(day)s 提出了这件事。"),
    "merged_author": N_("您收到这条，因为您 %(day)s 提的事并到了这一件。"),
    "supporter": N_("您收到这条，因为您 %(day)s 联名了这件事。"),
    "attendee": N_("您收到这条，因为您 %(day)s 到会议过这件事。"),
    "eligible_voter": N_("您收到这条，因为您 %(day)s 列入了这件事的表决名册。"),
    "follower": N_("您收到这条，因为您 %(day)s 起跟进这件事。"),
}

# Without a day: what is known of the person only by the office, or not dated.
BECAUSE: dict[str, str] = {
    "proposer": N_("您收到这条，因为您提出了这件事。"),
    "merged_author": N_("您收到这条，因为您提的事并到了这一件。"),
    "supporter": N_("您收到这条，因为您联名了这件事。"),
    "attendee": N_("您收到这条，因为您到会议过这件事。"),
    "eligible_voter": N_("您收到这条，因为您在这件事的表决名册里。"),
    "agent": N_("您收到这条，因为有人委托您代投。"),
    "principal": N_("您收到这条，因为您委托了别人代投。"),
    "authority_recorder": N_("您收到这条，因为这份委托书是您登记的。"),
    "objector": N_("您收到这条，因为您提过异议。"),
    "follower": N_("您收到这条，因为您在跟进这件事。"),
    "place_follower": N_("您收到这条，因为您在跟进这个地方的事。"),
    "member": N_("您收到这条，因为您在这个议事会里有席位。"),
    "registered": N_("您收到这条，因为您报名了这次会议。"),
    "stand_in": N_("您收到这条，因为您替别人坐这一席。"),
    "liaison": N_("您收到这条，因为您是这里的联络员。"),
    "handler": N_("您收到这条，因为这件事由您办理。"),
    "deputy": N_("您收到这条，因为这是您提的建议。"),
    "assistant": N_("您收到这条，因为请您协办这件事。"),
    "supervisor": N_("您收到这条，因为您督办这件事。"),
    "visitor": N_("您收到这条，因为联络员请您去看一看。"),
    "park_manager": N_("您收到这条，因为您管理这个园区。"),
    "recorder": N_("您收到这条，因为您记录这次会议。"),
    "chair": N_("您收到这条，因为您主持这次会议。"),
    "account": N_("您收到这条，因为这是您的账号。"),
}

OTHERWISE = N_("您收到这条，因为这件事和您有关。")


def reason_sentence(reason: str, *, is_dated: bool) -> str:
    """The message id for ``reason``; it has a ``%(day)s`` placeholder when ``is_dated`` and the reason has a day."""
    if is_dated and reason in SINCE:
        return SINCE[reason]
    return BECAUSE.get(reason, OTHERWISE)


# What is public, in a word: for robots, feeds and the notice board.
PUBLIC: dict[str, str] = {
    "outcome.notice": N_("结果告知"),
    "vote.published": N_("请来表决"),
    "meeting.notice": N_("会议通知"),
}

WAYS: dict[str, str] = {
    "email": N_("邮件"),
    "sms": N_("短信"),
    "push": N_("这台设备上弹出"),
}

RHYTHMS: dict[str, str] = {
    "at_once": N_("有一条发一条"),
    "daily": N_("每天早上合成一封"),
    "weekly": N_("每周一早上合成一封"),
    "never": N_("不发，只放在站内通知里"),
}

CHANNELS: dict[str, str] = {
    "email": N_("邮件"),
    "sms": N_("短信"),
    "push": N_("推送"),
    "wecom": N_("企业微信"),
    "dingtalk": N_("钉钉"),
    "feishu": N_("飞书"),
}
