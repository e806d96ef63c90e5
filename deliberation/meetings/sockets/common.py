"""How a message of the room reaches its act: by socket, or by ``POST /meetings/<id>/act`` where sockets are blocked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deliberation.kernel import clock, live
from deliberation.kernel.database import savepoint, transaction
from deliberation.kernel.errors import Refusal, UnknownMessage
from deliberation.kernel.forms import Payload, read_payload
from deliberation.meetings import service
from deliberation.people import access
from deliberation.people.access import Actor

Answer = dict[str, Any]
Handler = Callable[..., Answer | None]


def act(name: str, *, form: type[Payload], action: str) -> Callable[[Handler], Handler]:
    """Declare a message that changes something: ``handler(actor, now=…, **payload)``.

    A message that comes again with the same ``client_key`` changes nothing: it is answered ``{"repeated": true}``, or
    with the refusal that the first got.
    """

    def register(handler: Handler) -> Handler:
        def once(actor: Actor, *, client_key: str = "", **fields: Any) -> Answer | None:
            now = clock.now()
            if not client_key:
                return handler(actor, now=now, **fields)
            done, is_first = service.first_of_its_key(actor, client_key, now=now)
            if not is_first:
                return done.refusal or {"repeated": True}
            try:
                with savepoint():
                    return handler(actor, now=now, **fields)
            except Refusal as refusal:
                done.refusal = live.refused(refusal)
                return done.refusal

        live.message(name, form=form, action=action)(once)
        return handler

    return register


def perform(actor: Actor, name: str, payload: Mapping[str, Any]) -> Answer:
    """The HTTP door to the messages, for pages whose socket is down: the same right, the same form, the same act.

    Like the acknowledgement on a socket, what a named act answers may be its refusal: ``{"ok": false, …}``.
    """
    declared = live.MESSAGES.get(name)
    if declared is None or name.endswith((".join", ".leave")):  # Joining needs a socket to join with.
        raise UnknownMessage()
    access.require(actor, declared.action)
    fields = read_payload(declared.form, payload)
    with transaction():
        return declared.handler(actor, **fields) or {}
