"""Write the .mo file beside every translations/<locale>/LC_MESSAGES/*.po, so that Flask-Babel can read it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parent.parent / "translations"


def compile_catalog(source: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    target = source.with_suffix(".mo")
    staged = target.with_suffix(".mo.new")
    staged.write_bytes(compiled.getvalue())
    staged.replace(target)  # A server that reads it at this moment gets the old file or the new one, whole.


def main() -> int:
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        compile_catalog(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
