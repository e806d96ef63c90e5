/** Share this page with the system's own sheet, copy its address, or print it. */

import { all } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

export function start(): void {
  for (const button of all<HTMLButtonElement>("button[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => void share(button));
  }
  for (const button of all<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button.dataset["copy"] ?? ""));
  }
  for (const button of all<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

async function share(button: HTMLButtonElement): Promise<void> {
  const url = new URL(button.dataset["share"] || window.location.pathname, window.location.href).href;
  const title = button.dataset["shareTitle"] ?? document.title;
  if (!navigator.share) return copy(url);
  try {
    await navigator.share({ title, url });
  } catch (refusal) {
    // Closing the sheet is a choice; anything else still leaves the address in hand.
    if (!(refusal instanceof DOMException && refusal.name === "AbortError")) await copy(url);
  }
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    toast(say("not_copied"));
  }
}
