/** A short message at the foot of the window, read out politely. */

import { all, make, one } from "./dom";

interface Action {
  label: string;
  run: () => void;
}

/** Show `text` for some seconds; with an action it stays longer, so that there is time to press it. */
export function toast(text: string, options: { action?: Action; seconds?: number } = {}): void {
  const shelf = one("[data-toasts]");
  if (!shelf) return;
  bringForward(shelf);
  const slip = make("div", "flash");
  slip.append(make("span", "", text));
  if (options.action) slip.append(actionButton(options.action, slip));
  while (shelf.children.length >= 3) shelf.firstElementChild?.remove();
  shelf.append(slip);
  const seconds = options.seconds ?? (options.action ? 12 : 6);
  window.setTimeout(() => slip.remove(), seconds * 1000);
}

/** An open dialog covers the page and makes it inert: what is said meanwhile is said in the dialog. */
function bringForward(shelf: HTMLElement): void {
  const box = all<HTMLDialogElement>("dialog[open]").at(-1);
  if (!box || box.contains(shelf)) return;
  const home = shelf.parentElement;
  box.append(shelf);
  box.addEventListener("close", () => home?.append(shelf), { once: true });
}

function actionButton(action: Action, slip: HTMLElement): HTMLButtonElement {
  const button = make("button", "", action.label);
  button.type = "button";
  button.addEventListener("click", () => {
    slip.remove();
    action.run();
  });
  return button;
}
