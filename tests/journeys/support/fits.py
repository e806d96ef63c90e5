"""What every page must be in a look: no sideways scroll, words instead of codes, and in elder mode large enough."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.support.axe import LOOKS_ONLY, violations
from tests.journeys.support.looks import CODE

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Letters under 18 px, lines that follow one another closer than 1.3 of them, and what is pressed under 60 px; a link in
# a sentence is as high as the sentence.
SMALL = """() => {
  const found = [], seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && element.getBoundingClientRect().width > 1;
  const name = element => element.outerHTML.slice(0, 110).replaceAll(/\\s+/g, ' ');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), told = new Set();
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || told.has(parent) || !seen(parent)) continue;
    told.add(parent);
    const style = getComputedStyle(parent), size = parseFloat(style.fontSize);
    if (size < 17.99) found.push(`letters of ${size} px: ${name(parent)}`);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const wraps = new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1;
    if (wraps && style.lineHeight !== 'normal' && parseFloat(style.lineHeight) / size < 1.29)
      found.push(`lines of ${style.lineHeight} for ${size} px: ${name(parent)}`);
  }
  const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  for (const target of document.querySelectorAll(targets)) {
    if (!seen(target) || target.closest('[aria-hidden=true]')) continue;
    if (getComputedStyle(target).display === 'inline') continue;
    const label = target.matches('[type=radio], [type=checkbox], [type=file]') && target.closest('label');
    const height = (label || target).getBoundingClientRect().height;
    if (height < 59.5) found.push(`a target of ${Math.round(height)} px: ${name(target)}`);
  }
  return found;
}"""


def sideways(page: Page) -> list[str]:
    wide = page.evaluate(WIDE)
    return [f"scrolls sideways by {wide} px at {page.viewport_size}"] if wide > 0 else []


def codes(page: Page) -> list[str]:
    shown = {each for each in CODE.findall(page.locator("body").inner_text()) if not each.endswith(".example")}
    return [f"shows codes: {sorted(shown)}"] if shown else []


def too_small(page: Page) -> list[str]:
    return [str(each) for each in page.evaluate(SMALL)]


def looks_wrong(page: Page) -> list[str]:
    """The same of a page whose structure is looked at in another look."""
    return [*sideways(page), *codes(page), *violations(page, run=LOOKS_ONLY)]


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in whatever look."""
    return [*sideways(page), *codes(page), *violations(page)]
