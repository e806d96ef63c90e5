"""Bad input to a command that is used in scripts: one line on stderr and exit 2, whatever the input was."""

from __future__ import annotations

from typing import Any

import click


class OneLineError(click.ClickException):
    """Bad input, said in one line; the command that was asked puts its name before it."""

    exit_code = 2
    command = ""

    def show(self, file: Any = None) -> None:
        line = " ".join(self.message.split())
        text = f"{self.command}: {line}".encode("utf-8", "backslashreplace").decode()
        click.echo(text, file=file, err=file is None)


class OneLineCommand(click.Command):
    """A command whose errors are one line, also click's own, which are a paragraph elsewhere."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise self._named(OneLineError(error.format_message())) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OneLineError as error:
            raise self._named(error) from None

    def _named(self, error: OneLineError) -> OneLineError:
        error.command = self.name or ""
        return error
