/** The few things a chair writes down: a decision, a step, why an item is put off, what was moved aloud, who stands in. */

import { one } from "../dom";
import { say } from "../strings";
import { dayOf, isoDay } from "../times";
import { toast } from "../toast";
import type { Payload } from "./acts";
import { area, choose, dialog, field, foot, input, onSubmit, remember, send, tick } from "./dialogs";
import type { Link } from "./link";
import { motion } from "./motions";
import { button, h, icon } from "./parts";
import type { Item, Speaker, Vote } from "./state";

interface Person {
  id: number;
  name: string;
}

interface Owner {
  owner_id?: number;
  owner_unit_id?: number;
  name: string;
}

function given<T>(id: string): T[] {
  return JSON.parse(one(`#${id}`)?.textContent ?? "[]") as T[];
}

function openText(link: Link, act: { title: string; hint: string; name: string; field: string; payload: Payload; keep: string }): void {
  const opened = dialog(act.title);
  const text = area(act.field, { longest: 300 });
  text.setAttribute("aria-label", act.title);
  opened.body.append(h("p", "small soft", act.hint), text, foot(opened.box, act.title));
  const forget = remember(opened, act.keep);
  onSubmit(opened, () => void send(link, opened, act.name, { ...act.payload, [act.field]: text.value }, forget));
  opened.box.showModal();
  text.focus();
}

export function defer(item: Item, link: Link): void {
  openText(link, { title: say("defer"), hint: say("defer_hint"), name: "item.defer", field: "reason", payload: { item_id: item.id }, keep: `defer-${item.id}` });
}

export function decline(motionId: number, link: Link): void {
  openText(link, { title: say("decline"), hint: say("decline_hint"), name: "motion.decline", field: "reason", payload: { motion_id: motionId }, keep: `decline-${motionId}` });
}

export function setAside(questionId: number, link: Link): void {
  openText(link, { title: say("question.set_aside"), hint: say("set_aside_hint"), name: "question.set_aside", field: "reason", payload: { question_id: questionId }, keep: `aside-${questionId}` });
}

// ---- who does it by which day

class Who {
  readonly name = input("owner_name", { longest: 40 });
  readonly day = input("due_on", { type: "date" });
  private readonly owners = given<Owner>("owners");

  constructor(isRequired: boolean) {
    const list = h("datalist");
    list.id = "room-owners";
    for (const each of this.owners) list.append(new Option(each.name, each.name));
    this.name.setAttribute("list", list.id);
    this.name.autocomplete = "off";
    this.name.required = this.day.required = isRequired;
    this.fields = h("div", "twofields", field(say("owner"), this.name, say("owner_hint")), field(say("due_on"), this.day), list);
  }

  readonly fields: HTMLElement;

  get payload(): Payload {
    const name = this.name.value.trim();
    const owner = this.owners.find((each) => each.name === name);
    const who: Payload = owner?.owner_id ? { owner_id: owner.owner_id } : owner?.owner_unit_id ? { owner_unit_id: owner.owner_unit_id } : name ? { owner_name: name } : {};
    return this.day.value ? { ...who, due_on: this.day.value } : who;
  }

  /** One without the other is no promise, and a day that has gone by is none either: said at once, at the field. */
  isRefused(now: number): boolean {
    const isPast = this.day.value !== "" && this.day.value < isoDay(now);
    this.day.setCustomValidity(isPast ? say("day_past") : "");
    this.day.addEventListener("input", () => this.day.setCustomValidity(""), { once: true });
    if (isPast) return !this.day.reportValidity();
    const isHalf = Boolean(this.name.value.trim()) !== Boolean(this.day.value);
    if (isHalf) toast(say("who_and_day"));
    return isHalf;
  }
}

export function agreeStep(item: Item, link: Link): void {
  const opened = dialog(say("step.agree"));
  const [text, who] = [area("text", { rows: 3, longest: 300 }), new Who(true)];
  opened.body.append(field(say("step.text"), text), who.fields, foot(opened.box, say("step.agree")));
  const forget = remember(opened, `step-${item.id}`);
  onSubmit(opened, () => {
    if (!who.isRefused(link.store.now())) void send(link, opened, "step.agree", { item_id: item.id, text: text.value, ...who.payload }, forget);
  });
  opened.box.showModal();
  text.focus();
}

/** The motion's words, while it is before the room or was carried; of what was lost nothing is suggested. */
function wordsToDecide({ motion: main, motion_text }: Item): string {
  if (!main) return motion_text;
  return main.state === "pending" || main.state === "carried" ? main.text : "";
}

type Lost = "failed_approval" | "no_quorum" | "tie";
const LOST = new Set<string>(["failed_approval", "no_quorum", "tie"]);

/** What the item's last vote came to, where it did not carry its motion: then only another agreement is written down. */
export function notCarried(item: Item, vote: Vote | null): Lost | null {
  const result = vote?.item_id === item.id ? vote.result : null;
  return result && LOST.has(result.outcome) ? (result.outcome as Lost) : null;
}

/** The result before everything else, the way to end the item by it, and the chair's word that this is something else. */
function besideTheVote(outcome: Lost, finish: () => void): HTMLElement {
  const confirm = tick(say("is_other"), "is_other");
  const box = one<HTMLInputElement>("input", confirm);
  if (box) box.required = true;
  const end = button(say("finish_item"), "btn--sm", finish);
  end.dataset["publish"] = "";
  return h("div", "stack", h("div", "note note--warn", icon("exclamation-triangle"), h("div", "stack", h("p", "strong", say(`lost.${outcome}`)), h("p", "", say("lost_hint")), h("div", "bar", end))), confirm);
}

