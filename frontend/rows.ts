/** In a list of work the keys go from line to line: a liaison with forty of them keeps the hands where they are. */

import { all, one } from "./dom";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
const ROW = "tr, li, a.line";
const TICK = "input[type=checkbox]";
/** Whether letters work outside the list too. Whoever speaks to the device can turn that off (WCAG 2.1.4). */
const LETTERS = "rows-letters";

export function start(): void {
  const lists = all("[data-rows]");
  if (!lists.length) return;
  document.addEventListener("keydown", (event) => onKey(event, lists));
  const sheet = one<HTMLDialogElement>("[data-rows-keys]");
  const help = one<HTMLButtonElement>("[data-rows-help]");
  if (!sheet || !help) return;
  help.hidden = false;
  help.addEventListener("click", () => sheet.showModal());
  const letters = one<HTMLInputElement>("[data-rows-letters]", sheet);
  if (!letters) return;
  letters.checked = lettersEverywhere();
  letters.addEventListener("change", () => localStorage.setItem(LETTERS, letters.checked ? "on" : "off"));
}

function lettersEverywhere(): boolean {
  return localStorage.getItem(LETTERS) !== "off";
}

function onKey(event: KeyboardEvent, lists: HTMLElement[]): void {
  const target = event.target;
  if (event.altKey || event.ctrlKey || event.metaKey || !(target instanceof Element) || one("dialog[open]")) return;
  const list = target.closest<HTMLElement>("[data-rows]");
  if (isTyping(target) || (!list && (target !== document.body || !lettersEverywhere()))) return;
  if (act(event, target, list, lists)) event.preventDefault();
}

/** Ticking a box is no typing. */
function isTyping(target: Element): boolean {
  return target.matches("input, textarea, select, [contenteditable]") && !target.matches(TICK);
}

/** Whether the key meant something here. */
function act(event: KeyboardEvent, target: Element, list: HTMLElement | null, lists: HTMLElement[]): boolean {
  if (event.key === "?" || event.key === "\uff1f") return openHelp();
  const step = STEPS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!list) return event.key.length === 1 && step !== undefined && enter(step, lists);
  if (step !== undefined) return move(target, list, step);
  const row = target.closest(ROW);
  const tick = row && one<HTMLInputElement>(TICK, row);
  if (event.key === " " && target.matches("a") && tick) {
    tick.click();
    return true;
  }
  if (event.key === "Enter" && target.matches(TICK)) {
    row && one<HTMLAnchorElement>("a[href]", row)?.click();
    return true; // Else the browser would send the form around the list.
  }
  return false;
}

function openHelp(): boolean {
  const help = one<HTMLButtonElement>("[data-rows-help]");
  help?.click();
  return help !== null;
}

function enter(step: number, lists: HTMLElement[]): boolean {
  const stops = lists.flatMap((list) => stopsOf(list, "a[href]"));
  return focus(stops.at(step > 0 ? 0 : -1));
}

/** From a box to the next box, from a link to the next link. */
function move(target: Element, list: HTMLElement, step: number): boolean {
  const stops = stopsOf(list, target.matches(TICK) ? TICK : "a[href]");
  const row = target.closest(ROW);
  const at = stops.findIndex((stop) => stop.closest(ROW) === row);
  return focus(stops[at + step]);
}

/** The first such thing of each line. */
function stopsOf(list: HTMLElement, kind: string): HTMLElement[] {
  const found = new Map<Element, HTMLElement>();
  for (const stop of all(kind, list)) {
    const row = stop.closest(ROW);
    if (row && !found.has(row)) found.set(row, stop);
  }
  return [...found.values()];
}

function focus(stop: HTMLElement | undefined): boolean {
  stop?.focus();
  return stop !== undefined;
}
