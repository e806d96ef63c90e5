"""The socket door: each message declares its payload and its action, and is answered by one acknowledgement."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from flask_socketio import SocketIO
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from deliberation.kernel.database import after_commit, read_as, transaction
from deliberation.kernel.errors import BadInput, NotAllowed, Refusal, SignInNeeded, TooManyRequests, UnknownMessage
from deliberation.kernel.forms import Payload, read_payload
from deliberation.kernel.i18n import say
from deliberation.kernel.limits import CalmMemory
from deliberation.kernel.web import session_key

log = logging.getLogger(__name__)
socketio = SocketIO()

MESSAGE_RATE = parse("60/10 seconds")
SECONDS_BETWEEN_PUSHES = 0.25  # At most four pushes a second of one kind in one room.

_limiter = MovingWindowRateLimiter(CalmMemory())
_load_actor: Callable[[int | None], Any]
_user_id_at: Callable[[str], int | None]


@dataclass(frozen=True)
class Message:
    """``handler(actor, **payload)`` runs inside one transaction and returns what the acknowledgement carries.

    It raises a refusal, and nothing is written; or it returns ``refused(…)``, and what it wrote stays.

    With ``in_tray`` it is ``handler(key, **payload)``, and the tray opens the transaction and looks the person up; the
    key is empty where nobody has signed in and visitors may do it too.
    """

    name: str
    form: type[Payload]
    action: str
    handler: Callable[..., dict[str, Any] | None]
    in_tray: bool = False


MESSAGES: dict[str, Message] = {}


def message(
    name: str, *, form: type[Payload], action: str, in_tray: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the handler of a socket message, such as ``hand.raise``."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        if name in MESSAGES:
            raise RuntimeError(f"two handlers for {name}")
        MESSAGES[name] = Message(name, form, action, handler, in_tray)
        return handler

    return register


def async_mode() -> str:
    """ "gevent" when this very process was turned to greenlets before anything else was loaded (wsgi_gevent.py)."""
    monkey = sys.modules.get("gevent.monkey")
    return "gevent" if monkey is not None and monkey.is_module_patched("threading") else "threading"


def init_app(
    app: Any, *, load_actor: Callable[[int | None], Any], user_id_at: Callable[[str], int | None], **options: Any
) -> None:
    """Bind the declared messages. ``load_actor`` loads the person afresh, since the session is frozen at connect;
    ``user_id_at`` says, in one short statement, whose session a key is."""
    global _load_actor, _user_id_at
    _load_actor, _user_id_at = load_actor, user_id_at
    socketio.init_app(app, **options)
    socketio.on_event("connect", _on_connect)
    for declared in MESSAGES.values():
        socketio.on_event(declared.name, _door(declared))
    socketio.on_event("*", _on_unknown)
    socketio.default_exception_handler = _on_failure


def _on_connect(_auth: Any = None) -> None:
    key = session_key()
    user_id = _user_id_at(key) if key else None
    if user_id is not None:
        listener(_own_room(user_id))()


def _own_room(user_id: int) -> str:
    return f"user:{user_id}"


def _door(declared: Message) -> Callable[..., dict[str, Any]]:
    def receive(payload: Any = None, *_more: Any) -> dict[str, Any]:
        try:
            return {"ok": True, **(_handle(declared, payload) or {})}
        except Refusal as refusal:
            return refused(refusal)
        except Exception:
            log.exception("socket message %s failed", declared.name)
            return refused(Refusal())

    return receive


def _handle(declared: Message, payload: Any) -> dict[str, Any] | None:
    if not _limiter.hit(MESSAGE_RATE, request.sid):  # type: ignore[attr-defined]
        raise TooManyRequests()
    if declared.in_tray:
        return declared.handler(_key_of_session(declared), **read_payload(declared.form, payload))
    actor = _load_actor(current_user.id if current_user.is_authenticated else None)
    read_as(actor)
    if not actor.may(declared.action):
        raise NotAllowed() if actor.is_signed_in else SignInNeeded()
    fields = read_payload(declared.form, payload)
    with transaction():
        return declared.handler(actor, **fields)


def _key_of_session(declared: Message) -> str:
    key = session_key()
    if not key and not _load_actor(None).may(declared.action):
        raise SignInNeeded()
    return key


def listener(room: str) -> Callable[[], None]:
    """What lets the connection of this message hear ``room`` once it is called, from wherever that is."""
    sid, server = request.sid, socketio.server  # type: ignore[attr-defined]

    def listen() -> None:
        with suppress(ValueError, KeyError):  # The line has been cut meanwhile; python-socketio raises either.
            server.enter_room(sid, room)

    return listen


def refused(refusal: Refusal) -> dict[str, Any]:
    """The acknowledgement of a message that was refused, in the language of its sender."""
    answer: dict[str, Any] = {"ok": False, "code": refusal.code, "sentence": say(refusal)}
    if isinstance(refusal, BadInput):
        answer["fields"] = refusal.fields
    return answer


def _on_unknown(_name: str, *_payload: Any) -> dict[str, Any]:
    return refused(UnknownMessage())


def _on_failure(error: Exception) -> None:
    log.error("socket handler failed", exc_info=error)


def broadcast(room: str | list[str], name: str, payload: dict[str, Any]) -> None:
    """Send ``payload`` to everyone in ``room``, one or several, once the present transaction has committed."""
    after_commit(lambda: socketio.emit(name, payload, to=room))


def tell_person(user_id: int, name: str, payload: dict[str, Any]) -> None:
    """Send to every open page of one person, after the commit."""
    tell_people([user_id], name, payload)


def tell_people(user_ids: Sequence[int], name: str, payload: dict[str, Any]) -> None:
    """Send the same to every open page of several people, after the commit."""
    broadcast([_own_room(user_id) for user_id in user_ids], name, payload)


def disconnect_person(user_id: int) -> None:
    """Close every socket of a person: after signing out or losing a role they must connect anew."""
    server = socketio.server
    if server is None:
        return
    for sid, _eio in list(server.manager.get_participants("/", _own_room(user_id))):
        server.disconnect(sid)


class _Coalescer:
    """Holds back pushes of one kind so that a room gets at most four a second, the last one always."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[tuple[str, str]] = set()

    def push(self, room: str, name: str, read: Callable[[], dict[str, Any]]) -> None:
        with self._lock:
            if (room, name) in self._waiting:
                return
            self._waiting.add((room, name))
        socketio.start_background_task(self._send_soon, room, name, read)

    def _send_soon(self, room: str, name: str, read: Callable[[], dict[str, Any]]) -> None:
        socketio.sleep(SECONDS_BETWEEN_PUSHES)
        with self._lock:
            self._waiting.discard((room, name))
        socketio.emit(name, read(), to=room)


_coalescer = _Coalescer()


def broadcast_soon(room: str, name: str, read: Callable[[], dict[str, Any]]) -> None:
    """Push what ``read()`` returns a moment after the commit, joined with other pushes of ``name`` to ``room``.

    ``read`` runs in a background task; it opens its own app context if it needs the database.
    """
    after_commit(lambda: _coalescer.push(room, name, read))
