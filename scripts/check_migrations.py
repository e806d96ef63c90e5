"""The migrations, run on an empty SQLite file, give exactly the tables the models describe."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from deliberation.app import create_app
from deliberation.kernel.database import db
from deliberation.settings import from_environment

ROOT = Path(__file__).parent.parent
MIGRATIONS = ROOT / "migrations"


def differences(data: Path) -> list[str]:
    """What the models have and the migrations lack, or the other way round; empty when they agree."""
    app = create_app(from_environment({"DELIBERATION_ENV": "test", "DELIBERATION_DATA": str(data)}))
    with app.app_context():
        flask_migrate.upgrade(directory=str(MIGRATIONS))
        with db.engine.connect() as connection:
            found = compare_metadata(MigrationContext.configure(connection), db.metadata)
        db.engine.dispose()
    return [f"the models and the migrations differ: {difference}" for difference in found]


def heads() -> list[str]:
    """The migrations' last revisions: two mean that two branches were merged without ordering them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return list(ScriptDirectory.from_config(config).get_heads())


def main() -> int:
    last = heads()
    if len(last) != 1:
        print(f"migrations: {len(last)} last revisions ({', '.join(last)}); exactly one is wanted")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        problems = differences(Path(folder))
    print("\n".join(problems) or f"migrations: {last[0]} gives the models' tables")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