/** First written, then read back to the room, and only then published. */
export function decide(item: Item, outcome: Lost | null, link: Link): void {
  const opened = dialog(say("decide"), "dialog--wide");
  const text = area("text", { rows: 5, value: outcome ? "" : wordsToDecide(item) });
  const who = new Who(false);
  const finish = () => void send(link, opened, "item.finish", { item_id: item.id }, forget);
  const lost = outcome && besideTheVote(outcome, finish);
  const writing = h("div", "stack", lost, field(say(outcome ? "decide_other" : "decide"), text, say("decide_hint")), who.fields, h("p", "small soft", say("decide_final")), foot(opened.box, say("read_back_next")));
  const reading = h("div", "stack");
  reading.hidden = true;
  opened.body.append(writing, reading);
  const forget = remember(opened, `decide-${item.id}`);
  const show = (isReading: boolean) => {
    writing.hidden = isReading;
    reading.hidden = !isReading;
    (isReading ? one<HTMLElement>("[data-publish]", reading) : text)?.focus();
  };
  const publish = () => void send(link, opened, "item.decide", { item_id: item.id, text: text.value, is_other: outcome !== null, ...who.payload }, forget).then(() => opened.box.isConnected && show(false));
  onSubmit(opened, () => {
    if (!reading.hidden) return;
    if (who.isRefused(link.store.now())) return;
    reading.replaceChildren(...readBack(text.value, outcome, who, () => show(false), publish));
    show(true);
  });
  opened.box.showModal();
  text.focus();
}

function readBack(text: string, outcome: Lost | null, who: Who, back: () => void, publish: () => void): HTMLElement[] {
  const { name, day } = who;
  const line = name.value.trim() ? say("step.who", { owner: name.value.trim(), day: dayOf(day.value) }) : say("nobody_named");
  const yes = button(say("publish_decision"), "btn--main", publish);
  yes.dataset["publish"] = "";
  const beside = outcome ? [h("p", "strong", say(`beside.${outcome}`))] : [];
  return [h("p", "small soft", say("read_aloud")), ...beside, motion(text), h("p", "strong", line), h("p", "small soft", say("decide_final")), h("div", "dialog__go", button(say("back_to_change"), "", back), yes)];
}

// ---- who chairs, who moved, who comes first

export function standIn(item: Item, link: Link): void {
  const opened = dialog(say("appoint"));
  const list = choose("user_id", given<Person>("candidates").map(({ id, name }) => ({ value: id, name })));
  list.setAttribute("aria-label", say("appoint"));
  opened.body.append(h("p", "small soft", say("appoint_hint")), list, foot(opened.box, say("appoint")));
  onSubmit(opened, () => void send(link, opened, "stand_in.appoint", { item_id: item.id, user_id: Number(list.value) }));
  opened.box.showModal();
}

export function moveHand(speaker: Speaker, place: number, waiting: number, link: Link): void {
  const opened = dialog(say("move_hand", { name: speaker.name }));
  const where = choose("place", Array.from({ length: waiting }, (_each, index) => ({ value: index + 1, name: say("place_in_queue", { place: index + 1 }) })));
  where.value = String(place === 1 ? Math.min(2, waiting) : 1);
  const reason = input("reason", { required: true, longest: 100 });
  reason.minLength = 2;
  opened.body.append(field(say("move_to"), where), field(say("move_reason"), reason, say("move_reason_hint")), foot(opened.box, say("move")));
  onSubmit(opened, () => void send(link, opened, "hand.move", { speaker_id: speaker.id, place: Number(where.value), reason: reason.value }));
  opened.box.showModal();
  reason.focus();
}

/** Who is there with an account, by name, as the door knows them. */
async function present(link: Link): Promise<Person[]> {
  const response = await fetch(link.doorUrl, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return [];
  const { seats, others } = (await response.json()) as Record<"seats" | "others", { user_id: number | null; attendance_id: number | null; name: string; label?: string }[]>;
  const there = [...seats, ...others].filter((each) => each.user_id !== null && each.attendance_id !== null);
  return [...new Map(there.map((each) => [each.user_id!, { id: each.user_id!, name: [each.name, each.label].filter(Boolean).join(" · ") }])).values()];
}

/** What somebody moved aloud: a motion where there is none, else the motion's words as they would read. */
export async function recordMotion(item: Item, link: Link): Promise<void> {
  const people = await present(link);
  if (one("dialog[open]")) return;
  const isAmendment = item.motion?.state === "pending";
  const opened = dialog(say(isAmendment ? "record_amendment" : "record_motion"), "dialog--wide");
  const text = area("text", { rows: 5, least: 4, value: isAmendment ? item.motion?.text : "" });
  const mover = choose("mover_id", people.map(({ id, name }) => ({ value: id, name })));
  opened.body.append(field(say("who_moved"), mover), field(say(isAmendment ? "amended_words" : "motion_words"), text), foot(opened.box, say("record")));
  const forget = remember(opened, `record-${item.id}-${item.motion?.version ?? 0}`);
  const payload = () => ({ item_id: item.id, kind: isAmendment ? "amendment" : "motion", text: text.value, mover_id: Number(mover.value) });
  onSubmit(opened, () => void send(link, opened, "motion.propose", payload(), forget));
  opened.box.showModal();
  text.focus();
}

export async function recordSecond(motionId: number, link: Link): Promise<void> {
  const people = await present(link);
  if (one("dialog[open]")) return;
  const opened = dialog(say("record_second"));
  const who = choose("seconder_id", people.map(({ id, name }) => ({ value: id, name })));
  opened.body.append(field(say("who_seconded"), who), foot(opened.box, say("record")));
  onSubmit(opened, () => void send(link, opened, "motion.second", { motion_id: motionId, seconder_id: Number(who.value) }));
  opened.box.showModal();
}
