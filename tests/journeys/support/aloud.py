"""What a page reads aloud: a voice that keeps what it is asked to say, and what must be true of it."""

from __future__ import annotations

from playwright.sync_api import Page

# Ends each utterance at once, unless it is told to ``hold``; knows voices of ``languages``.
VOICE = """(() => {
  const voice = window.voice = {said: [], stopped: 0, hold: false, languages: ['zh-CN', 'en-US']};
  let speaking = null;
  const end = utterance => { if (speaking === utterance) { speaking = null; utterance.onend(); } };
  const synthesis = {
    getVoices: () => voice.languages.map(lang => ({lang})),
    cancel() { voice.stopped += 1; const was = speaking; speaking = null; was?.onerror({error: 'canceled'}); },
    speak(utterance) {
      speaking = utterance;
      voice.said.push({text: utterance.text, lang: utterance.lang});
      utterance.onstart();
      if (!voice.hold) setTimeout(() => end(utterance), 0);
    },
  };
  Object.defineProperty(window, 'speechSynthesis', {value: synthesis});
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})()"""
WRITTEN = """() => {
  const main = document.querySelector('main'), words = text => text.replace(/\\s+/g, '');
  const folded = [...main.querySelectorAll('details:not([open]) > :not(summary)')];
  const bars = document.querySelectorAll('nav, .topbar, .tabbar, .foot, main button');
  const folds = folded.map(each => words(each.textContent)), said = [...bars].map(each => words(each.innerText));
  const h1 = words(main.querySelector('h1').textContent), lang = document.documentElement.lang;
  const seen = main.cloneNode(true);
  seen.querySelectorAll('.sr, script, style, svg, [aria-hidden=true]').forEach(each => each.remove());
  return {h1, lang, main: words(seen.textContent), folded: folds, bars: said};
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with the reading of the open page, which has a main part with something folded away in it."""
    button = page.locator("[data-read-aloud]").locator("visible=true").first
    found: list[str] = []
    button.click()
    page.locator("[data-reading]").wait_for(state="detached")
    written, said = page.evaluate(WRITTEN), page.evaluate("voice.said")
    words = ["".join(each["text"].split()) for each in said]
    if len(words) < 5 or words[0] not in written["h1"] + written["main"][: written["main"].index(written["h1"]) + 1]:
        found.append(f"begins with {words[:1]} instead of {written['h1']!r}")
    place = 0
    for each in words:
        where = written["main"].find(each, place)
        if where < 0:
            found.append(f"reads {each!r} out of order, or it is not in the main part")
        place = max(where, place)
    hidden = {each for each in words if len(each) > 6 and any(each in folded for folded in written["folded"])}
    found += [f"reads what is folded away: {each}" for each in hidden if written["main"].count(each) == 1]
    found += [f"reads a bar or a button: {each}" for each in words if each in written["bars"]]
    found += [f"reads in {each['lang']!r}: {each['text']}" for each in said if each["lang"] != written["lang"]]
    label, stopped = button.inner_text(), page.evaluate("voice.hold = true, voice.stopped")
    button.click()
    going = button.inner_text()
    button.click()
    count = page.evaluate("voice.said.length")
    if going == label or button.inner_text() != label or page.evaluate("voice.stopped") < stopped + 2:
        found.append(f"a second press does not stop it: {label!r}, {going!r}, {button.inner_text()!r}")
    page.evaluate("voice.languages = ['de-DE']")
    button.click()
    if page.locator("[data-toasts] .flash").count() != 1 or page.evaluate("voice.said.length") != count:
        found.append("does not say that there is no voice")
    return found
