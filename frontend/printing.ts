/** A button that prints the page; hidden where there is no script to press it with. */

import { all } from "./dom";

export function start(): void {
  for (const button of all<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
