/** Clocks that run down, and instants as people read them: by the server's time, whatever this machine believes. */

import { all, one } from "../dom";
import { say } from "../strings";
import { dayAndTime, dayOfInstant } from "../times";
import { h } from "./parts";
import type { Speaker } from "./state";
import type { Store } from "./store";

/** A round clock that runs down; `tick` keeps it going. */
export function clock(endsAt: number, totalSeconds: number, size?: string): HTMLElement {
  const face = h("span", "", h("b"), h("small"));
  const element = h("div", "clock", face);
  element.setAttribute("role", "timer");
  if (size) element.style.setProperty("--d", size);
  element.dataset["endsAt"] = String(endsAt);
  element.dataset["total"] = String(totalSeconds);
  return element;
}

export function turnEnds(speaker: Speaker): number {
  const started = Date.parse(speaker.started_at ?? speaker.requested_at);
  return started + speaker.allotted_seconds * 1000 + speaker.paused_milliseconds;
}

export function turnClock(speaker: Speaker, size?: string): HTMLElement {
  const face = clock(turnEnds(speaker), speaker.allotted_seconds, size);
  if (speaker.paused_at) face.dataset["pausedAt"] = String(Date.parse(speaker.paused_at));
  return face;
}

export function minutesAndSeconds(seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  return `${seconds < 0 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** How many minutes are left, whole: a begun one counts, and what was planned is never exceeded. */
export function minutesLeft(from: number, planned: number, now: number): number {
  return planned - Math.floor(Math.max(0, now - from) / 60_000);
}

/** An element that `tick` keeps saying the minutes left in. */
export function countMinutes(element: HTMLElement, sentence: string, from: number, planned: number): void {
  Object.assign(element.dataset, { minutesFrom: String(from), minutesPlanned: String(planned), say: sentence });
}

export function timeOfDay(instant: number | string): string {
  const at = typeof instant === "string" ? Date.parse(instant) : instant;
  return new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "numeric", minute: "2-digit", hour12: false }).format(at);
}

/** Today the hour says enough; on any other day the day stands with it. */
export function timeOrDay(instant: string, now: number): string {
  return isOnDayOf(now, Date.parse(instant)) ? timeOfDay(instant) : dayAndTime(instant);
}

function isOnDayOf(now: number, instant: number): boolean {
  return Math.abs(instant - now) < 24 * 3_600_000 && dayOfInstant(now) === dayOfInstant(instant);
}

/** Move every clock of the page on: by the server's time, whatever this machine believes. */
export function tick(store: Store): void {
  const now = store.now();
  for (const element of all("[data-ends-at]")) tickClock(element, Number(element.dataset["pausedAt"] ?? now));
  for (const element of all("[data-clock-of-day]")) element.textContent = timeOfDay(now);
  for (const element of all("[data-minutes-from]")) {
    const minutes = minutesLeft(Number(element.dataset["minutesFrom"]), Number(element.dataset["minutesPlanned"]), now);
    element.textContent = minutes >= 0 ? say(element.dataset["say"] ?? "minutes_left", { minutes }) : say("over_by", { minutes: -minutes });
  }
}

/** Less than an hour is counted down; a longer time says when it ends, and on which day if that is not today. */
function tickClock(element: HTMLElement, now: number): void {
  const end = Number(element.dataset["endsAt"]);
  const left = (end - now) / 1000;
  const total = Number(element.dataset["total"]) || 1;
  const share = Math.max(0, Math.min(1, left / total));
  element.style.setProperty("--p", `${(share * 100).toFixed(1)}%`);
  element.classList.toggle("clock--soon", left > 0 && left <= 20);
  element.classList.toggle("clock--over", left <= 0);
  const isFar = left >= 3600 && !isOnDayOf(now, end);
  element.classList.toggle("clock--day", isFar);
  const figure = one("b", element);
  if (figure) figure.textContent = left < 3600 ? minutesAndSeconds(Math.ceil(left)) : isFar ? dayOfInstant(end) : timeOfDay(end);
  const caption = one("small", element);
  if (caption) caption.textContent = left < 0 ? say("overtime") : left < 3600 ? say("left") : isFar ? say("closes_at", { time: timeOfDay(end) }) : say("closes");
}
