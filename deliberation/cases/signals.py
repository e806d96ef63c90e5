"""What other rooms may hear from this one, in the same transaction."""

from __future__ import annotations

from blinker import Signal

# Sent with the case, ``reply=`` and ``now=`` once a reply is recorded: feedback drafts the notice to everyone.
case_replied = Signal("case_replied")
