"""How a message of the room reaches its act: by socket, or by ``POST /meetings/<id>/act`` where sockets are blocked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deliberation.kernel import clock, live
from deliberation.kernel.database import transaction
from deliberation.kernel.errors import UnknownMessage
from deliberation.kernel.forms import Payload, read_payload
from deliberation.meetings import service
from deliberation.people import access
from deliberation.people.access import Actor

Answer = dict[str, Any]
Handler = Callable[..., Answer | None]


def act(name: str, *, form: type[Payload], action: str) -> Callable[[Handler], Handler]:
    """Declare a message that changes something: ``handler(actor, now=…, **payload)``.

    A message that comes again with the same ``client_key`` is answered ``{"repeated": true}`` and changes nothing.
    """

    def register(handler: Handler) -> Handler:
        def once(actor: Actor, *, client_key: str = "", **fields: Any) -> Answer | None:
            now = clock.now()
            if client_key and service.done_before(actor, client_key, now=now):
                return {"repeated": True}
            return handler(actor, now=now, **fields)

        live.message(name, form=form, action=action)(once)
        return handler

    return register


def perform(actor: Actor, name: str, payload: Mapping[str, Any]) -> Answer:
    """The HTTP door to the messages, for pages whose socket is down: the same right, the same form, the same act."""
    declared = live.MESSAGES.get(name)
    if declared is None or name.endswith((".join", ".leave")):  # Joining needs a socket to join with.
        raise UnknownMessage()
    access.require(actor, declared.action)
    fields = read_payload(declared.form, payload)
    with transaction():
        return declared.handler(actor, **fields) or {}
