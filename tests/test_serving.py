"""The server of many open pages: greenlets in one process, with PostgreSQL behind it."""

from __future__ import annotations

import threading
import time
import urllib.request

import psycopg
import socketio
from sqlalchemy import make_url

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
