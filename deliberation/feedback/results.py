"""What a vote came to, in words for a notice: for and against, or each option with its figures, and every test.

Only a vote for or against a text has "for" and "against" to tell of. Where several may be picked the count knows them
too, for the leading option (``votes.counting.Tally``), and there they would be false to a reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import gettext, ngettext

from deliberation.kernel.errors import N_
from deliberation.kernel.i18n import number

Result = Mapping[str, Any]

TESTS = {
    "quorum": N_("参与"),
    "quorum_heads": N_("参与的户数"),
    "quorum_area": N_("参与的面积"),
    "approval": N_("同意"),
    "approval_heads": N_("同意的户数"),
    "approval_area": N_("同意的面积"),
    "majority": N_("同意比反对多"),
    "chambers": N_("各组"),
}
PLAIN = frozenset({"charter", "present_majority", "all_members_majority"})


def is_plain(result: Result) -> bool:
    """Whether one quorum and one line of approval, in votes, are all there is to say."""
    is_whole = not any(test["chamber"] or test["unit"] == "area" for test in result["tests"])
    return result["rule_kind"] in PLAIN and not result["options"] and is_whole


def told(result: Result, labels: Mapping[str, str]) -> str:
    """Line by line. ``labels`` are the words of the options by their codes; none where they are not known."""
    counted = _options(result, labels) if result["options"] else [_for_and_against(result)]
    tests = [] if result["rule_kind"] == "consensus" else [_test(test, result) for test in result["tests"]]
    return "\n".join([*counted, _received(result), *_ends(result), *tests])


def lacks(result: Result) -> list[dict[str, Any]]:
    """The tests that did not hold, everybody's before those of a chamber, as they are kept for ``lacking``.

    Where too few took part it is they who are told of: nobody asks then what was enough in favour.
    """
    names = ("test", "option", "chamber", "unit", "missing")
    is_owners, is_short = result["rule_kind"] == "owners", result["outcome"] == "no_quorum"
    failed = [test for test in result["tests"] if not test["holds"]]
    failed = [test for test in failed if not is_short or test["test"].startswith("quorum")]
    failed.sort(key=lambda test: bool(test["chamber"]))
    return [{**{name: test[name] for name in names}, "is_owners": is_owners} for test in failed]


def lacking(tests: Sequence[Mapping[str, Any]]) -> str:
    """ "同意的户数还差 1 户，同意的面积还差 12.50 ㎡"."""
    said = (
        gettext("%(what)s还差 %(count)s", what=_name(test), count=_amount(test["missing"], test))
        if test["missing"]
        else gettext("%(what)s不够", what=_name(test))
        for test in tests
    )
    return gettext("，").join(said)


def _for_and_against(result: Result) -> str:
    return gettext(
        "同意 %(in_favour)s，反对 %(against)s，弃权 %(abstain)s。",
        in_favour=result["for"],
        against=result["against"],
        abstain=result["abstain"],
    )


def _options(result: Result, labels: Mapping[str, str]) -> list[str]:
    lines = [
        gettext("%(option)s：%(figures)s", option=_option(code, labels), figures=_figures(figures, result))
        + (gettext("（办不到，不会选出来）") if code in result.get("barred", ()) else "")
        for code, figures in result["options"].items()
    ]
    if result["abstain"]:
        lines.append(gettext("弃权：%(figures)s", figures=_figures({"votes": result["abstain"]}, result)))
    return lines


def _option(code: str, labels: Mapping[str, str]) -> str:
    label = labels.get(code, code)
    return code if label == code else f"{code} {label}"


def _figures(figures: Mapping[str, Any], result: Result) -> str:
    is_owners = result["rule_kind"] == "owners"
    name = next((each for each in ("points", "wins", "heads", "votes") if each in figures), "votes")
    key = "votes" if name == "heads" and not is_owners else "heads" if name == "votes" and is_owners else name
    said = _one_figure(key, figures.get(name, 0))
    if is_owners and "area" in figures:
        return gettext("%(heads)s、%(area)s ㎡", heads=said, area=_metres(figures["area"]))
    return said


def _one_figure(name: str, count: int | str) -> str:
    """What an option has got in its unit; a count that is shared ("13/3") is worded as several."""
    many = count if isinstance(count, int) else 2
    said = _count(count)
    if name == "points":
        return ngettext("%(said)s 分", "%(said)s 分", many, said=said)
    if name == "wins":
        return gettext("两两相比赢 %(count)s 次", count=said)
    if name == "heads":
        return ngettext("%(said)s 户", "%(said)s 户", many, said=said)
    return ngettext("%(said)s 票", "%(said)s 票", many, said=said)


def _received(result: Result) -> str:
    if result["rule_kind"] == "owners":
        return gettext("参与 %(cast)s 户，名册 %(members)s 户。", cast=result["cast"], members=result["members"])
    return gettext("收到 %(cast)s 票，名册 %(members)s 票。", cast=result["cast"], members=result["members"])


def _ends(result: Result) -> list[str]:
    """How a ranking was counted round by round, and who came of it."""
    lines = [_round(each) for each in result.get("rounds", ()) if "counts" in each]
    if result.get("winners"):
        winners = gettext("、").join(result["winners"])
        is_asked = result["rule_kind"] == "advisory"
        lines.append(
            gettext("选得最多、又办得到的是：%(winners)s。", winners=winners)
            if is_asked and result.get("barred")
            else gettext("选得最多的是：%(winners)s。", winners=winners)
            if is_asked
            else gettext("选出：%(winners)s。", winners=winners)
        )
    if result.get("run_off"):
        options = gettext("、").join(result["run_off"])
        lines.append(gettext("没有一个选项够票。可以把 %(options)s 再表决一次。", options=options))
    return lines


def _round(one: Mapping[str, Any]) -> str:
    counts = gettext("，").join(f"{code} {_count(count)}" for code, count in one["counts"].items())
    said = gettext("第 %(round)s 轮：%(counts)s。", round=one.get("round", 1), counts=counts)
    if one.get("elected"):
        said += gettext("%(options)s 选出。", options=gettext("、").join(one["elected"]))
    return said + gettext("%(option)s 退出。", option=one["eliminated"]) if one.get("eliminated") else said


def _test(test: Mapping[str, Any], result: Result) -> str:
    """ "参与线：3 × 151 = 453 ≥ 2 × 193 = 386，够。"."""
    sign = {(True, True): ">", (True, False): "≥", (False, True): "≤", (False, False): "<"}[
        (test["holds"], test["strict"])
    ]
    left, right = (_side(test[f"{side}_factor"], test[f"{side}_number"], test["unit"]) for side in ("left", "right"))
    facts = {"working": f"{left} {sign} {right}", "missing": _missing(test, result)}
    if test["test"] == "quorum" and is_plain(result):
        says = N_("参与线：%(working)s，够。"), N_("参与线：%(working)s，还差 %(missing)s。")
    elif test["test"] == "approval" and is_plain(result):
        says = N_("通过线：%(working)s，够。"), N_("通过线：%(working)s，还差 %(missing)s。")
    else:
        facts["what"] = _name(test)
        says = N_("%(what)s：%(working)s，够。"), N_("%(what)s：%(working)s，还差 %(missing)s。")
    if test["holds"] or test["missing"]:
        sentence = says[0] if test["holds"] else says[1]
        return gettext(sentence) % facts
    return gettext("%(what)s：%(working)s，不够。", what=_name(test), working=facts["working"])


def _missing(test: Mapping[str, Any], result: Result) -> str:
    return _amount(test["missing"], {**test, "is_owners": result["rule_kind"] == "owners"})


def _name(test: Mapping[str, Any]) -> str:
    of = [each for each in (test["option"], test["chamber"]) if each]
    name = TESTS[test["test"]]
    return " · ".join([*of, gettext(name)])


def _amount(count: int, test: Mapping[str, Any]) -> str:
    """What is missing in its unit; heads are households of owners and people of anybody else."""
    if test["unit"] == "area":
        return gettext("%(count)s ㎡", count=_metres(count))
    if test["unit"] == "heads" and not test["is_owners"]:
        return ngettext("%(num)s 人", "%(num)s 人", count)
    return _one_figure(test["unit"], count)


def _side(factor: int, count: int, unit: str) -> str:
    """ "3 × 151 = 453"; the number alone where its factor is one, as on the vote's page."""
    write = _metres if unit == "area" else str
    return write(count) if factor == 1 else f"{factor} × {write(count)} = {write(factor * count)}"


def _metres(area: int) -> str:
    """0.01 ㎡ as people write areas."""
    return f"{area // 100:,}.{area % 100:02d}"


def _count(count: int | str) -> str:
    """A count that may be shared, "13/3": "4 又 1/3"."""
    if isinstance(count, int):
        return number(count)
    whole, rest = divmod(Fraction(count), 1)
    return gettext("%(whole)s 又 %(rest)s", whole=number(int(whole)), rest=str(rest)) if rest else number(int(whole))
