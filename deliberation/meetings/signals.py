"""What rooms above may answer to. Receivers run in the same transaction; a Refusal of theirs stops the act."""

from __future__ import annotations

from blinker import Namespace

_namespace = Namespace()

# send(meeting, user_ids=[…]): receivers return what they add to the state of the room, all of it plain JSON:
# {"shared": {"vote": …}, "own": {user_id: {"ballot": …}}, "visitors": {"ballot": …}}; who is not in "own" is a visitor.
room_state_requested = _namespace.signal("room_state_requested")

# send(meeting): receivers raise a Refusal while something of this meeting must be finished first.
meeting_closing = _namespace.signal("meeting_closing")

# send(meeting, now=…): it has ended, and its log is whole.
meeting_closed = _namespace.signal("meeting_closed")

# send(item, text=…): receivers raise a Refusal while this text must not be written down as what was decided, and return
# what the item's last vote came to when it did not carry its motion ("failed_approval", "no_quorum", "tie"), else "".
item_deciding = _namespace.signal("item_deciding")

# send(item): a receiver returns True when the item's vote ended and decided nothing, so that it may be put off.
item_deferring = _namespace.signal("item_deferring")

# send(item, actor=…, now=…, is_final=…): the words of the item's motion are about to change. Receivers raise a Refusal
# while ballots are being cast on the old words; when it is final they take back what was prepared for them.
motion_changing = _namespace.signal("motion_changing")

# send(meeting, standing=…, answers={"for": …, "against": …, "abstain": …}): a receiver that can count returns the
# verdict of the body's own rule as plain JSON with an "outcome".
tally_counting = _namespace.signal("tally_counting")
