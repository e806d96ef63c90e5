"""The server of many open pages: greenlets in one process, with PostgreSQL behind it."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request

import psycopg
import socketio
from sqlalchemy import make_url

from deliberation.serving import WholeSends, with_whole_sends

PATIENCE = 20


def test_whoever_waits_for_the_database_keeps_nobody_else_waiting(new_server, new_postgres_url):
    """More pages than there are connections wait for a locked table; meanwhile a socket is served."""
    server = new_server(DATABASE_URL=new_postgres_url, DATABASE_CONNECTIONS="3")
    address = make_url(new_postgres_url).set(drivername="postgresql").render_as_string(False)
    statuses = []

    def read_page():
        with urllib.request.urlopen(f"{server.url}/audit", timeout=PATIENCE) as answer:
            statuses.append(answer.status)

    pages = [threading.Thread(target=read_page) for _ in range(6)]
    client = socketio.Client(reconnection=False)
    with psycopg.connect(address) as link:
        link.execute("LOCK TABLE audit_leaf IN ACCESS EXCLUSIVE MODE")
        for page in pages:
            page.start()
        time.sleep(0.5)
        client.connect(server.url, transports=["websocket"], wait_timeout=PATIENCE)
        assert client.call("room.join", {"meeting_id": "none"}, timeout=5)["code"] == "bad_input"
        assert statuses == []
    for page in pages:
        page.join(PATIENCE)
    client.disconnect()
    assert statuses == [200] * 6


def test_a_message_larger_than_a_slow_line_takes_at_once_is_sent_whole():
    """A socket that may not block takes only what fits; the connection of a websocket sends the rest too."""
    message = bytes(range(256)) * 20_000
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)  # Which is how such a socket behaves: send() gives back after a part.
    took = ours.send(message)
    assert took < len(message)
    theirs.recv(took, socket.MSG_WAITALL)

    received = bytearray()
    reader = threading.Thread(target=lambda: received.extend(theirs.recv(len(message), socket.MSG_WAITALL)))
    reader.start()
    assert WholeSends(ours).send(message) == len(message)
    reader.join(PATIENCE)
    ours.close()
    theirs.close()
    assert bytes(received) == message


def test_only_the_connection_of_a_websocket_is_another():
    seen = []
    application = with_whole_sends(lambda environ, _start: seen.append(environ["gunicorn.socket"]))
    plain = object()
    application({"gunicorn.socket": plain}, None)
    application({"gunicorn.socket": plain, "HTTP_UPGRADE": "WebSocket"}, None)
    assert seen[0] is plain
    assert isinstance(seen[1], WholeSends)
