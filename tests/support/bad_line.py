"""A line that loses, holds up and repeats the messages of sockets, and is cut now and then, all by a seeded chance.

Only what Socket.IO calls an event or an acknowledgement is touched: the line itself answers its pings.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter

FATES = {"cut": 0.002, "lost": 0.02, "repeated": 0.04, "held up": 0.04, "passed": 0.898}
LONGEST_DELAY = 0.3  # Seconds; what comes after is not held up and arrives first.


class BadLine:
    """Listens on ``port`` and passes on to ``target``; ``is_calm`` makes it a good line, ``did`` counts what it did."""

    def __init__(self, target: int, *, chance: random.Random) -> None:
        self.port, self.is_calm, self.did = 0, False, Counter[str]()
        self._target, self._chance = target, chance

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=2**20)
        ways = [
            asyncio.create_task(self._pass_on(reader, far_writer)),
            asyncio.create_task(self._pass_on(far_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, far_writer):
            each.close()
        for way in ways:
            way.cancel()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            writer.write(await reader.readuntil(b"\r\n\r\n"))
            while True:
                frame, is_message = await _next_frame(reader)
                if not is_message or self.is_calm:
                    writer.write(frame)
                elif not self._fate(frame, writer):
                    return

    def _fate(self, frame: bytes, writer: asyncio.StreamWriter) -> bool:
        """Whether the line lives on."""
        (what,) = self._chance.choices(list(FATES), list(FATES.values()))
        self.did[what] += 1
        if what == "held up":
            asyncio.get_running_loop().call_later(LONGEST_DELAY * self._chance.random(), _write, writer, frame)
        elif what in ("repeated", "passed"):
            writer.write(frame * (2 if what == "repeated" else 1))
        return what != "cut"


def _write(writer: asyncio.StreamWriter, frame: bytes) -> None:
    if not writer.is_closing():
        writer.write(frame)


async def _next_frame(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """A whole websocket frame as it stands on the line, and whether it is an event or an acknowledgement."""
    head = await reader.readexactly(2)
    size, is_masked = head[1] & 0x7F, bool(head[1] & 0x80)
    if size > 125:
        more = await reader.readexactly(2 if size == 126 else 8)
        head, size = head + more, int.from_bytes(more)
    mask = await reader.readexactly(4) if is_masked else b""
    body = await reader.readexactly(size)
    start = bytes(each ^ key for each, key in zip(body[:2], mask or b"\0\0", strict=False))
    return head + mask + body, start in (b"42", b"43")
