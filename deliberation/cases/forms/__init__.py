"""What the offices fill in about cases."""

from __future__ import annotations

from deliberation.cases.forms.handling import (
    LONGEST_TEXT,
    ApprovalForm,
    ContactForm,
    ExtendForm,
    ProgressForm,
    ReplyForm,
)
from deliberation.cases.forms.limits import DropLimitForm, LimitForm
from deliberation.cases.forms.opening import (
    DispatchForm,
    TakeUpForm,
)

__all__ = [
    "LONGEST_TEXT",
    "ApprovalForm",
    "ContactForm",
    "DispatchForm",
    "DropLimitForm",
    "ExtendForm",
    "LimitForm",
    "ProgressForm",
    "ReplyForm",
    "TakeUpForm",
]
