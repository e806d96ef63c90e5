"""The parts of a notice in words. Stored as codes with their facts, so that each person reads their own language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext

from deliberation.cases.rules import KIND_WORDS, ReplyKind
from deliberation.feedback import results
from deliberation.feedback.rules import Answer, Rating
from deliberation.kernel.errors import N_
from deliberation.kernel.i18n import day_text, moment_text
from deliberation.matters.wording import HOLDER_TASKS

ANSWERS: dict[Answer, str] = {
    Answer.fixed: N_("好了"),
    Answer.partly: N_("好了一部分"),
    Answer.no: N_("没好"),
    Answer.came_back: N_("好过，又坏了"),
}

RATINGS: dict[Rating, str] = {
    Rating.satisfied: N_("满意"),
    Rating.fair: N_("一般"),
    Rating.dissatisfied: N_("不满意"),
}

PARTS: dict[str, str] = {
    "summary.passed": N_("「%(title)s」通过：同意 %(for)s，反对 %(against)s，弃权 %(abstain)s。"),
    "summary.failed_approval": N_("「%(title)s」没有通过：同意 %(for)s 票，要 %(needed)s 票。"),
    "summary.tie": N_("「%(title)s」票数相同，没有定下来。"),
    "summary.advisory": N_("「%(title)s」征询了意见，收到 %(cast)s 份。"),
    "summary.chosen": N_("「%(title)s」选出了 %(winners)s：%(members)s 票里投了 %(cast)s 票。"),
    "summary.leading": N_("「%(title)s」征询了意见，收到 %(cast)s 份，选得最多的是 %(winners)s。"),
    "summary.short": N_("「%(title)s」没有通过：%(lacks)s。"),
    "summary.none": N_("「%(title)s」没有通过：没有一个选项够票。"),
    "summary.few": N_("「%(title)s」不算数：%(lacks)s。"),
    "summary.objected": N_("「%(title)s」没有达成一致，接着商量。"),
    "summary.no_quorum": N_("「%(title)s」不算数：收到 %(cast)s 票，要 %(ballots_needed)s 票。"),
    "summary.step": N_("「%(title)s」会上定了：%(who)s %(due_on)s 前办。"),
    "summary.A": N_("「%(title)s」办好了：%(text)s"),
    "summary.B": N_("「%(title)s」正在办，%(promised_on)s 前办成。"),
    "summary.C": N_("「%(title)s」列入计划，%(promised_on)s 前办成。"),
    "summary.D": N_("「%(title)s」有了答复：%(text)s"),
    "decided.passed": N_("表决通过。决议是：%(text)s"),
    "decided.chosen": N_("表决通过，选出的是：%(winners)s。付表决的是：%(text)s"),
    "decided.failed_approval": N_("表决没有通过。付表决的是：%(text)s"),
    "decided.tie": N_("票数相同，没有定下来。付表决的是：%(text)s"),
    "decided.advisory": N_("征询了大家的意见，不作决定。问的是：%(text)s"),
    "decided.no_quorum": N_("参与的不够，这次表决不算数。付表决的是：%(text)s"),
    "decided.step": N_("会上议定：%(text)s（%(who)s，%(due_on)s 前）"),
    "decided.reply": N_("%(who)s 答复：%(text)s"),
    "reason.passed": N_("收到的票够数，同意的也够数，按「%(clause)s」通过。"),
    "reason.failed_approval": N_("同意 %(for)s 票，比要的 %(needed)s 票少 %(missing)s 票，按「%(clause)s」没有通过。"),
    "reason.tie": N_("收到 %(cast)s 票，领先的票数相同，按「%(clause)s」没有定下来。"),
    "reason.advisory": N_("收到 %(cast)s 份意见，只供参考，接下来怎么办另行告知。"),
    "reason.chosen": N_("收到 %(cast)s 票，选出 %(winners)s，按「%(clause)s」通过。"),
    "reason.short": N_("收到 %(cast)s 票，%(lacks)s，按「%(clause)s」没有通过。"),
    "reason.none": N_("收到 %(cast)s 票，没有一个选项够票，按「%(clause)s」没有通过。"),
    "reason.few": N_("收到 %(cast)s 票，%(lacks)s，按「%(clause)s」不算数。"),
    "reason.agreed": N_("收到 %(cast)s 票，没有人反对，按「%(clause)s」就这么定。"),
    "reason.objected": N_("收到 %(cast)s 票，有人说明理由反对，或者没有人同意，按「%(clause)s」没有定下来。"),
    "reason.no_quorum": N_("收到 %(cast)s 票，比要的 %(ballots_needed)s 票少 %(missing)s 票，按「%(clause)s」不算数。"),
    "reason.step": N_("这是「%(meeting)s」上大家议定的，没有用表决。"),
    "reason.A": N_("办理的人说已经解决。是不是真的好了，以您的回话为准。"),
    "reason.B": N_("现在还没办成，办理的人答应了日子，到时候再答复。"),
    "reason.C": N_("已列入计划，办理的人答应了日子，到时候再答复。"),
    "reason.D": N_("%(text)s"),
    "who.by": N_("%(who)s：%(task)s，%(due_at)s 前。"),
    "who.undated": N_("%(who)s：%(task)s。"),
    "next.look_back": N_("%(due_on)s 回头看，来问您好了没有。"),
    "next.by": N_("%(due_at)s 前，有结果就告诉您。"),
    "next.last": N_("这是最后一次告知。不同意的话，请按下面的办法找我们。"),
    "contact.full": N_("%(name)s，电话 %(phone)s，%(hours)s。也可以在这件事的页面上看全部经过。"),
    "contact.phone": N_("%(name)s，电话 %(phone)s。也可以在这件事的页面上看全部经过。"),
    "contact.name": N_("%(name)s。也可以在这件事的页面上看全部经过。"),
    "issuer": N_("%(name)s，%(issued_on)s"),
}


def part(code: str, **params: Any) -> dict[str, Any]:
    """A part as it is stored: plain JSON. Dates as ISO text under names in ``_on``, instants in ``_at``."""
    return {"code": code, "params": {name: _stored(value) for name, value in params.items()}}


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def worded(value: Mapping[str, Any] | None) -> str:
    """A stored part in the reader's language; what a person wrote stays as it is."""
    if not value:
        return ""
    if "text" in value:
        return str(value["text"])
    params = {name: _shown(name, each) for name, each in value.get("params", {}).items()}
    sentence = PARTS[value["code"]]
    return gettext(sentence) % params


def _shown(name: str, value: Any) -> Any:
    if name == "task":
        return gettext(HOLDER_TASKS.get(value, value))
    if name.endswith("_at"):
        return moment_text(datetime.fromisoformat(value))
    if name == "lacks":
        return results.lacking(value)
    if name == "winners":
        return gettext("、").join(value)
    if name.endswith("_on"):
        return day_text(date.fromisoformat(value))
    return value


def figures(value: Mapping[str, Any]) -> str:
    """The figures with the lines they had to reach, or the kind of the reply."""
    if value.get("kind") == "reply":
        kind = ReplyKind(value["reply"])
        return gettext("答复类型 %(kind)s：%(words)s。", kind=kind, words=gettext(KIND_WORDS[kind]))
    if value.get("kind") == "meeting":
        return ngettext(
            "「%(title)s」，开会时到会 %(num)s 人。",
            "「%(title)s」，开会时到会 %(num)s 人。",
            value["people"],
            title=value["title"],
        )
    return results.told(value["result"], value.get("labels", {}))
