"""``deliberation count``: count a vote file again, without Flask, a database or an environment.

The file's format is deliberation-vote/1 (docs/vote-file.md). Whatever is wrong with it is one line on stderr, naming
the place, and exit 2; nothing is printed then but that line.
"""

from __future__ import annotations

import gc
import json
from pathlib import Path

import click

from deliberation.cli_errors import OneLineCommand, OneLineError
from deliberation.votes.counting.file import Mistake, count_file


@click.command(cls=OneLineCommand)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def count(file: Path) -> None:
    """Count the votes in FILE and print the verdict with its working, as one JSON object."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OneLineError(f"{file} cannot be read: {error.strerror}") from None
    gc.disable()  # A million rows are read once and then the process ends: looking for garbage doubles the time.
    try:
        result = count_file(data)
    except Mistake as mistake:
        raise OneLineError(str(mistake)) from None
    finally:
        gc.enable()
    click.echo(json.dumps(result, ensure_ascii=False).encode())
