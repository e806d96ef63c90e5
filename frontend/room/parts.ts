/** The parts the three pages of the room are made of, and how a region is drawn anew without losing anything. */

import { all, make, one } from "../dom";
import { say } from "../strings";
import { dayAndTime, dayOfInstant } from "../times";
import type { AgendaLine, Attendance, Item, Result, RoomState, Run, Seat, Side, Speaker, Store, Tally, Test, Vote } from "./state";

type Child = Node | string | null | undefined | false;

let sprite = "";

/** Icons come from the sheet of the site until a copy of it stands in this page: then they are there without a server. */
export async function keepSprite(address: string): Promise<void> {
  sprite = address;
  const response = await fetch(address);
  if (!response.ok) return;
  const sheet = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
  sheet.setAttribute("hidden", "");
  document.body.append(document.importNode(sheet, true));
  sprite = "";
}

/** An element with children; a string child is text and never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = make(tag, className);
  for (const child of children) if (child) element.append(child);
  return element;
}

export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "ic");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

export function plate(text: string): HTMLElement | null {
  return text ? h("span", "plate", text) : null;
}

const SIDES: Record<Side, { css: string; icon: string }> = {
  for: { css: "for", icon: "hand-thumbs-up" },
  against: { css: "against", icon: "hand-thumbs-down" },
  question: { css: "ask", icon: "question-circle" },
  order: { css: "ask", icon: "flag" },
};

export function sideIcon(side: Side): SVGSVGElement {
  return icon(SIDES[side].icon);
}

export function sideClass(side: Side): string {
  return SIDES[side].css;
}

export function sideChip(side: Side): HTMLElement {
  return h("span", `side side--${sideClass(side)}`, sideIcon(side), say(`side.${side}`));
}

/** A masked name that somebody else on the same list has too is told apart by whom they sit for (R-50). */
export function apart(speaker: Speaker, { queue, speaker: speaking }: RoomState): string {
  const isShared = [...queue, speaking].some((each) => each && each.id !== speaker.id && each.name === speaker.name);
  return isShared ? say("name_apart", { name: speaker.name, from: speaker.firm || say(`role.${speaker.role}`) }) : speaker.name;
}

export function speakingChip(side: Side): HTMLElement {
  return h("span", `side side--${sideClass(side)}`, icon("mic"), say("speaking", { side: say(`side.${side}`) }));
}

export function roleOf(speaker: Pick<Speaker, "role" | "firm">): string {
  const role = say(`role.${speaker.role}`);
  return speaker.firm ? `${role} · ${speaker.firm}` : role;
}

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

/** A button that does something in the room; `key` lets the focus find it again after its region was drawn anew. */
export function button(text: string, className: string, run: () => void, options: { icon?: string; key?: string; off?: string; kbd?: string } = {}): HTMLButtonElement {
  const element = h("button", `btn ${className}`, options.icon ? icon(options.icon) : null, text);
  element.type = "button";
  if (options.kbd) element.append(keyCap(options.kbd));
  if (options.key) element.dataset["key"] = options.key;
  if (options.off) {
    element.disabled = true;
    element.title = options.off;
  } else element.addEventListener("click", run);
  return element;
}

const DOUBLE_TAP = 1000;
let pressed = { key: "", at: -DOUBLE_TAP };

/** A double tap is one press: on a control that turns, the second would take back what the first did. */
export function isDoubleTap(key: string): boolean {
  const now = performance.now();
  if (pressed.key === key && now - pressed.at < DOUBLE_TAP) return true;
  pressed = { key, at: now };
  return false;
}

/** The letter on a button; its name stays what it does, and aria-keyshortcuts says the letter. */
function keyCap(letter: string): HTMLElement {
  const cap = h("span", "kbd", letter);
  cap.setAttribute("aria-hidden", "true");
  return cap;
}

const drawn = new WeakMap<Element, string>();

