/** A list whose lines are put in order by dragging, or with the arrow keys on the handle.

<ol data-reorder="url"> holds <li data-item="id"> with a [data-handle] button. The order is sent when a line is let go;
each move is announced. Without a script the up and down buttons of each line do the same. */

import { all, one } from "./dom";
import { post } from "./http";
import { say } from "./strings";
import { toast } from "./toast";

export function start(): void {
  for (const list of all<HTMLElement>("[data-reorder]")) follow(list);
}

function follow(list: HTMLElement): void {
  let held: HTMLElement | null = null;
  let before = "";
  for (const handle of all<HTMLElement>("[data-handle]", list)) {
    handle.hidden = false;
    const line = handle.closest<HTMLElement>("[data-item]");
    if (!line) continue;
    handle.addEventListener("pointerdown", (event) => {
      held = line;
      before = order(list);
      handle.setPointerCapture(event.pointerId);
      line.classList.add("is-held");
    });
    handle.addEventListener("pointermove", (event) => {
      if (held !== line) return;
      const over = lines(list).find((each) => {
        const box = each.getBoundingClientRect();
        return each !== line && event.clientY > box.top && event.clientY < box.bottom;
      });
      if (!over) return;
      const box = over.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) over.before(line);
      else over.after(line);
    });
    const letGo = () => {
      if (held !== line) return;
      held = null;
      line.classList.remove("is-held");
      if (order(list) !== before) void send(list, line);
    };
    handle.addEventListener("pointerup", letGo);
    handle.addEventListener("pointercancel", letGo);
    handle.addEventListener("keydown", (event) => {
      const up = event.key === "ArrowUp";
      if (!up && event.key !== "ArrowDown") return;
      event.preventDefault();
      const other = up ? line.previousElementSibling : line.nextElementSibling;
      if (!other) return;
      if (up) other.before(line);
      else other.after(line);
      handle.focus();
      void send(list, line);
    });
  }
}

function lines(list: HTMLElement): HTMLElement[] {
  return all<HTMLElement>("[data-item]", list);
}

function order(list: HTMLElement): string {
  return lines(list)
    .map((line) => line.dataset["item"])
    .join(",");
}

async function send(list: HTMLElement, line: HTMLElement): Promise<void> {
  lines(list).forEach((each, index) => {
    const number = one("[data-number]", each);
    if (number) number.textContent = String(index + 1);
  });
  const answer = await post(list.dataset["reorder"] ?? "", { items: order(list) });
  if (!answer.ok) toast(answer.sentence ?? say("server"), { seconds: 10 });
  else toast(say("moved", { place: lines(list).indexOf(line) + 1, total: lines(list).length }));
}
