"""Recording acts in the log, and giving recorded leaves their place."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from deliberation.audit.merkle import leaf_hash
from deliberation.audit.models import AuditLeaf
from deliberation.kernel.database import db


def record(tag: str, data: dict[str, Any], *, now: datetime) -> bytes:
    """Write one leaf in the caller's transaction and return its hash, which is the receipt.

    ``data`` is plain JSON without floats and without personal data beyond ids. The leaf has no place in the log yet,
    so two acts at the same moment never wait for each other here.
    """
    canonical = canonical_json({"tag": tag, "at": now.isoformat(timespec="milliseconds"), **data})
    digest = leaf_hash(canonical)
    db.session.add(AuditLeaf(tag=tag, data=canonical, leaf_hash=digest, recorded_at=now))
    return digest


def canonical_json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
