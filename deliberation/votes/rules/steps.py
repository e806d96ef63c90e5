"""The life of a vote: its states, and who may take the next step when (domain.md C3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from deliberation.kernel.errors import N_, Refusal
from deliberation.votes.counting import Outcome, RuleKind


class VoteState(StrEnum):
    """domain.md C3. ``closed`` waits for the tellers' sheets; a vote without paper is counted as it closes."""

    draft = "draft"
    legal_check = "legal_check"
    published = "published"
    voting = "voting"
    closed = "closed"
    counted = "counted"
    announced = "announced"
    objection_window = "objection_window"
    external_approval_pending = "external_approval_pending"
    effective = "effective"
    suspended = "suspended"
    annulled = "annulled"
    cancelled = "cancelled"


_SIDE = frozenset({VoteState.suspended, VoteState.annulled})
VOTE_MOVES: Mapping[VoteState, frozenset[VoteState]] = {
    VoteState.draft: frozenset({VoteState.legal_check, VoteState.published, VoteState.cancelled}),
    VoteState.legal_check: frozenset({VoteState.draft, VoteState.cancelled}),
    VoteState.published: frozenset({VoteState.voting, VoteState.cancelled}),
    VoteState.voting: frozenset({VoteState.closed, VoteState.counted}),
    VoteState.closed: frozenset({VoteState.counted}),
    VoteState.counted: frozenset({VoteState.announced}),
    VoteState.announced: frozenset(
        {VoteState.objection_window, VoteState.external_approval_pending, VoteState.effective}
    ),
    VoteState.objection_window: frozenset({VoteState.external_approval_pending, VoteState.effective}) | _SIDE,
    VoteState.external_approval_pending: frozenset({VoteState.effective}) | _SIDE,
    VoteState.effective: _SIDE,
    VoteState.suspended: frozenset(
        {VoteState.objection_window, VoteState.external_approval_pending, VoteState.effective, VoteState.annulled}
    ),
    VoteState.annulled: frozenset(),
    VoteState.cancelled: frozenset(),
}


class VoteStateChanged(Refusal):
    code = "vote_state"
    sentence = N_("表决现在不在这一步，不能这样做。请刷新看看现在到哪里了。")


class NobodyChecks(Refusal):
    code = "nobody_checks"
    sentence = N_("这里还没有居委会的账号，没人能审查。请管理员先任命一位居委会，再送审。")


class VoteNotOpen(Refusal):
    code = "vote_not_open"
    sentence = N_("表决还没开始。%(opens_at)s 开始，到时再来投。")


class VoteClosed(Refusal):
    code = "vote_closed"
    sentence = N_("表决已截止。%(closed_at)s 截止，您这一票没有记入。")


class VoteCancelled(Refusal):
    code = "vote_cancelled"
    sentence = N_("这次表决已经取消，您这一票没有记入。取消的原因写在这件事的页面上。")


class NotOnRoll(Refusal):
    code = "not_on_roll"
    status = 403
    sentence = N_("您不在这次表决的名册里。有疑问请联系联络站核对名册。")


class AdviserHasNoBallot(NotOnRoll):
    sentence = N_("您是顾问，可以发言，没有表决票。这次由有表决权的席位投票。")


class BallotIdReused(Refusal):
    code = "ballot_id_reused"
    sentence = N_("这张票已经用别的选择交过了。请刷新页面，再选一次。")


class SecretBallotElsewhere(Refusal):
    code = "secret_ballot_elsewhere"
    sentence = N_("这是秘密表决，您已经投过了。要改，只能在投出那张票的设备上改，因为别处都不知道哪一张是您的。")


class ReasonForObjection(Refusal):
    code = "reason_for_objection"
    status = 422
    sentence = N_("这次要大家都不反对才定。反对请写一句理由，好让大家接着商量。")


class OptionBarred(Refusal):
    code = "option_barred"
    status = 422
    sentence = N_("%(option)s 不能选：%(reason)s。这一票还没有记下，请换一个。")


def refusal_to_name(named: Collection[str], *, barred: Mapping[str, str], is_binding: bool) -> Refusal | None:
    """What cannot be built cannot be decided on; people may still say in a poll that they wanted it (domain.md E3)."""
    found = sorted(option for option in named if option in barred) if is_binding else []
    return OptionBarred(option=found[0], reason=barred[found[0]]) if found else None


class RecordNotYet(Refusal):
    code = "record_not_yet"
    sentence = N_("结果公布以后才能下载核验包。刚公布的请等几秒，日志正在编号。")


class TextImmutable(Refusal):
    code = "text_immutable"
    sentence = N_("表决文字发布后就锁定，不能再改。要改，请另发一个新版本。")


class TextMissing(Refusal):
    code = "text_missing"
    status = 422
    sentence = N_("还没写要表决的文字。写好再发布。")


