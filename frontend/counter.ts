/** Counts the characters of a field as the server does: one for each code point, line ends as one. */

import { all } from "./dom";
import { say } from "./strings";

const NEAR = 20;

export function start(): void {
  for (const label of all("[data-counter]")) {
    const field = document.getElementById(label.dataset["counter"] ?? "");
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue;
    const limit = Number(label.dataset["limit"]);
    // The browser's own limit cuts pasted text without a word; we count, say so, and let the person shorten it.
    field.removeAttribute("maxlength");
    const update = () => show(label, Array.from(field.value).length, limit);
    field.addEventListener("input", update);
    update();
  }
}

function show(label: HTMLElement, now: number, limit: number): void {
  const over = now - limit;
  label.textContent = over > 0 ? say("over", { over }) : say("count", { now, limit });
  label.classList.toggle("is-over", over > 0);
  if (over > -NEAR) label.setAttribute("aria-live", "polite");
  else label.removeAttribute("aria-live");
}
