"""What the offices fill in about cases."""

from __future__ import annotations

from deliberation.cases.forms.clocks import (
    PauseForm,
    SplitForm,
    SuggestionForm,
)
from deliberation.cases.forms.hand_over import (
    LEVELS,
    AskAnotherForm,
    AskAssistanceForm,
    ChiefForm,
    DecideLeadForm,
    FinishAssistanceForm,
    HandBackForm,
    LevelForm,
)
from deliberation.cases.forms.handling import (
    LONGEST_TEXT,
    ApprovalForm,
    AskExtensionForm,
    ContactForm,
    DecideExtensionForm,
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
    "LEVELS",
    "LONGEST_TEXT",
    "ApprovalForm",
    "AskAnotherForm",
    "AskAssistanceForm",
    "AskExtensionForm",
    "ChiefForm",
    "ContactForm",
    "DecideExtensionForm",
    "DecideLeadForm",
    "DispatchForm",
    "DropLimitForm",
    "ExtendForm",
    "FinishAssistanceForm",
    "HandBackForm",
    "LevelForm",
    "LimitForm",
    "PauseForm",
    "ProgressForm",
    "ReplyForm",
    "SplitForm",
    "SuggestionForm",
    "TakeUpForm",
]