class TimesWrong(Refusal):
    code = "times_wrong"
    status = 422
    sentence = N_("截止时间要在开始时间之后，也要在现在之后。")


class NoticeMissing(Refusal):
    code = "notice_missing"
    sentence = N_("会议通知还没发，或这一项没写进通知，不能发布表决。")


class VoteUnderWay(Refusal):
    code = "vote_under_way"
    sentence = N_("这件事已经有一项表决在准备或进行。先把那一项办完，再准备新的。")


class MatterNotReady(Refusal):
    code = "matter_not_ready"
    sentence = N_("这件事还没受理，或已经办结，现在不能表决。受理之后再来准备。")


class BallotsOnTheseWords(Refusal):
    code = "ballots_on_these_words"
    sentence = N_("大家已经在照通知的文字投票，会上不能再改。有不同意见，可以投反对，或者等结果出来再提新的动议。")


class PublishedToOwners(Refusal):
    code = "published_to_owners"
    sentence = N_("这项业主表决已经公示，文字锁定，会上不能改。要改，先取消这项表决，再另行公示 15 天。")


class NothingToVoteOn(Refusal):
    code = "nothing_to_vote_on"
    sentence = N_("这一项没有对应的事，也没有动议，没有可以表决的文字。")


class RollEmpty(Refusal):
    code = "roll_empty"
    sentence = N_("名册里还没有有表决权的席位，不能发布表决。")


class StillOpen(Refusal):
    code = "vote_still_open"
    sentence = N_("还有一项表决没截止。先截止表决，再散会。")


class TellerHasInterest(Refusal):
    code = "teller_has_interest"
    status = 403
    sentence = N_("您对这件事申报了利害关系，不能计票或宣读。请换一位。")


NOT_YET_OR_NO_LONGER = frozenset({"screening", "returned", "redirected", "merged", "withdrawn", "closed"})


def refusal_to_prepare(
    *, matter_state: str, is_closed: bool, has_vote_under_way: bool, opens_at: datetime, closes_at: datetime
) -> Refusal | None:
    """An accepted matter that is not closed and has no other vote under way; times in order."""
    if is_closed or matter_state in NOT_YET_OR_NO_LONGER:
        return MatterNotReady()
    if has_vote_under_way:
        return VoteUnderWay()
    return TimesWrong() if closes_at <= opens_at else None


class NotTheNoticedText(Refusal):
    code = "not_the_noticed_text"
    sentence = N_("会议通知里写的动议是另一段文字，通知发出后不能改。请照通知里的文字表决，或另开一次会。")


class NotTheMotion(Refusal):
    code = "not_the_motion"
    sentence = N_("会上正在讨论的动议是另一段文字。请照现在的动议表决；照旧文字准备的表决，请先取消。")


def refusal_of_text(*, text: str, noticed: str, motion: str | None = None) -> Refusal | None:
    """Only what stood in the notice may be voted (C3): ``noticed`` is its motion, empty where it had none.

    ``motion`` is what is before a meeting in session; whether its words may differ from the notice's is for the
    meeting's own rule.
    """
    if motion is not None:
        return NotTheMotion() if text.split() != motion.split() else None
    return NotTheNoticedText() if noticed.strip() and text.split() != noticed.split() else None


CASTING_OR_CAST = frozenset({VoteState.voting, VoteState.closed, VoteState.counted})


def refusal_to_change_words(*, state: VoteState, rule_kind: RuleKind) -> Refusal | None:
    """Whether a meeting may change the words of a motion for which this vote stands."""
    if state in CASTING_OR_CAST:
        return BallotsOnTheseWords()
    is_posted = state is VoteState.published and rule_kind is RuleKind.owners
    return PublishedToOwners() if is_posted else None


class ReadBackFirst(Refusal):
    code = "read_back_first"
    sentence = N_("这项表决已经计票，还没宣读。先宣读结果，再记下决定。")


class NotYetDecided(Refusal):
    code = "not_yet_decided"
    sentence = N_("这项表决还没有结果，不能把动议写成已经定了的事。等截止、计票、宣读以后再记。")


class NotWhatWasDecided(Refusal):
    code = "not_what_was_decided"
    sentence = N_("这项表决没有通过，不能把动议写成已经定了的事。请写大家说好的下一步。")


def refusal_to_write_down(*, state: VoteState, outcome: Outcome | None, motion: str, text: str) -> Refusal | None:
    """A decision waits for the result to be read back; a motion that did not pass is not written down as decided.

    Nor is one that is still being voted on. Another text may be: what the room agreed to do meanwhile.
    """
    if state is VoteState.counted:
        return ReadBackFirst()
    if text.split() != motion.split():
        return None
    if state in (VoteState.voting, VoteState.closed):
        return NotYetDecided()
    return NotWhatWasDecided() if outcome is not None and outcome is not Outcome.passed else None


