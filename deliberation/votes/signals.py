"""What votes tells the rooms above, in the same transaction."""

from __future__ import annotations

from blinker import Signal

vote_settled = Signal("Sent with the vote and ``now=`` once its result has been announced.")
