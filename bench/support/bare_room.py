"""The floor of the live room: a bare python-socketio server on the same gunicorn worker that sends on what it is sent.

Run as a program with a port: it patches the standard library first, as wsgi_gevent.py does.
"""

from gevent import monkey

monkey.patch_all()

import sys
from typing import Any

import socketio
from gunicorn.app.base import BaseApplication

room = socketio.Server(async_mode="gevent", ping_interval=20, ping_timeout=20)


@room.on("join")
def join(sid: str, _payload: Any) -> dict[str, bool]:
    room.enter_room(sid, "room")
    return {"ok": True}


@room.on("say")
def say(_sid: str, payload: Any) -> dict[str, bool]:
    room.emit("room.event", payload, room="room")
    return {"ok": True}


def healthz(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


class Server(BaseApplication):
    def load_config(self) -> None:
        options = {
            "bind": f"127.0.0.1:{sys.argv[1]}", "workers": 1, "worker_class": "gevent", "worker_connections": 10_000,
            "timeout": 60, "backlog": 4096, "control_socket_disable": True, "loglevel": "warning",
        }  # fmt: skip
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return socketio.WSGIApp(room, healthz)


if __name__ == "__main__":
    Server().run()