def not_carried(votes: Sequence[tuple[VoteState, Outcome | None]]) -> Outcome | None:
    """What an item's last announced vote came to when it did not carry its motion, else ``None``.

    ``votes`` are state and outcome, the oldest first, without drafts and cancelled ones. A question that only asked
    neither carries nor loses anything.
    """
    last = votes[-1][1] if votes else None
    return last if last in (Outcome.failed_approval, Outcome.no_quorum, Outcome.tie) else None


def decided_nothing(votes: Sequence[tuple[VoteState, Outcome | None]]) -> bool:
    """Whether all of an item's votes are over, and the last one left its motion where it was: too few ballots, or a
    question that only asked. ``votes`` are state and outcome, the oldest first, without drafts and cancelled ones."""
    if not votes or any(state is not VoteState.announced for state, _outcome in votes):
        return False
    return votes[-1][1] in (Outcome.no_quorum, Outcome.advisory)


class StandingUnseen(Refusal):
    """The page was opened before the ballot that stands was cast: whoever votes on it has not seen what it replaces.

    ``earlier`` and ``choice`` are what the two ballots say, ``standing`` is the earlier one's receipt in hexadecimal:
    a ballot that names it as known takes its place.
    """

    code = "standing_unseen"
    sentence = N_("这一页打开以后，您在别处投过这一票，选的和这一次不一样。还没有换掉它，请看过再决定。")

    def __init__(self, *, earlier: str, choice: str, standing: str) -> None:
        self.earlier, self.choice, self.standing = earlier, choice, standing
        super().__init__()


class CastBallot(Protocol):
    """A ballot that was recorded: what it says, and the hash of its leaf, which is its receipt."""

    @property
    def choice(self) -> str: ...
    @property
    def leaf_hash(self) -> bytes: ...


def refusal_to_change_unseen(*, choice: str, standing: CastBallot | None, known: str | None) -> Refusal | None:
    """R-18 lets a later ballot take the place of an earlier one; nobody does that without having seen it.

    ``known`` is the receipt of the ballot that the page showed, empty for none, and none where it said nothing. The
    same choice once more changes nothing, so nothing is asked.
    """
    if known is None or standing is None or standing.choice == choice:
        return None
    receipt = standing.leaf_hash.hex()  # Empty for one that came at this very moment: nobody can have seen it.
    return (
        None
        if receipt and receipt == known
        else StandingUnseen(earlier=standing.choice, choice=choice, standing=receipt)
    )


def refusal_to_move(current: VoteState, wanted: VoteState) -> Refusal | None:
    return None if wanted in VOTE_MOVES[current] else VoteStateChanged()


def refusal_to_cast(
    *,
    state: VoteState,
    opens_at: datetime,
    closes_at: datetime,
    is_on_roll: bool,
    now: datetime,
    closed_at: datetime | None = None,
    other_way: Refusal | None = None,
) -> Refusal | None:
    """A ballot counts from the opening to the close, by the server's clock, from whom the roll names.

    ``closed_at`` is when the vote was in fact closed, which a chair may do before ``closes_at``. ``other_way`` is what
    ``refusal_of_channel`` says; a voter hears of it before the opening already, while there is time for paper.
    """
    if not is_on_roll:
        return NotOnRoll()
    if state in (VoteState.draft, VoteState.published):
        return other_way or VoteNotOpen(opens_at=opens_at)
    if state is VoteState.cancelled:
        return VoteCancelled()
    if state is not VoteState.voting or now >= closes_at:
        return VoteClosed(closed_at=closed_at or min(now, closes_at))
    return other_way


def refusal_to_publish(
    *,
    state: VoteState,
    text: str,
    opens_at: datetime,
    closes_at: datetime,
    is_in_notice: bool,
    now: datetime,
) -> Refusal | None:
    """A draft with a text, times in order, and listed in the notice where it belongs to a meeting."""
    refusal = refusal_to_move(state, VoteState.published)
    if refusal:
        return refusal
    if not text.strip():
        return TextMissing()
    if closes_at <= opens_at or closes_at <= now:
        return TimesWrong()
    return None if is_in_notice else NoticeMissing()


class VotingTimeRuns(Refusal):
    code = "voting_time_runs"
    sentence = N_("大家收到的通知是投到 %(closes_at)s，没到时间不能提前截止。会上议到这一项，主持人才可以截止。")


def refusal_to_shorten(*, closes_at: datetime, is_at_hand: bool, now: datetime) -> Refusal | None:
    """The time that everybody was told of runs out by itself; only a meeting that has come to it may end it sooner."""
    return None if is_at_hand or now >= closes_at else VotingTimeRuns(closes_at=closes_at)


def refusal_to_count(*, state: VoteState, has_interest: bool) -> Refusal | None:
    """R-40: who declared an interest neither closes, counts nor reads out."""
    if has_interest:
        return TellerHasInterest()
    return refusal_to_move(state, VoteState.counted)
