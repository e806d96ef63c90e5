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

# What somebody who cannot see the page goes by: its headings, its parts, and the names of what is stopped at.
OUTLINE = """() => {
  const found = [], seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const start = element => element.outerHTML.slice(0, 110).replaceAll(/\\s+/g, ' ');
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(each => each.checkVisibility());
  const ones = headings.filter(each => each.tagName === 'H1').length;
  if (ones !== 1) found.push(`${ones} headings of the first level`);
  let last = 0;
  for (const each of headings) {
    const level = Number(each.tagName[1]);
    if (level > last + 1) found.push(`a heading of level ${level} after level ${last}: ${each.textContent.trim()}`);
    last = level;
  }
  const named = element => element.ariaLabel || element.getAttribute('aria-labelledby');
  for (const each of document.querySelectorAll('[tabindex="0"]'))
    if (seen(each) && !(each.role && named(each)) && !each.matches('a, button, input, select, textarea, summary'))
      found.push(`stopped at without a name: ${start(each)}`);
  const navs = [...document.querySelectorAll('nav')].filter(seen).map(named);
  if (navs.some((name, index) => !name || navs.indexOf(name) !== index)) found.push(`navigations named ${navs}`);
  const ids = [...document.querySelectorAll('[id]')].map(each => each.id);
  const twice = new Set(ids.filter((each, index) => ids.indexOf(each) !== index));
  for (const id of twice) found.push(`two have the id ${id}`);
  const parts = 'main, header, nav, footer, aside, script, dialog, .skip, .sr, [role], .status';
  for (const each of document.body.children)
    if (seen(each) && each.innerText?.trim() && !each.matches(parts) && !each.querySelector('main, header'))
      found.push(`outside every part: ${start(each)}`);
  return found;
}"""
# Who asked for less motion gets none: what would still move for longer than an eye notices.
MOVING = """() => [...document.querySelectorAll('*')].flatMap(each => {
  const style = getComputedStyle(each);
  const longest = Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(',').map(parseFloat));
  return longest > 0.01 ? [`moves for ${longest} s: ${each.outerHTML.slice(0, 110)}`] : [];
}).slice(0, 3)"""


def outline(page: Page) -> list[str]:
    return [str(each) for each in page.evaluate(OUTLINE)]


def moving(page: Page) -> list[str]:
    """In a browser that has been asked for reduced motion."""
    return [str(each) for each in page.evaluate(MOVING)]


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
