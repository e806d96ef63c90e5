"""Sealing secret ballots while a vote is open: AES-GCM under a key that the database never holds.

The key comes from the installation's SECRET_KEY and the vote's number, so a copy of the database alone opens nothing.
All sealed ballots of a vote are equally long, whatever they say.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE = 12
BLOCK = 1024  # Bytes. Longer ballots, rankings of very many options, take a whole number of these.


def digest_of(ballot_id: str) -> bytes:
    """What stands for a ballot id that only the voter's device knows (32 bytes)."""
    return hashlib.sha256(ballot_id.encode()).digest()


def seal(vote_id: int, digest: bytes, content: dict[str, Any]) -> bytes:
    """``content`` is plain JSON; bound to its vote and its digest, so that no sealed ballot can be moved."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(vote_id)).encrypt(nonce, padded, digest)


def unseal(vote_id: int, digest: bytes, sealed: bytes) -> dict[str, Any]:
    """The content again; raises ``InvalidTag`` when a byte was changed or the key is another."""
    content: dict[str, Any] = json.loads(AESGCM(_key(vote_id)).decrypt(sealed[:NONCE], sealed[NONCE:], digest))
    return content


def _key(vote_id: int) -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return HKDF(SHA256(), 32, salt=None, info=b"secret ballots of vote %d" % vote_id).derive(secret.encode())
