"""Writers of one SQLite file take turns in the order in which they come.

SQLite lets one write at a time, and whoever finds it taken looks again every tenth of a second: under load others come
in between again and again, and an unlucky one gives up after all its patience although nobody writes for long. Inside a
process they therefore wait for each other here; only processes still meet at the file.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A lock that is given to whoever has waited longest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False

    def take(self, *, seconds: float) -> bool:
        """Wait for one's turn, ``seconds`` at most; whether it came. Whoever has it gives it back."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._guard:
            if mine.is_set():  # It came at the last moment.
                return True
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
