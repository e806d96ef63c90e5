"""What rooms above may add to a body's page. Receivers run while the page is read and change nothing."""

from __future__ import annotations

from blinker import Namespace

_namespace = Namespace()

# send(body, now=…): receivers return (template, part): what the template shows of the body, read from their own room.
body_shown = _namespace.signal("body_shown")
