/** The whole hour in view: each item as wide as its planned minutes, and a mark where the meeting stands now. */

import { all } from "../dom";
import { say } from "../strings";
import { timeOfDay } from "./clocks";
import { h } from "./parts";
import type { AgendaLine, RoomState } from "./state";

const MINUTE = 60_000;

export function hourBar({ meeting, items, item }: RoomState): HTMLElement | null {
  if (!items.length || meeting.state === "cancelled") return null;
  const planned = items.reduce((sum, each) => sum + each.minutes, 0);
  const total = Math.max(meeting.planned_minutes, planned);
  const begins = Date.parse(meeting.opened_at ?? meeting.starts_at);
  const track = h("div", "hour__bar");
  for (const each of items) {
    const part = h("i", each.id === item?.id ? "n" : each.state === "decided" || each.state === "deferred" ? "d" : "");
    part.style.setProperty("--w", `${((100 * each.minutes) / total).toFixed(2)}%`);
    part.title = `${each.title} ${say("minutes", { minutes: each.minutes })}`;
    track.append(part);
  }
  if (meeting.opened_at && meeting.state !== "closed") {
    const mark = h("b");
    Object.assign(mark.dataset, { hourBegins: String(begins), hourTotal: String(total * MINUTE) });
    track.append(mark);
  }
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", say("hour", { planned, total: meeting.planned_minutes }));
  const ends = timeOfDay(begins + meeting.planned_minutes * MINUTE);
  return h("div", "hour", h("span", "tiny muted", timeOfDay(begins)), track, h("span", "tiny muted", say("hour_ends", { time: ends })));
}

/** How much of its time an item has used, while it is in hand and after. */
export function itemBar(line: AgendaLine): HTMLElement | null {
  if (!line.started_at) return null;
  const bar = h("i");
  Object.assign(bar.dataset, { usedFrom: line.started_at, usedTo: line.ended_at ?? "", usedOf: String(line.minutes) });
  const words = h("small", "");
  Object.assign(words.dataset, { usedWords: "", usedFrom: line.started_at, usedTo: line.ended_at ?? "", usedOf: String(line.minutes) });
  return h("div", "", words, h("div", "tbar", bar));
}

/** Moved on with every tick of the server's clock. */
export function tickHour(now: number): void {
  for (const mark of all("[data-hour-begins]")) {
    const share = (now - Number(mark.dataset["hourBegins"])) / Number(mark.dataset["hourTotal"]);
    mark.style.setProperty("--at", `${(100 * Math.max(0, Math.min(1, share))).toFixed(2)}%`);
    mark.classList.toggle("is-over", share > 1);
  }
  for (const element of all("[data-used-from]")) {
    const { usedFrom = "", usedTo = "", usedOf = "1" } = element.dataset;
    const minutes = ((usedTo ? Date.parse(usedTo) : now) - Date.parse(usedFrom)) / MINUTE;
    const of = Number(usedOf);
    if ("usedWords" in element.dataset) element.textContent = say(usedTo ? "used" : "using", { minutes: Math.max(0, Math.floor(minutes)), of });
    else element.style.setProperty("--v", `${Math.max(0, Math.min(100, (100 * minutes) / of)).toFixed(1)}%`);
    element.classList.toggle("is-over", minutes > of);
  }
}
