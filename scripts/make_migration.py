"""Write the next migration: what the models have and a migrated, empty SQLite file lacks. Read it before committing."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import flask_migrate

from deliberation.app import create_app
from deliberation.settings import from_environment

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def main(message: str) -> int:
    with tempfile.TemporaryDirectory() as data:
        app = create_app(from_environment({"DELIBERATION_ENV": "test", "DELIBERATION_DATA": data}))
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS))
            flask_migrate.migrate(directory=str(MIGRATIONS), message=message)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('usage: make migration m="add the speaking queue"')
    sys.exit(main(sys.argv[1].strip()))
