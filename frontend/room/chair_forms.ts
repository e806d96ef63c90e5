/** The few things a chair writes down: a decision, why an item is put off, who stands in. Each in a dialog of its own,
 * so that what happens in the room meanwhile never touches what is being typed. */

import { make, one } from "../dom";
import { say } from "../strings";
import type { Link } from "./link";
import { button, h } from "./parts";
import type { Item } from "./state";

export type Form = "decide" | "defer" | "stand_in" | "seats" | "decline";

interface RollLine {
  user_id: number | null;
  name: string;
  label: string;
  is_voting: boolean;
  is_present: boolean;
}

function dialog(title: string): { box: HTMLDialogElement; body: HTMLFormElement } {
  const box = make("dialog", "dialog");
  const head = h("h2", "", title);
  head.id = "room-form";
  box.setAttribute("aria-labelledby", head.id);
  const body = h("form", "stack");
  body.method = "dialog";
  box.append(head, body);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  return { box, body };
}

function foot(box: HTMLDialogElement, yes: string): HTMLElement {
  const send = h("button", "btn btn--main", yes);
  send.type = "submit";
  return h("div", "dialog__go", button(say("not_now"), "", () => box.close()), send);
}

export function openForm(kind: Form, item: Item, link: Link): void {
  if (kind === "stand_in") openStandIn(item, link);
  else if (kind === "decide") openText(say("decide"), say("decide_hint"), item.motion?.text || item.motion_text, (text) => link.act("item.decide", { item_id: item.id, text }));
  else if (kind === "decline" && item.waiting[0]) declineFirst(item.waiting[0].id, link);
  else if (kind === "defer") openText(say("defer"), say("defer_hint"), "", (reason) => link.act("item.defer", { item_id: item.id, reason }));
}

function declineFirst(motionId: number, link: Link): void {
  openText(say("decline"), say("decline_hint"), "", (reason) => link.act("motion.decline", { motion_id: motionId, reason }));
}

function openText(title: string, hint: string, text: string, done: (text: string) => Promise<void>): void {
  const { box, body } = dialog(title);
  const area = h("textarea", "in word");
  area.rows = 5;
  area.maxLength = 1000;
  area.required = true;
  area.minLength = 2;
  area.value = text;
  area.setAttribute("aria-label", title);
  body.append(h("p", "small soft", hint), area, foot(box, title));
  body.addEventListener("submit", () => void done(area.value));
  box.showModal();
  area.focus();
}

function openStandIn(item: Item, link: Link): void {
  const candidates = JSON.parse(one("#candidates")?.textContent ?? "[]") as { id: number; name: string }[];
  const { box, body } = dialog(say("appoint"));
  const list = h("select", "in");
  list.setAttribute("aria-label", say("appoint"));
  for (const each of candidates) list.append(new Option(each.name, String(each.id)));
  body.append(h("p", "small soft", say("appoint_hint")), list, foot(box, say("appoint")));
  body.addEventListener("submit", () => void link.act("stand_in.appoint", { item_id: item.id, user_id: Number(list.value) }));
  box.showModal();
}

/** Everybody who holds a seat, by name, to be checked in one by one; the box stays open until the chair closes it. */
export async function openSeats(link: Link, rollUrl: string): Promise<void> {
  const { box, body } = dialog(say("check_in_by_name"));
  const search = h("input", "in");
  search.type = "search";
  search.placeholder = say("search_name");
  search.setAttribute("aria-label", say("search_name"));
  const list = h("ul", "rollist");
  const count = h("p", "tiny muted");
  body.append(search, count, list, h("div", "dialog__go", button(say("done"), "btn--main", () => box.close())));
  box.showModal();
  const lines = await roll(rollUrl);
  const draw = () => {
    const wanted = search.value.trim();
    const found = lines.filter((line) => !wanted || line.name.includes(wanted) || line.label.includes(wanted));
    count.textContent = say("roll_count", { present: lines.filter((line) => line.is_present).length, total: lines.length });
    list.replaceChildren(...found.slice(0, 50).map((line) => rollLine(line, link, draw)));
  };
  search.addEventListener("input", draw);
  draw();
  search.focus();
}

async function roll(url: string): Promise<RollLine[]> {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  return response.ok ? ((await response.json()) as { seats: RollLine[] }).seats : [];
}

function rollLine(line: RollLine, link: Link, draw: () => void): HTMLElement {
  const userId = line.user_id;
  const check = () => {
    if (userId === null) return;
    line.is_present = true;
    draw();
    void link.act("attendance.check_in", { meeting_id: link.store.state.meeting.id, user_id: userId });
  };
  const state = userId === null && !line.is_present ? h("span", "tag", say("empty_seat")) : line.is_present ? h("span", "tag tag--ok", say("present")) : button(say("check_in_one"), "btn--sm", check);
  return h("li", "bar", h("span", "grow", h("b", "strong", line.name), h("small", "muted block", line.label)), state);
}
