"""What one more leaf costs in a small and in a large log: both sides in one run, turn by turn, medians and their ratio.

Usage: python bench/audit_append.py [large]   (default 200000 leaves; SQLite in a temporary folder)
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from deliberation.app import create_app
from deliberation.audit import service as audit
from deliberation.kernel.database import db, transaction
from deliberation.settings import from_environment

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SMALL = 1_000
ROUNDS = 200


def log_of(leaves: int, folder: Path) -> Flask:
    """An application whose log has ``leaves`` leaves, a thousand placed in each transaction."""
    folder.mkdir()
    app = create_app(from_environment({"DELIBERATION_ENV": "test", "DELIBERATION_DATA": str(folder)}))
    with app.app_context():
        db.create_all()
        for start in range(0, leaves, 1_000):
            with transaction():
                for number in range(start, min(start + 1_000, leaves)):
                    audit.record("bench.leaf", {"number": number}, now=NOW)
            with transaction():
                audit.place_leaves(now=NOW)
            db.session.remove()
    return app


def append(app: Flask, number: int) -> float:
    """Milliseconds to record one leaf and to give it its place, each with its commit."""
    with app.app_context():
        start = time.perf_counter()
        with transaction():
            audit.record("bench.leaf", {"number": -number}, now=NOW)
        with transaction():
            audit.place_leaves(now=NOW)
        return (time.perf_counter() - start) * 1000


def main() -> None:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        small_log, large_log = log_of(SMALL, Path(folder, "small")), log_of(large, Path(folder, "large"))
        pairs = [(append(small_log, number), append(large_log, number)) for number in range(ROUNDS)]
    small, big = (statistics.median(side) for side in zip(*pairs, strict=True))
    figures = {"small_leaves": SMALL, "large_leaves": large, "small_ms": small, "large_ms": big, "ratio": big / small}
    print(f"{'leaves':>10}  {'median ms':>10}")
    print(f"{SMALL:>10}  {small:>10.2f}")
    print(f"{large:>10}  {big:>10.2f}   ratio {big / small:.2f}")
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
