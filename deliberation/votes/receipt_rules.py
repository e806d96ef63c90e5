"""Receipts and what the public log holds of a ballot (R-56, R-57): pure."""

from __future__ import annotations

import base64
import hashlib
import json

from deliberation.kernel.errors import N_, Refusal


class ReceiptUnknown(Refusal):
    code = "receipt_unknown"
    status = 404
    sentence = N_("没有找到这个查票码。请核对一下，一共 12 个字母和数字，大小写都可以。")


def commitment(*, choice: str, client_ballot_id: str, salt: bytes) -> str:
    """What the public log holds instead of the choice: SHA-256 in hexadecimal; only the salt opens it."""
    opened = {"choice": choice, "client_ballot_id": client_ballot_id, "salt": salt.hex()}
    return hashlib.sha256(json.dumps(opened, sort_keys=True).encode()).hexdigest()


CODE_BITS = 60  # Twelve letters of five bits: enough to find one ballot among all that will ever be cast.


def receipt_code(leaf_hash: bytes) -> str:
    """The first 60 bits of a receipt as people read them out: "WT3X-7QK4-M2ZD"; RFC 4648 letters, no 0, 1, 8 or 9."""
    letters = base64.b32encode(leaf_hash[:10]).decode()[:12]
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def receipt_range(code: str) -> tuple[bytes, bytes] | None:
    """The lowest and highest first eight bytes of the receipts with this code; ``None`` when it is no code."""
    letters = "".join(code.split()).replace("-", "").upper()
    if len(letters) != 12:
        return None
    try:
        first = int.from_bytes(base64.b32decode(letters + "A" * 4), "big") >> (80 - CODE_BITS)
    except ValueError:
        return None
    return (first << 4).to_bytes(8, "big"), (first << 4 | 0xF).to_bytes(8, "big")


def receipt_bytes(text: str) -> bytes | None:
    """The 32 bytes of a receipt written as 64 hexadecimal digits; ``None`` when it is none."""
    try:
        digest = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return digest if len(digest) == 32 else None
