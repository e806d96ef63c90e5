"""What other rooms may hear from this one, in the same transaction."""

from __future__ import annotations

from blinker import Signal

# Sent with the case, ``step=`` (meetings.models.AgreedStep) and ``now=`` once a decision of a meeting has been given to
# somebody: feedback drafts the notice to everyone.
decision_taken_up = Signal("decision_taken_up")

# Sent with the case, ``tag=`` and ``now=`` after every act on it that is written into the log: feedback keeps the terms
# that the figures count.
case_recorded = Signal("case_recorded")

# Sent with the case, ``reply=``, ``now=`` and ``at_once=`` (the notice goes out with it) once a reply is recorded:
# feedback drafts the notice to everyone.
case_replied = Signal("case_replied")

# Sent with the case, ``kind=`` (of the message), ``key=``, ``data=`` and ``now=`` once its clock has been paused, has
# gone on or been given more time: feedback tells everyone who took part.
clock_changed = Signal("clock_changed")
