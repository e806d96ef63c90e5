"""``deliberation verify``: check the record of a vote offline, without Flask, a database or an environment."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deliberation.cli_errors import OneLineCommand, OneLineError
from deliberation.votes.record.archive import NoRecord
from deliberation.votes.record.checking import check_record, lines


@click.command(cls=OneLineCommand)
@click.argument("record", metavar="RECORD.zip", type=click.Path(path_type=Path))
@click.option("--key", default="", help="The public key of the installation, from /audit/key, in hexadecimal.")
def verify(record: Path, key: str) -> None:
    """Say in one line per check what holds; exit 1 when something does not, 2 when RECORD.zip is no record."""
    try:
        checks = check_record(record.read_bytes(), key=key)
    except OSError as error:
        raise OneLineError(f"{record} cannot be read: {error.strerror}") from None
    except NoRecord as error:
        raise OneLineError(f"{record} is no record: {error}") from None
    for line in lines(checks):
        click.echo(line)
    if not all(check.holds for check in checks):
        sys.exit(1)
