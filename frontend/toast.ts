/** A short message at the foot of the window, read out politely. */

import { all, make, one } from "./dom";
import { say } from "./strings";

interface Way {
  label: string;
  href: string;
}

/** Show `text` for some seconds; with a link it stays until it is closed. A newer one takes the place of those of its `kind`. */
export function toast(text: string, options: { link?: Way; seconds?: number; kind?: string } = {}): void {
  const shelf = one("[data-toasts]");
  if (!shelf) return;
  bringForward(shelf);
  if (options.kind) dismiss(options.kind);
  const slip = make("div", "flash");
  slip.append(make("span", "", text));
  if (options.kind) slip.dataset["kind"] = options.kind;
  if (options.link) slip.append(way(options.link), closing(slip));
  while (shelf.children.length >= 3) shelf.firstElementChild?.remove();
  shelf.append(slip);
  if (!options.link) window.setTimeout(() => slip.remove(), (options.seconds ?? 6) * 1000);
}

/** What is said about `kind` holds no more. */
export function dismiss(kind: string): void {
  for (const slip of all(`[data-toasts] > [data-kind="${CSS.escape(kind)}"]`)) slip.remove();
}

/** An open dialog covers the page and makes it inert: what is said meanwhile is said in the dialog. */
function bringForward(shelf: HTMLElement): void {
  const box = all<HTMLDialogElement>("dialog[open]").at(-1);
  if (!box || box.contains(shelf)) return;
  const home = shelf.parentElement;
  box.append(shelf);
  box.addEventListener("close", () => home?.append(shelf), { once: true });
}

function way({ label, href }: Way): HTMLAnchorElement {
  const link = make("a", "", label);
  link.href = href;
  return link;
}

function closing(slip: HTMLElement): HTMLButtonElement {
  const button = make("button", "flash__x", "×");
  button.type = "button";
  button.setAttribute("aria-label", say("close"));
  button.addEventListener("click", () => slip.remove());
  return button;
}
