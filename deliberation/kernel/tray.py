"""A tray: what arrives together is written together, in one transaction instead of one each (docs/decisions/0014).

Whoever lays something in while nobody carries takes all that lies there and carries it in; the others wait for their
answers. So there is no thread to start, to stop or to lose: each piece lies in the tray as long as a request stands
beside it, and there are never more of them than requests. It works alike under threads and under gevent.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


class _Waiting(Generic[Piece, Answer]):
    """A piece in the tray. Its owner is woken to take the answer or the error, or, with neither, to carry."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.woken = threading.Event()
        self.answers: list[Answer] = []
        self.error: Exception | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.answers) or self.error is not None


class Tray(Generic[Piece, Answer]):
    """``carry(pieces)`` opens its own transaction and returns one answer a piece, in their order.

    When it raises, it is called again for each piece alone, so that nobody is refused for what somebody else laid in;
    what it raises then is raised where that piece was laid in. ``gives_up_on`` are errors that would only come again,
    a database that is away: once one piece alone has met one, so have the rest. Whoever is handed the duty waits
    ``pause`` seconds first: that there was a queue says that more are at the door, and one way can serve them too.
    """

    def __init__(
        self,
        carry: Callable[[Sequence[Piece]], Sequence[Answer]],
        *,
        most: int = 64,
        pause: float = 0.0,
        gives_up_on: tuple[type[Exception], ...] = (),
    ) -> None:
        self._carry, self._most, self._pause, self._gives_up_on = carry, most, pause, gives_up_on
        self._empty()
        os.register_at_fork(after_in_child=self._empty)

    def _empty(self) -> None:
        """A child of a fork begins with nothing: who lay in its parent's tray is answered by the parent."""
        self._lock = threading.Lock()
        self._lying: deque[_Waiting[Piece, Answer]] = deque()
        self._is_carried = False

    def lay_in(self, piece: Piece) -> Answer:
        """Wait until ``piece`` has been carried in and return its answer, or raise what carrying it raised."""
        own: _Waiting[Piece, Answer] = _Waiting(piece)
        with self._lock:
            is_carrier, self._is_carried = not self._is_carried, True
            if not is_carrier:
                self._lying.append(own)
        if not is_carrier:
            self._wait(own)
        if not own.is_answered:
            self._carry_with(own, after=0.0 if is_carrier else self._pause)
        if own.error is not None:
            raise own.error
        return own.answers[0]

    def _wait(self, own: _Waiting[Piece, Answer]) -> None:
        try:
            own.woken.wait()
        except BaseException:  # Ended while waiting, as a greenlet can be: take the piece back, and the duty with it.
            with self._lock:
                if own in self._lying:
                    self._lying.remove(own)
                is_carrier = own.woken.is_set() and not own.is_answered
            if is_carrier:
                self._hand_on()
            raise

    def _carry_with(self, own: _Waiting[Piece, Answer], *, after: float) -> None:
        """Carry the own piece, and with it what lies there ``after`` so many seconds."""
        taken = [own]
        try:
            if after:
                time.sleep(after)
            with self._lock:
                taken += [self._lying.popleft() for _ in range(min(self._most - 1, len(self._lying)))]
            self._answer(taken)
        except BaseException:  # The carrier itself is being ended: the others are carried by the next.
            with self._lock:
                self._lying.extendleft(reversed([each for each in taken if each is not own and not each.is_answered]))
            raise
        finally:
            self._hand_on()
            for each in taken:
                if each.is_answered:
                    each.woken.set()

    def _hand_on(self) -> None:
        """Let the owner of the first piece that still lies there carry next."""
        with self._lock:
            self._is_carried = bool(self._lying)
            if self._lying:
                self._lying.popleft().woken.set()

    def _answer(self, taken: Sequence[_Waiting[Piece, Answer]]) -> None:
        try:
            answers = self._carry([each.piece for each in taken])
        except Exception as error:
            if len(taken) == 1:
                taken[0].error = error
            else:
                self._answer_singly(taken)
        else:
            for each, answer in zip(taken, answers, strict=True):
                each.answers.append(answer)

    def _answer_singly(self, taken: Sequence[_Waiting[Piece, Answer]]) -> None:
        lost: Exception | None = None
        for each in taken:
            if lost is not None:
                each.error = lost
                continue
            self._answer([each])
            if isinstance(each.error, self._gives_up_on):
                lost = each.error
