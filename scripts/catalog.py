"""What the sources say, as one gettext template: shared by the check and by ``make translations``."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en",)  # zh-CN is the source language and needs no catalogue; zh-TW is made of it (taiwan.py).
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, "lazy_ngettext": (1, 2)}
FOLDERS = ("deliberation", "templates")


def template() -> Catalog:
    """Every marked sentence in the sources, with the places where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="deliberation", charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(
            ROOT / folder,
            method_map=[(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            options_map={pattern.removeprefix(f"{folder}/"): values for pattern, values in options.items()},
            keywords=KEYWORDS,
            directory_filter=lambda _folder: True,  # By itself it passes over folders such as templates/_macros.
        )
        for filename, line, message, comments, context in found:
            catalog.add(message, None, [(f"{folder}/{filename}", line)], auto_comments=comments, context=context)
    return catalog


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """A sentence's forms: one, or singular and plural; an untranslated one is an empty text."""
    if value is None or isinstance(value, str):
        return [value or ""]
    return list(value)


def path_of(language: str) -> Path:
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def translated(language: str) -> Catalog:
    """The committed catalogue; an empty one when the language has no file yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)
