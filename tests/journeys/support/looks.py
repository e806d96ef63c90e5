"""What every page must be: no sideways scroll, no code where a word belongs; and pictures of pages."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.support.services import ROOT

CODE = re.compile(r"(?<![\w@./?&=-])[a-z]+[_.][a-z_]+(?![\w@./=-])")
MOST_BYTES = 300_000


def check(page: Page) -> None:
    """The page fits its window, and shows words, not codes such as ``external_approval_pending``."""
    page.wait_for_load_state("load")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px at {page.viewport_size}"
    text = page.locator("body").inner_text()
    found = {each for each in CODE.findall(text) if not each.endswith(".example")}
    assert not found, f"{page.url} shows codes: {found}"


def picture(page: Page, name: str) -> None:
    """Keep a picture of the window under ``$SCREENSHOTS``, such as docs/screenshots; without it, none."""
    if "SCREENSHOTS" not in os.environ:
        return
    folder = ROOT / os.environ["SCREENSHOTS"]
    folder.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    _save(image, folder / f"{name}.png")


def _save(image: Image.Image, file: Path) -> None:
    image.convert("RGB").quantize(192, method=Image.Quantize.MEDIANCUT).save(file, optimize=True)
    assert file.stat().st_size < MOST_BYTES, f"{file.name} has {file.stat().st_size} bytes"
