"""Thousands of open pages in one process: Engine.IO over websockets, written by hand so that little time goes into it.

A frame of ours is "masked" with zeros, which is allowed and spares masking. Compression is not offered.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{cookie}\r\n"
)
Heard = Callable[["Phone", str, bytes], None]


class Phone(asyncio.Protocol):
    """One page. ``heard(phone, event, message)`` is called with each event, undecoded."""

    def __init__(self, port: int, cookie: str = "", heard: Heard | None = None) -> None:
        self._port, self._cookie, self._heard = port, cookie, heard
        self.state: dict[str, Any] = {}  # What this page knows; its owner's to use.
        self._forget()

    def _forget(self) -> None:
        self._link: asyncio.Transport | None = None
        self._bytes = bytearray()
        self._is_upgraded = False
        self._last_ack = 0
        self._asked: dict[bytes, asyncio.Future[Any]] = {}
        self._connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect(self, *, patience: float = 20) -> None:
        """Dial, shake hands and join the namespace; raises TimeoutError or OSError."""
        self._forget()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience):
                await loop.create_connection(lambda: self, "127.0.0.1", self._port)
                await self._connected
        except TimeoutError:
            self.drop()
            raise

    @property
    def is_open(self) -> bool:
        return self._link is not None

    def drop(self) -> None:
        """The line is cut, without a word to the server."""
        if self._link is not None:
            self._link.abort()

    async def ask(self, name: str, payload: Any, *, patience: float = 60) -> Any:
        """Send a message and return what it was answered."""
        self._last_ack += 1
        number = str(self._last_ack).encode()
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        self._send(b"42" + number + json.dumps([name, payload]).encode())
        async with asyncio.timeout(patience):
            return json.loads(await answer)[0]

    def _send(self, text: bytes) -> None:
        if self._link is None:
            raise ConnectionError("the line is down")
        size = len(text)
        head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
        self._link.write(head + b"\0\0\0\0" + text)

    # The line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._link = transport  # type: ignore[assignment]
        cookie = f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        transport.write(HANDSHAKE.format(port=self._port, cookie=cookie).encode())  # type: ignore[attr-defined]

    def connection_lost(self, _error: Exception | None) -> None:
        self._link = None
        for waiting in (*self._asked.values(), self._connected):
            if not waiting.done():
                waiting.set_exception(ConnectionError("the line was cut"))
                waiting.exception()  # Whoever no longer waits does not have to hear of it.

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if not self._is_upgraded:
            end = self._bytes.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._bytes.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(bytes(self._bytes[:200]).decode(errors="replace"))
            del self._bytes[: end + 4]
            self._is_upgraded = True
        while (message := self._next_message()) is not None:
            self._take(message)

    def _next_message(self) -> bytes | None:
        buffer = self._bytes
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return None
        message = bytes(buffer[start : start + size])
        is_text = buffer[0] == 0x81
        del buffer[: start + size]
        return message if is_text else b""

    def _take(self, message: bytes) -> None:
        kind = message[:2]
        if kind == b"42":
            name = message[4 : message.index(b'"', 4)].decode()
            if self._heard is not None:
                self._heard(self, name, message)
        elif kind == b"43":
            bracket = message.index(b"[")
            waiting = self._asked.pop(message[2:bracket], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message[bracket:])
        elif message[:1] == b"2":
            self._send(b"3")
        elif message[:1] == b"0":
            self._send(b"40")
        elif kind == b"40" and not self._connected.done():
            self._connected.set_result(None)


async def at_once(acts: Iterable[Any], *, most: int) -> list[Any]:
    """Await each of ``acts``, at most so many at a time; their answers in order."""
    gate = asyncio.Semaphore(most)

    async def one(act: Any) -> Any:
        async with gate:
            return await act

    return list(await asyncio.gather(*(one(act) for act in acts)))


class Count:
    """Waits until so many pages have heard something; ``at`` is the instant when the last one had."""

    def __init__(self, wanted: int) -> None:
        self._left, self.at = wanted, 0.0
        self._done = asyncio.Event()

    def one_more(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.at = time.perf_counter()
            self._done.set()

    async def wait(self, *, patience: float = 60) -> float:
        try:
            async with asyncio.timeout(patience):
                await self._done.wait()
        except TimeoutError:
            raise TimeoutError(f"{self._left} pages did not hear it") from None
        return self.at
