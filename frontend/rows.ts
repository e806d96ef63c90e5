/** In a list of work the arrow keys go from line to line: a liaison with forty of them keeps the hands where they are. */

import { all } from "./dom";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

export function start(): void {
  for (const list of all("[data-rows]")) list.addEventListener("keydown", (event) => move(event, list));
}

function move(event: KeyboardEvent, list: HTMLElement): void {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return;
  // Each line has its boxes to tick and its link: from a box to the next box, from a link to the next link.
  const kind = event.target.matches("input[type=checkbox]") ? "input[type=checkbox]" : "a[href]";
  const stops = all(kind, list);
  const next = stops[stops.indexOf(event.target as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
