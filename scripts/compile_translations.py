"""Write the .mo files that Flask-Babel reads: one beside every translations/<locale>/LC_MESSAGES/*.po, and zh-TW's.

zh-TW has no .po file: it is made anew of the zh-CN sentences, which are the ids of any catalogue (taiwan.py).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

import taiwan
from catalog import LANGUAGES, path_of, translated


def write(catalog: Catalog, target: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_suffix(".mo.new")
    staged.write_bytes(compiled.getvalue())
    staged.replace(target)  # A server that reads it at this moment gets the old file or the new one, whole.


def main() -> int:
    catalogs = {language: translated(language) for language in LANGUAGES}
    catalogs[taiwan.LANGUAGE] = taiwan.catalog(catalogs[LANGUAGES[0]])
    for language, catalog in catalogs.items():
        write(catalog, path_of(language).with_suffix(".mo"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
