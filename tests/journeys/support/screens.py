"""Pictures of every page for docs/screens, and the full walk: each page loaded and checked in every look.

``make screens`` runs this. One picture for each page, its looks side by side: desktop, dark, phone, elder, English.
The single pictures lie in test-results/screens, to be looked at closely.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.journeys.support import fits
from tests.journeys.support.walk import DARK, DESKTOP, ELDER, ENGLISH, LARGEST, PHONE, Walk
from tests.support.browser import launch, sit_down
from tests.support.services import ROOT
from tests.support.told import tell

SHEETS, SINGLE = ROOT / "docs" / "screens", ROOT / "test-results" / "screens"
# The looks in a picture and how wide each stands in it; a page is cut at what is left of ``TALLEST``.
SHOWN = {DESKTOP: 560, DARK: 560, PHONE: 220, ELDER: 220, ENGLISH: 220}
TALLEST, GAP, QUALITY = 900, 12, 38
GROUND = (120, 128, 124)
# In a picture of the whole page the bars that follow the window stand once, where they are written, and the pictures
# further down, which wait until somebody scrolls to them, are there.
SETTLE = """async () => {
  document.querySelectorAll('.tabbar, .topbar, .dock, .rmtop').forEach(bar => bar.style.position = 'static');
  for (const picture of document.images) picture.loading = 'eager';
  await Promise.all([...document.images].map(picture =>
    picture.complete || new Promise(done => { picture.onload = picture.onerror = done; })));
}"""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="pages whose name contains one of these, with commas between")
    asked.add_argument("--told", type=Path, help="a data folder told before (tests.support.told), to save time")
    asked.add_argument("--pictures-only", action="store_true", help="no checks")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = given.told or Path(folder) / "told"
        if given.told is None:
            tell(told)
        browser = launch(playwright)
        walk = Walk(
            told, Path(folder) / "walk", lambda name, **seat: sit_down(browser, name=name, locale="zh-CN", **seat)
        )
        walk.pages = [page for page in walk.pages if any(part in page.name for part in given.only.split(","))]
        try:
            found = _visit_all(walk, checks=not given.pictures_only)
        finally:
            walk.stop()
            browser.close()
    for page in walk.pages:
        _sheet(page.name)
    print("\n".join(found) or f"{len(walk.pages)} pages, nothing found")
    return 1 if found else 0


def _visit_all(walk: Walk, *, checks: bool) -> list[str]:
    SINGLE.mkdir(parents=True, exist_ok=True)
    found = []
    for look in (*SHOWN, LARGEST):
        if look not in SHOWN and not checks:
            continue
        for page in walk.every(look):
            wrong = fits.faults(walk.tab) if checks else []
            if checks and look.mode == "elder":
                wrong += fits.too_small(walk.tab)
            found += [f"{page.name} ({page.path}), {look.name}: {each}" for each in wrong]
            if look in SHOWN:
                walk.tab.evaluate(SETTLE)
                picture = Image.open(io.BytesIO(walk.tab.screenshot(full_page=True, animations="disabled")))
                picture.convert("RGB").save(SINGLE / f"{page.name}-{look.name}.png")
    return found + walk.person.unexcused()


def _sheet(name: str) -> None:
    """The looks of a page side by side, small."""
    shown = [_scaled(SINGLE / f"{name}-{look.name}.png", width) for look, width in SHOWN.items()]
    width = sum(each.width for each in shown) + GAP * (len(shown) - 1)
    sheet = Image.new("RGB", (width, max(each.height for each in shown)), GROUND)
    left = 0
    for each in shown:
        sheet.paste(each, (left, 0))
        left += each.width + GAP
    SHEETS.mkdir(parents=True, exist_ok=True)
    sheet.save(SHEETS / f"{name}.webp", quality=QUALITY, method=6)


def _scaled(file: Path, width: int) -> Image.Image:
    picture = Image.open(file)
    height = round(picture.height * width / picture.width)
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
    return scaled.crop((0, 0, width, min(height, TALLEST)))


if __name__ == "__main__":
    sys.exit(main())
