"""Checking in by the code on the screen, and the link the screen itself is opened by."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from deliberation.kernel.errors import N_, Refusal
from deliberation.meetings.rules.states import MeetingState

CHECK_IN_EARLY = timedelta(hours=1)
CODE_SECONDS = 30  # A code changes this often; the one before still holds, so a photo is worthless after 60 s.


def check_in_code(secret: bytes, *, meeting_id: int, at: datetime) -> str:
    """Six digits that change every 30 s, from the meeting's secret."""
    return _code(secret, meeting_id=meeting_id, window=int(at.timestamp()) // CODE_SECONDS)


def check_in_code_valid(secret: bytes, code: str, *, meeting_id: int, at: datetime) -> bool:
    """Whether ``code`` is of this window or the one before; it is shown as "732 304" and may be typed so."""
    window = int(at.timestamp()) // CODE_SECONDS
    given = "".join(code.split()).encode(errors="replace")
    return any(
        hmac.compare_digest(given, _code(secret, meeting_id=meeting_id, window=each).encode())
        for each in (window, window - 1)
    )


def _code(secret: bytes, *, meeting_id: int, window: int) -> str:
    digest = hmac.new(secret, f"{meeting_id}:{window}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


class CodeExpired(Refusal):
    code = "code_expired"
    sentence = N_("这个签到码不对，或者过期了。请照大屏上现在的码重新填，或请主持人代签。")


class CheckInClosed(Refusal):
    code = "check_in_closed"
    sentence = N_("现在不能签到。开会前 1 小时到散会之间可以签到。")


def refusal_to_check_in(*, state: MeetingState, starts_at: datetime, now: datetime) -> Refusal | None:
    """From an hour before the beginning until the end, recess included."""
    if state in (MeetingState.open, MeetingState.recess):
        return None
    is_near = state is MeetingState.noticed and now >= starts_at - CHECK_IN_EARLY
    return None if is_near else CheckInClosed()


def screen_key(secret: bytes, *, meeting_id: int) -> str:
    """What a signed link to the room's big screen carries, so that the projector needs no account."""
    return hmac.new(secret, f"screen:{meeting_id}".encode(), hashlib.sha256).hexdigest()[:40]


def screen_key_valid(secret: bytes, key: str, *, meeting_id: int) -> bool:
    return hmac.compare_digest(key.encode(errors="replace"), screen_key(secret, meeting_id=meeting_id).encode())
