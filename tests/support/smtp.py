"""A mail server on a free port that keeps what it gets; it can refuse an address or hang up in the middle."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """``refused`` addresses answer 550; while ``is_down`` every connection is closed at once."""

    port: int = 0
    received: list[bytes] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    is_down: bool = False

    @property
    def mails(self) -> list[EmailMessage]:
        """What has arrived, in order, a mail that came twice two times."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.received]  # type: ignore[misc]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        sink = self.server.sink
        if sink.is_down:
            return
        self._say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"RCPT" and any(address.encode() in line for address in sink.refused):
                self._say("550 no such mailbox")
            elif word == b"DATA":
                self._say("354 go on")
                mail = self._read_mail()
                if mail is None:
                    return
                sink.received.append(mail)
                self._say("250 kept")
            else:
                self._say("250 ok")

    def _read_mail(self) -> bytes | None:
        """``None`` when the sender was gone before the mail was whole: then nothing has arrived."""
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b"..") else line)
        return None

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, sink: Sink) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.sink = sink


@contextmanager
def mail_server() -> Iterator[Sink]:
    """Run one for the length of the block."""
    sink = Sink()
    server = _Server(sink)
    sink.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