/** Draw a region again when what it shows has changed. Never while somebody is filling in a form inside it. */
export function region(name: string, shows: unknown, build: () => Child[]): void {
  const place = one(`[data-region="${name}"]`);
  if (!place) return;
  const fingerprint = JSON.stringify(shows);
  if (drawn.get(place) === fingerprint || isBeingFilled(place)) return;
  const focused = document.activeElement instanceof HTMLElement && place.contains(document.activeElement) ? document.activeElement.dataset["key"] : undefined;
  const children = build().filter((child): child is Node | string => Boolean(child));
  place.replaceChildren(...children);
  place.hidden = children.length === 0;
  drawn.set(place, fingerprint);
  if (focused) one<HTMLElement>(`[data-key="${focused}"]`, place)?.focus();
}

/** A form counts as being filled in from the first keystroke until it is sent or closed. */
function isBeingFilled(place: Element): boolean {
  return one("form[data-open]", place) !== null;
}

export function motion(text: string, className = ""): HTMLElement {
  return h("p", `motion pre ${className}`, text);
}

/** What is before the room: the motion, with the change marked by underline and strike-through where one is moved. */
export function motionNow(item: Item, className = ""): HTMLElement {
  const runs = item.amendment?.runs;
  return runs ? markedText(runs, className) : motion(item.motion?.text || item.motion_text, className);
}

export function markedText(runs: Run[], className = ""): HTMLElement {
  const line = h("p", `motion pre ${className}`);
  for (const run of runs) line.append(run.op === "equal" ? run.text : h(run.op === "insert" ? "ins" : "del", "", run.text));
  return line;
}

/** Who moved and seconded it, and how to read the marks. */
export function motionNotes(item: Item): string {
  const shown = item.amendment ?? item.motion;
  const notes = [item.amendment ? say("marks") : "", item.motion?.departs ? say("departs") : ""];
  if (shown?.mover) notes.push(say(shown.seconder ? "moved_seconded" : "moved", { mover: shown.mover, seconder: shown.seconder }));
  if (item.debate_closed_by) notes.push(say("debate_over"));
  return notes.filter(Boolean).join(" ");
}

/** What the words are to the room now: what it is discussing, or what has become of them. */
export function motionHead({ amendment, motion: main }: Item): string {
  if (amendment) return say("motion_amended", { number: amendment.number });
  return main && OVER.has(main.state) ? say(`motion_${main.state}`) : say("motion_now");
}

const OVER = new Set(["carried", "lost", "withdrawn", "set_aside"]);

export function tallyTitle(tally: Tally): string {
  return say(`tally.${tally.about}`);
}

export function tallyFigures(tally: Tally): string {
  const { result, standing } = tally;
  if (!result) return say("tally.answered", { answered: tally.answered, voters: tally.voters });
  const apart = standing?.remote ? ` · ${say("in_room_remote", { in_room: standing.in_room, remote: standing.remote })}` : "";
  return say("tally.result", { for: result.for, against: result.against, abstain: result.abstain, voters: result.voters, outcome: say(result.holds ? "tally.holds" : "tally.fails") }) + apart;
}

/** Who was there as it was decided: frozen with the vote. */
export function presentAt(vote: Vote): HTMLElement | null {
  const there = vote.present_at_close ?? vote.present_at_open;
  if (!there) return null;
  const figures = { present: there.voters, total: there.seats_total, absent: Math.max(0, there.seats_total - there.voters) };
  const words = say(there.seats_total ? "present_at_vote" : "people_at_vote", figures);
  return h("p", "small soft", there.remote ? `${words} · ${say("in_room_remote", { in_room: there.in_room, remote: there.remote })}` : words);
}

/** Who is here, in short: seats where the body has any, else people. */
export function here({ seats_present, seats_total, present }: Attendance): string {
  return seats_total ? say("seats_of", { present: seats_present, total: seats_total }) : say("people_here", { people: present });
}

/** How many are in the room and how many on the line, told apart wherever somebody may be on it. */
export function presence({ present, observers, seats_total, in_room, remote }: Attendance): string {
  const people = seats_total ? say("people_present", { people: present, observers }) : say("people_here", { people: present });
  return remote ? `${people} · ${say("in_room_remote", { in_room, remote })}` : people;
}

/** Too few to decide: said to everybody for as long as it is so. */
export function quorumNote({ meeting, attendance }: RoomState): HTMLElement | null {
  if (attendance.has_quorum !== false || (meeting.state !== "open" && meeting.state !== "recess")) return null;
  const text = say("quorum_lost", { needed: attendance.voters + attendance.missing, missing: attendance.missing });
  return h("div", "note note--warn", icon("exclamation-triangle"), h("div", "", text));
}

