"""The link of an invitation: signed, for this purpose alone. Until when and for how many stands in its row."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from deliberation.setup.rules import InvitationUnknown

PURPOSE = "invitation"  # A token signed for anything else does not open this door.


def sign(invitation_id: int) -> str:
    return str(_serializer().dumps(invitation_id))


def read(token: str) -> int:
    """The invitation's id; ``InvitationUnknown`` for whatever we did not sign."""
    try:
        return int(_serializer().loads(token))
    except (BadData, ValueError, TypeError) as error:
        raise InvitationUnknown() from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE)
