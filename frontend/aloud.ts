/** Reads the visible words of the page aloud, sentence by sentence; hidden where the browser has no voice. */

import { all, one } from "./dom";
import { say } from "./strings";

const SKIPPED = "script, style, button, nav, select, svg, [aria-hidden=true], [hidden], .sr, .field__count, .no-read";

export function start(): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of all<HTMLButtonElement>("button[data-read-aloud]")) {
    button.hidden = false;
    button.addEventListener("click", () => toggle(button));
  }
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

function toggle(button: HTMLButtonElement): void {
  if (button.getAttribute("aria-pressed") === "true") {
    speechSynthesis.cancel();
    show(button, false);
    return;
  }
  const target = document.getElementById(button.dataset["readAloud"] ?? "main");
  if (!target) return;
  speechSynthesis.cancel();
  show(button, true);
  speak(sentences(target), button);
}

function show(button: HTMLButtonElement, reading: boolean): void {
  button.setAttribute("aria-pressed", String(reading));
  const label = one("[data-label]", button) ?? button;
  label.textContent = say(reading ? "stop" : "read");
}

/** One utterance a sentence: long ones are cut off by several browsers after fifteen seconds. */
function speak(queue: string[], button: HTMLButtonElement): void {
  const next = queue.shift();
  if (next === undefined || button.getAttribute("aria-pressed") !== "true") {
    show(button, false);
    return;
  }
  const utterance = new SpeechSynthesisUtterance(next);
  utterance.lang = document.documentElement.lang;
  utterance.rate = 0.9;
  utterance.onend = utterance.onerror = () => speak(queue, button);
  speechSynthesis.speak(utterance);
}

/** The words a person sees, in reading order, one entry for each block or sentence. */
export function sentences(target: Element): string[] {
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  const blocks: { block: Element; text: string }[] = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim();
    if (!parent || !text || parent.closest(SKIPPED) || parent.getClientRects().length === 0) continue;
    const block = parent.closest("p, li, dt, dd, h1, h2, h3, h4, label, blockquote, td, th, div, section") ?? parent;
    const last = blocks[blocks.length - 1];
    if (last?.block === block) last.text += ` ${text}`;
    else blocks.push({ block, text });
  }
  return blocks.flatMap(({ text }) => text.match(/[^。；？！]+[。；？！]?/g) ?? []).filter((text) => /[\p{L}\p{N}]/u.test(text));
}