/** Why the chair gave a hand its place. */
export function pinNote(speaker: Speaker): HTMLElement | null {
  return speaker.pin_reason ? h("small", "pinned", say("pinned", { reason: speaker.pin_reason })) : null;
}

export function agendaBeads(items: AgendaLine[]): HTMLElement {
  const line = h("div", "agline no-elder");
  line.setAttribute("aria-hidden", "true");
  for (const item of items) {
    const isDone = item.state === "decided" || item.state === "deferred";
    line.append(h("i", item.state === "debate" || item.state === "vote" ? "n" : isDone ? "d" : ""));
  }
  return line;
}

export function place(items: AgendaLine[], item: Item): string {
  const number = items.find((each) => each.id === item.id)?.position ?? 0;
  return say("item_place", { number, total: items.length });
}

export function seatMarks(vote: Vote | null, seats: Seat[], counts: { total: number; present: number }): HTMLElement {
  const voting = seats.filter((seat) => seat.is_voting).length || counts.total;
  const row = h("div", "seats");
  for (let number = 0; number < voting; number += 1) {
    row.append(h("i", vote && number < vote.cast ? "k-cast" : number < counts.present ? "k-present" : "k-none"));
  }
  row.setAttribute("role", "img");
  row.setAttribute("aria-label", vote ? say("cast_of", { cast: vote.cast, total: vote.total }) : say("seats_of", counts));
  return row;
}

const KINDS = ["for", "against", "abstain"] as const;

/** What a vote came to: for, against and abstain, or how each option stands. */
export function figuresOf(vote: Vote & { result: Result }): HTMLElement {
  return Object.keys(vote.result.options).length ? standings(vote) : balance(vote.result);
}

function standings({ result, options }: Vote & { result: Result }): HTMLElement {
  const rows = Object.entries(result.options).map(([code, each]) => ({ code, count: each.points || each.votes || each.wins || each.heads || 0 }));
  const most = Math.max(1, ...rows.map(({ count }) => Number(count) || 0));
  const lines = rows.map(({ code, count }) => {
    const label = options.find((option) => option.code === code)?.label ?? "";
    const fill = h("i");
    fill.style.setProperty("--v", `${((100 * (Number(count) || 0)) / most).toFixed(1)}%`);
    const won = result.winners.includes(code) ? h("span", "verdict verdict--yes", icon("check-circle"), say("chosen")) : null;
    return h("li", "", h("span", "word", h("b", "", code), label === code ? "" : ` ${label}`, " ", won), h("b", "", String(count)), h("span", "pulse__bar", fill));
  });
  const abstained = result.abstain ? h("li", "", h("span", "soft", say("choice.abstain")), h("b", "", String(result.abstain))) : null;
  return h("ul", "pulse", ...lines, abstained);
}

/** What may be chosen, where it is not yes or no. */
export function optionsOf({ options }: Vote): HTMLElement | null {
  return options.length ? h("ol", "options", ...options.map(({ code, label }) => h("li", "", h("b", "", code), label === code ? "" : ` ${label}`))) : null;
}

/** For, against, abstain: one mark a seat in a small body, else one bar with the line it takes to pass. */
function balance(result: Result): HTMLElement {
  const isSmall = result.members <= 30;
  const legend = h("ul", "legend", ...KINDS.map((kind) => h("li", "", h("i", `k-${kind}`), `${say(`choice.${kind}`)} `, h("b", "", String(result[kind])))));
  if (isSmall) legend.append(h("li", "", h("i", "k-none"), `${say("not_cast")} `, h("b", "", String(result.members - result.cast))));
  const picture = isSmall ? seatsOfResult(result) : barOfResult(result);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", say("balance", { for: result.for, against: result.against, abstain: result.abstain }));
  return h("div", "stack", picture, legend);
}

function seatsOfResult(result: Result): HTMLElement {
  const row = h("div", "seats");
  for (const kind of KINDS) for (let number = 0; number < result[kind]; number += 1) row.append(h("i", `k-${kind}`));
  while (row.children.length < result.members) row.append(h("i", "k-none"));
  row.append(lineAt("seats__line", (100 * result.needed) / result.members));
  return row;
}

