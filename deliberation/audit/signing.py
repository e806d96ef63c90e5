"""Signing the head of the log, so that a copy of it taken today can be held against the log of tomorrow.

The Ed25519 key comes from the installation's SECRET_KEY; the public key is at ``/audit/key`` for anybody to keep.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from deliberation.audit.queries import Head


def _key() -> Ed25519PrivateKey:
    secret: str = current_app.config["SECRET_KEY"]
    seed = HKDF(SHA256(), 32, salt=None, info=b"head of the audit log").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """The key that checks the heads: 32 bytes, in hexadecimal."""
    return _key().public_key().public_bytes_raw().hex()


def signed(head: Head) -> dict[str, Any]:
    """The head as plain JSON with its signature over everything else in it (see ``signed_text``)."""
    body = {"size": head.size, "root": head.root.hex(), "at": head.at.isoformat() if head.at else None}
    return {**body, "signature": _key().sign(signed_text(body)).hex()}


def signed_text(body: dict[str, Any]) -> bytes:
    """What is signed: size, root and time as JSON with sorted keys and without spaces."""
    named = {name: body[name] for name in ("at", "root", "size")}
    return json.dumps(named, sort_keys=True, separators=(",", ":")).encode()
