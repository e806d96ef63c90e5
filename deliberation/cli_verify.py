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
@click.option("--line", type=click.Path(path_type=Path), help="Your own line of the roll, from the vote's page.")
def verify(record: Path, key: str, line: Path | None) -> None:
    """Say in one line per check what holds; exit 1 when something does not, 2 when RECORD.zip is no record."""
    own = _read(line) if line is not None else None
    try:
        checks = check_record(_read(record), key=key, line=own)
    except NoRecord as error:
        raise OneLineError(f"{record} is no record: {error}") from None
    for sentence in lines(checks):
        click.echo(sentence)
    if not all(check.holds for check in checks):
        sys.exit(1)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise OneLineError(f"{file} cannot be read: {error.strerror}") from None
