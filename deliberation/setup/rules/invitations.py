"""Invitations: for one purpose, until one day, for so many people, and not once they are called back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from deliberation.kernel.errors import N_, Refusal

MOST_USES = 2000
MOST_DAYS = 90


class InvitationUnknown(Refusal):
    code = "invitation_unknown"
    status = 404
    sentence = N_("这个邀请不对，网址可能没复制全。请从收到的消息里重新点开，或者请发邀请的人再发一次。")


class InvitationRevoked(Refusal):
    code = "invitation_revoked"
    status = 410
    sentence = N_("这个邀请已经收回了。需要的话，请联系发邀请的人，或者自己开通账号。")


class InvitationExpired(Refusal):
    code = "invitation_expired"
    status = 410
    sentence = N_("这个邀请 %(until)s 到期了。请发邀请的人再发一个；也可以自己开通账号。")


class InvitationUsedUp(Refusal):
    code = "invitation_used_up"
    status = 410
    sentence = N_("这个邀请的名额用完了。请发邀请的人再发一个；也可以自己开通账号。")


class InvitationForAnother(Refusal):
    code = "invitation_for_another"
    status = 403
    sentence = N_("这个邀请写明了给另一个手机号或邮箱。请用收到邀请的号码登录，再点一次。")


class SeatTaken(Refusal):
    code = "invitation_seat_taken"
    sentence = N_("这一席已经有人坐了，或者撤了。账号照样能用，席位的事请联系发邀请的人。")


@dataclass(frozen=True)
class InvitationTerms:
    """``address`` is the phone or email it is meant for, as it is stored; empty for whoever has the link."""

    uses_allowed: int
    uses: int
    expires_at: datetime
    is_revoked: bool
    address: str


def refusal_to_accept(terms: InvitationTerms, *, addresses: Collection[str], now: datetime) -> Refusal | None:
    """Why somebody who signs in with ``addresses`` cannot use the invitation now; ``None`` when they can."""
    if terms.is_revoked:
        return InvitationRevoked()
    if now >= terms.expires_at:
        return InvitationExpired(until=terms.expires_at)
    if terms.uses >= terms.uses_allowed:
        return InvitationUsedUp()
    if terms.address and terms.address not in addresses:
        return InvitationForAnother()
    return None
