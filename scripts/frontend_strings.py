"""The sentences that pages hand to the scripts (``#strings``, ``data-strings``) and the keys that the scripts say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(
    r"<script type=\"application/json\"[^>]*(?:data-strings|id=\"strings\")[^>]*>(.*?)</script>", re.DOTALL
)
KEY = re.compile(r"'([\w.]+)':")
SAID = re.compile(r"""\bsay\(\s*"([^"]+)\"""")
WRITTEN = re.compile(r'"([\w.]+)"')
BUILT = re.compile(r"`([\w.]+)\$\{[^}`]*\}([\w.]*)`")  # `ballot.${choice}.hint`
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def handed() -> dict[str, Path]:
    """Every key that some page gives a sentence for."""
    pages = sorted((ROOT / "templates").rglob("*.html"))
    blocks = ((page, block) for page in pages for block in BLOCK.findall(page.read_text(encoding="utf-8")))
    return {key: page for page, block in blocks for key in KEY.findall(block)}


def scripts() -> dict[Path, str]:
    files = sorted((ROOT / "frontend").rglob("*.ts"))
    return {file: COMMENT.sub("", file.read_text(encoding="utf-8")) for file in files}


def problems() -> Iterator[str]:
    given, sources = handed(), scripts()
    together = "\n".join(sources.values())
    written = set(WRITTEN.findall(together))
    built = [re.compile(re.escape(start) + r"[\w.]+" + re.escape(end)) for start, end in BUILT.findall(together)]
    for file, source in sources.items():
        yield from (
            f"{file.relative_to(ROOT)}: no page has a sentence for {key!r}"
            for key in SAID.findall(source)
            if key not in given
        )
        yield from (
            f"{file.relative_to(ROOT)}: Chinese in a script: {line.strip()[:60]!r}"
            for line in source.splitlines()
            if CHINESE.search(line)
        )
    for key, page in given.items():
        if key not in written and not any(pattern.fullmatch(key) for pattern in built):
            yield f"{page.relative_to(ROOT)}: no script says {key!r}"
