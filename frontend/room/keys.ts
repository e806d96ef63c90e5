/** Keys of the console: every button that has one says so, and the sheet of `?` lists them. */

import { one } from "../dom";
import { say } from "../strings";
import { dialog } from "./dialogs";
import { button, h } from "./parts";

/** In the order of a meeting; each is also the name of its sentence. */
const KEYS: [string, string][] = [
  ["c", "key.door"], ["s", "key.start"], ["n", "key.next"], ["e", "key.end"], ["+", "key.extend"], ["p", "key.pause"], ["m", "key.motion"],
  ["y", "key.agree"], ["h", "key.hands"], ["v", "key.vote"], ["o", "key.otherwise"], ["r", "key.announce"], ["d", "key.decide"], ["a", "key.step"], ["f", "key.defer"],
  ["w", "key.pulse"], ["q", "key.queue"], ["?", "key.help"],
];

/** A button with a letter that presses it. */
export function keyed(text: string, letter: string, className: string, run: () => void, options: { icon?: string; key: string; off?: string }): HTMLButtonElement {
  const element = button(text, className, run, { ...options, kbd: letter.toUpperCase() });
  element.dataset["shortcut"] = letter;
  element.setAttribute("aria-keyshortcuts", letter.toUpperCase());
  return element;
}

export function chairKeys(): void {
  one("[data-help]")?.addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || one("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "?" || key === "？") return press(event, help);
    if (key === "q") return press(event, () => one<HTMLElement>("[data-region=queue] button")?.focus());
    const target = one<HTMLButtonElement>(`[data-shortcut="${CSS.escape(key === "=" ? "+" : key)}"]`);
    if (target && !target.disabled && !target.closest("[hidden]")) press(event, () => target.click());
  });
}

function press(event: KeyboardEvent, run: () => void): void {
  event.preventDefault();
  run();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function help(): void {
  if (one("dialog[open]")) return;
  const { box, body } = dialog(say("help"), "dialog--wide");
  const list = h("dl", "keys");
  for (const [key, name] of KEYS) list.append(h("dt", "", h("kbd", "kbd", key.toUpperCase())), h("dd", "", say(name)));
  body.append(list, h("p", "small soft", say("help_more")), h("div", "dialog__go", button(say("close_help"), "btn--main", () => box.close())));
  box.showModal();
}
