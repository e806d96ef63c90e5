"""What is printed, as plain data for the templates that set it: every word in the reader's language (domain.md C7)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import segno
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from deliberation.kernel import typesetting
from deliberation.kernel.i18n import language_tag, moment_text
from deliberation.meetings.pages import public_address
from deliberation.places.models import Place
from deliberation.votes.counting import Method, RuleKind
from deliberation.votes.models import RollEntry, RollPart, Vote
from deliberation.votes.queries import Scene
from deliberation.votes.queries.paper import Sheet

PARTS_SHOWN = 6
MARKS_ONE = frozenset({Method.yes_no, Method.single})
RANKS = frozenset({Method.irv, Method.stv, Method.schulze, Method.ranked_pairs})


def ballots_pdf(scene: Scene, sheets: Sequence[Sheet], parts: Mapping[int, Sequence[RollPart]]) -> bytes:
    """One page a voter."""
    return typesetting.pdf("votes/ballot.typ", ballots(scene, sheets, parts), each="sheets")


def authority_pdf(scene: Scene, entry: RollEntry | None, parts: Sequence[RollPart]) -> bytes:
    """The form of an authority; with the principal's entry on the roll already written in where there is one."""
    return typesetting.pdf("votes/authority.typ", authority(scene, entry, parts))


def ballots(scene: Scene, sheets: Sequence[Sheet], parts: Mapping[int, Sequence[RollPart]]) -> dict[str, Any]:
    """The data of votes/ballot.typ."""
    vote = scene.vote
    words = {
        "ballot": _("表决票"),
        "reason": _("为什么反对"),
        "when_helped": _("自己不方便写、别人帮着填的，才写这一栏："),
        "helper": _("帮着填的人"),
        "witness": _("见证人"),
        "until": _("什么时候截止"),
        "invalid": _invalid(vote),
    }
    lines = [
        {**_voter(vote, sheet.entry, parts.get(sheet.entry.id, [])), **_code(sheet), "id": _ballot_number(sheet)}
        for sheet in sheets
    ]
    fullest = max(lines, key=lambda line: (len(line["parts"]), len(line["label"])))
    return {**_shared(scene, words), "sheets": lines, "fullest": fullest}


def authority(scene: Scene, entry: RollEntry | None, parts: Sequence[RollPart]) -> dict[str, Any]:
    """The data of votes/authority.typ: principal, part, agent, item, opinion, period, signature, date."""
    vote = scene.vote
    words = {
        "authority": _("委托书"),
        "principal_heading": _("委托人"),
        "principal": _("姓名"),
        "parts": _("哪一处（楼号、室号）"),
        "agent_heading": _("受托人：请他代我投这一项"),
        "agent": _("姓名"),
        "agent_address": _("手机号或邮箱"),
        "term": _("有效期"),
        "from": _("从"),
        "to": _("到"),
        "term_hint": _("要包括投票的日子，最晚到 %(when)s 截止。", when=moment_text(vote.closes_at)),
        "rules": [
            _("1. 受托人只能照我上面勾的意见投，不能改，也不能再转给别人。"),
            _("2. 受托人没投以前，我可以撤回；截止以前，我可以自己改投。"),
            _("3. 登记时拍照留存，由一位监票人对着照片核对，核对过才能用。"),
        ],
    }
    address = public_address(f"/votes/{vote.id}/authorities") + (f"?number={entry.number}" if entry else "")
    blank = {"number": "", "label": "", "parts": [], "total": ""}
    sheet = {**(_voter(vote, entry, parts) if entry else blank), "qr": qr_svg(address), "qr-hint": _("登记时扫这里")}
    return {**_shared(scene, words), "sheet": sheet}


def _shared(scene: Scene, words: Mapping[str, Any]) -> dict[str, Any]:
    vote = scene.vote
    how, example = _how(vote)
    both = {
        "number": _("名册第几号"),
        "item": _("要表决的文字"),
        "how": how,
        "signature": _("签名"),
        "date": _("日期"),
        "where": _("交到哪里"),
        "hash": _("文字校验码 %(hash)s", hash=vote.text_hash[:16]),
    }
    return {
        "lang": language_tag(),
        "body": scene.body.name,
        "words": {**both, **words},
        "vote": {
            "plate": scene.matter.plate,
            "title": vote.title,
            "text": [line for line in vote.text.splitlines() if line.strip()],
            "method": str(vote.method),
            "options": _options(vote),
            "abstain": _abstain(),
            "example": example,
            "closes_at": _("由主持人在会上截止，最迟 %(when)s", when=moment_text(vote.closes_at))
            if vote.closes_in_room
            else moment_text(vote.closes_at),
            "where": _where(vote, scene.place),
            "asks_reason": vote.rule_kind is RuleKind.consensus,
        },
    }


