/** Reads the visible words of the page aloud, sentence by sentence, each in its own language; a second press stops.
 * Where there is no voice, the button says so when it is pressed. */

import { all, one } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

const SKIPPED = "script, style, button, nav, select, svg, [aria-hidden=true], .sr, .field__count, .no-read, .tabbar, .dock";
const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, label, blockquote, td, th, div, section";
const PATIENCE = 4_000; // A browser that has a voice has begun by then.

let turn = 0; // Of the readings begun; an utterance of one that was stopped goes on with nothing.

interface Passage {
  text: string;
  lang: string;
}

export function start(): void {
  for (const button of all<HTMLButtonElement>("button[data-read-aloud]")) {
    button.hidden = false;
    button.addEventListener("click", () => toggle(button));
  }
  window.addEventListener("pagehide", () => voice()?.cancel());
}

function voice(): SpeechSynthesis | undefined {
  return "speechSynthesis" in window ? window.speechSynthesis : undefined;
}

function toggle(button: HTMLButtonElement): void {
  const reader = voice();
  turn += 1;
  reader?.cancel();
  if (isReading(button)) return show(button, false);
  const target = document.getElementById(button.dataset["readAloud"] ?? "main");
  if (!target) return;
  if (!reader || !canRead(reader)) return speechless(button);
  show(button, true);
  speak(passages(target), button, reader, turn);
}

/** Some browsers name no voices before they have spoken: only where there are some, one must fit. */
function canRead(reader: SpeechSynthesis): boolean {
  const voices = reader.getVoices();
  const language = document.documentElement.lang.slice(0, 2);
  return voices.length === 0 || voices.some((each) => each.lang.toLowerCase().startsWith(language));
}

function speechless(button: HTMLButtonElement): void {
  show(button, false);
  toast(say("no_voice"), { seconds: 10 });
}

function isReading(button: HTMLButtonElement): boolean {
  return button.dataset["reading"] !== undefined;
}

function show(button: HTMLButtonElement, reading: boolean): void {
  if (reading) button.dataset["reading"] = "";
  else delete button.dataset["reading"];
  const label = one("[data-label]", button) ?? button;
  label.textContent = say(reading ? "stop" : "read");
}

/** One utterance a sentence: long ones are cut off by several browsers after fifteen seconds. */
function speak(queue: Passage[], button: HTMLButtonElement, reader: SpeechSynthesis, mine: number): void {
  if (mine !== turn) return;
  const next = queue.shift();
  if (next === undefined) return show(button, false);
  const utterance = new SpeechSynthesisUtterance(next.text);
  utterance.lang = next.lang;
  utterance.rate = 0.9;
  const silence = window.setTimeout(() => mine === turn && speechless(button), PATIENCE);
  utterance.onstart = () => window.clearTimeout(silence);
  utterance.onend = () => {
    window.clearTimeout(silence);
    speak(queue, button, reader, mine);
  };
  utterance.onerror = ({ error }) => {
    window.clearTimeout(silence);
    if (mine === turn && error !== "canceled" && error !== "interrupted") speechless(button); // Those two were asked for.
  };
  reader.speak(utterance);
}

/** The words a person sees, in reading order, one entry for each sentence; what is folded away is not read. */
export function passages(target: Element): Passage[] {
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  const blocks: { block: Element; lang: string; text: string }[] = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim();
    if (!parent || !text || parent.closest(SKIPPED) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const block = parent.closest(BLOCKS) ?? parent;
    const lang = parent.closest<HTMLElement>("[lang]")?.lang ?? "";
    const last = blocks[blocks.length - 1];
    if (last?.block === block && last.lang === lang) last.text += ` ${text}`;
    else blocks.push({ block, lang, text });
  }
  const sentences = blocks.flatMap(({ text, lang }) => text.split(/(?<=[。；？！])|(?<=[.;?!])\s+/).map((each) => ({ text: each.trim(), lang })));
  return sentences.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
}
