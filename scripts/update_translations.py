"""Bring every catalogue up to date with the sources: new sentences come in empty, gone ones leave."""

from __future__ import annotations

import sys

from babel.messages.pofile import write_po

from catalog import LANGUAGES, path_of, template, texts, translated


def update(language: str) -> None:
    catalog = translated(language)
    # A guess from a similar sentence would be marked fuzzy and refused by the check, so none is made.
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # No line numbers, no wrapping, sorted: a change in one sentence is a change in one place of the diff.
        write_po(file, catalog, no_location=False, include_lineno=False, width=0, sort_output=True, omit_header=False)


def main() -> int:
    for language in LANGUAGES:
        update(language)
        missing = sum(1 for message in translated(language) if message.id and not all(texts(message.string)))
        print(f"{path_of(language)}: {missing} sentences to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