def _options(vote: Vote) -> list[dict[str, Any]]:
    if vote.method is not Method.yes_no:
        return [_option(vote, option) for option in vote.options]
    in_favour = {"code": "", "label": _("同意"), "hint": _("按上面的文字办"), "is_open": True}
    return [in_favour, {"code": "", "label": _("反对"), "hint": _("不按上面的文字办"), "is_open": True}, _abstain()]


def _option(vote: Vote, option: Mapping[str, str]) -> dict[str, Any]:
    """An option of the ballot; one that cannot be chosen says why and has no box."""
    barred, label = option.get("barred", ""), option["label"]
    if barred and vote.is_binding:
        label = _("%(option)s（不能选：%(reason)s）", option=label, reason=barred)
    elif barred:
        label = _("%(option)s（办不到：%(reason)s）", option=label, reason=barred)
    return {"code": option["code"], "label": label, "is_open": not barred or not vote.is_binding}


def _abstain() -> dict[str, Any]:
    return {"code": "", "label": _("弃权"), "hint": _("算参与，但不算同意"), "is_open": True}


def _how(vote: Vote) -> tuple[str, Any]:
    """How the boxes are filled, and what stands in the example: "tick" or texts."""
    most = vote.choice_limit or (vote.seats_to_fill if vote.method in (Method.limited, Method.cumulative) else None)
    if vote.method in MARKS_ONE:
        return _("只在一个方框里打钩，像这样："), "tick"
    if vote.method in RANKS:
        return _("在方框里写名次，1 是最想要的；不写的算最后。像这样："), ["1", "2", "3"]
    if vote.method is Method.cumulative:
        return _("在方框里写给几分，加起来最多 %(most)s 分。像这样：", most=most), ["1", "0"]
    if vote.method is Method.score:
        if most:
            return _("给每一个写一个分数，最高 %(most)s 分。像这样：", most=most), ["3", "0"]
        return _("给每一个写一个分数。像这样："), ["3", "0"]
    if most:
        return ngettext("最多打 %(num)s 个钩，像这样：", "最多打 %(num)s 个钩，像这样：", most), "tick"
    return _("赞成几个就打几个钩，像这样："), "tick"


def _invalid(vote: Vote) -> str:
    if vote.method in MARKS_ONE:
        return _("勾了两个、没签名、交晚了的，都不算参与。交上来的票由两位监票人各读一遍，读得一样才记下。")
    return _("选多了、没签名、交晚了的，都不算参与。交上来的票由两位监票人各读一遍，读得一样才记下。")


def _where(vote: Vote, place: Place) -> str:
    """What the notice says of how to vote, and who answers the telephone."""
    contact = " ".join(filter(None, (place.contact_name, place.contact_phone, place.contact_hours)))
    return " · ".join(filter(None, (vote.notice.get("how_to_vote"), contact))) or "—"


def _voter(vote: Vote, entry: RollEntry, parts: Sequence[RollPart]) -> dict[str, Any]:
    """Who votes with this sheet: the number on the roll, the parts with their areas, and the area that counts."""
    shown = parts_lines(parts)
    total = _("计票面积 %(area)s ㎡", area=_metres(entry.area)) if parts else ""
    return {"number": str(entry.number), "label": entry.label, "parts": shown, "total": total}


def parts_lines(parts: Sequence[RollPart]) -> list[str]:
    """The first parts with their areas, and how many there are where there are more."""
    shown = [_part(part) for part in parts[:PARTS_SHOWN]]
    return shown if len(parts) <= PARTS_SHOWN else [*shown, _("……一共 %(count)s 处", count=len(parts))]


def _part(part: RollPart) -> str:
    source = {"register": _("登记簿"), "survey": _("实测"), "contract": _("合同")}[str(part.area_source)]
    facts = {"label": part.label, "area": _metres(part.area), "source": source}
    if part.is_parking:
        return _("%(label)s（车位） %(area)s ㎡，%(source)s", **facts)
    return _("%(label)s %(area)s ㎡，%(source)s", **facts)


def _metres(area: int) -> str:
    return f"{area // 100:,}.{area % 100:02}"


def _ballot_number(sheet: Sheet) -> str:
    return _("票号 %(token)s", token=sheet.paper.token)


def _code(sheet: Sheet) -> dict[str, str]:
    """The code that leads a teller to the sheet."""
    return {"qr": qr_svg(public_address(f"/votes/paper/{sheet.paper.token}")), "qr-hint": _("监票人扫这里")}


def qr_svg(address: str) -> str:
    """A code as SVG. Always with the same mask: trying all eight for each of two thousand takes five times as long."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False, mask=3).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def qr_markup(address: str) -> Markup:
    """A code to stand in a page."""
    picture = segno.make(address, error="m", micro=False)
    return Markup(picture.svg_inline(scale=4, border=2))  # noqa: S704 - our own drawing, no text of anybody in it