function barOfResult(result: Result): HTMLElement {
  const bar = h("div", "bal");
  for (const kind of KINDS) {
    const part = h("i", `k-${kind}`);
    part.style.setProperty("--v", `${((100 * result[kind]) / Math.max(1, result.cast)).toFixed(3)}%`);
    if (result[kind] > 0) bar.append(part);
  }
  const at = (100 * result.needed) / Math.max(1, result.cast);
  const cap = h("span", "balwrap__cap", say("pass_line", { needed: result.needed }));
  cap.style.setProperty("--at", `${Math.max(12, Math.min(88, at)).toFixed(2)}%`);
  return at <= 100 ? h("div", "balwrap", cap, lineAt("balwrap__line", at), bar) : bar;
}

function lineAt(className: string, percent: number): HTMLElement {
  const line = h("span", className);
  line.style.setProperty("--at", `${percent.toFixed(2)}%`);
  return line;
}

/** What a vote of all seats comes to, in one sentence; other rules say it in what they ask. */
export function sentenceOf({ result, rule }: Vote & { result: Result }, className = "small strong"): HTMLElement | null {
  if (rule.kind !== "all_members_majority" || Object.keys(result.options).length) return null;
  const figures = { total: result.members, needed: result.needed, yes: result.for };
  return h("p", className, say("majority_of_seats", figures));
}

/** The sums under a result, line by line, in whole numbers; worded and laid out as on the vote's own page. */
export function working(result: Result): HTMLElement | null {
  if (!result.tests.length) return null; // What only asks passes no test.
  return h("div", "working", ...result.tests.map((test) => workingLine(test, result)));
}

/** The same, folded away. */
export function foldedWorking(result: Result): HTMLElement | null {
  const lines = working(result);
  return lines && h("details", "data", h("summary", "", icon("chevron-right"), say("working")), lines);
}

function workingLine(test: Test, result: Result): HTMLElement {
  const holds = test.holds && (test.test !== "approval" || result.for > 0);
  const isCounted = !holds && test.missing > 0 && test.unit !== "area";
  const verdict = h("span", `verdict verdict--${holds ? "yes" : "no"}`, icon(holds ? "check-circle" : "x-circle"), isCounted ? say("missing", { missing: test.missing }) : say(holds ? "enough" : "not_enough"));
  const sign = test.holds ? (test.strict ? ">" : "≥") : test.strict ? "≤" : "<";
  const sum = `${oneSide(test.left_factor, test.left_number, test.unit)} ${sign} ${oneSide(test.right_factor, test.right_number, test.unit)}`;
  return h("div", "sum", h("span", "", asks(test, result)), h("b", "sum__n", sum), verdict);
}

/** What a test asks, and of which option or chamber. */
function asks(test: Test, result: Result): string {
  const isPlain = !test.chamber && !Object.keys(result.options).length;
  if (isPlain && test.test === "quorum") return say("test.quorum", { cast: result.cast, needed: result.ballots_needed });
  if (isPlain && test.test === "approval") return say("test.approval", { yes: result.for, needed: result.needed });
  return [say(`test_of.${test.test}`), test.option, test.chamber].filter(Boolean).join(" · ");
}

/** Areas are whole numbers of 0.01 ㎡ until they are read. */
function oneSide(factor: number, number: number, unit: string): string {
  const measured = (count: number) => (unit === "area" ? (count / 100).toFixed(2) : String(count));
  return factor === 1 ? measured(number) : `${factor} × ${measured(number)} = ${measured(factor * number)}`;
}

export function outcome(result: Result): HTMLElement {
  if (result.outcome === "advisory") return h("span", "verdict", icon("info-circle"), say("outcome.advisory"));
  const passed = result.outcome === "passed";
  return h("span", `verdict verdict--${passed ? "yes" : "no"}`, icon(passed ? "check-circle" : "x-circle"), say(`outcome.${result.outcome}`));
}

type OpenVote = Vote & { state: "voting" };

export function voteIsOpen(vote: Vote | null): vote is OpenVote {
  return vote !== null && vote.state === "voting";
}
