"""What axe-core has to say about a page as it stands: WCAG 2.2 A and AA, and nothing is excused."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.support.services import ROOT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A bar that stays at the foot of the window lies over whatever is scrolled there, which no page can help; what it must
# not do is stay there. A target that axe finds half covered is therefore brought to the middle and looked at again.
RUN = """async tags => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  const told = [], why = node => (node.any.concat(node.all, node.none)[0] || {}).message || '';
  for (const rule of found.violations) for (const node of rule.nodes) {
    const target = rule.id === 'target-size' && /obscured/.test(why(node)) && document.querySelector(node.target[0]);
    if (target) {
      target.scrollIntoView({block: 'center'});
      const again = await axe.run(target, {runOnly: {type: 'rule', values: ['target-size']}});
      window.scrollTo(0, 0);
      if (!again.violations.length) continue;
    }
    told.push(`${rule.id}: ${node.target.join(' ')}\\n    ${rule.help}\\n    ${why(node)}`);
  }
  return told;
}"""

# Only what depends on colours and sizes, for a page whose structure has been looked at already.
LOOKS_ONLY = RUN.replace("{type: 'tag', values: tags}", "{type: 'rule', values: ['color-contrast', 'target-size']}")


@cache
def _source() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, run: str = RUN) -> list[str]:
    """Each on its own line: the rule, where, and what is wrong."""
    page.wait_for_load_state("load")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())  # By the debugger, which the content security policy lets in; a script tag is not.
    return [str(each) for each in page.evaluate(run, RULES)]


def accessible(page: Page) -> None:
    found = violations(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(found)
