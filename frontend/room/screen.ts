/** The big screen: 1920 by 1080, scaled to whatever shows it; read from ten metres away. */

import { all, one } from "../dom";
import { say } from "../strings";
import type { Link } from "./link";
import { agreed } from "./agreed";
import { voteClock } from "./participant";
import { result as pulseResult } from "./pulse";
import { topQuestions } from "./questions";
import { timeOrDay, turnClock } from "./clocks";
import { motion, motionNotes, motionNow, place, tallyFigures, tallyTitle } from "./motions";
import { h, icon, plate, region } from "./parts";
import { apart, here, pinNote, presentAt, roleOf, seatMarks, sideChip, speakingChip } from "./people";
import { figuresOf, optionsOf, outcome, sentenceOf, voteIsOpen, working } from "./results";
import { isTalkedAbout, type Pulse, type RoomState, type Vote } from "./state";

type Scene = "wait" | "talk" | "vote" | "result";
type Parts = (HTMLElement | null)[];

const WIDTH = 1920;
const HEIGHT = 1080;
const FRESH = 15_000;

export function drawScreen(link: Link): void {
  const { state } = link.store;
  const { meeting, items, item, attendance, vote } = state;
  const scene = sceneOf(state);
  document.documentElement.dataset["state"] = scene;
  document.documentElement.toggleAttribute("data-over", isOver(state));
  region("figures", [attendance, meeting.state], () => figures(state));
  region("main", [scene, meeting, items, item, vote?.text, vote?.result, state.questions, state.pulse, state.steps], () => main(state, scene, link.store.now()));
  region("side", [scene, state.queue, state.speaker?.name, vote?.closes_at, vote?.state], () => side(state, scene, link));
  region("foot", [scene, state.speaker, state.queue.map((each) => each.name), vote, attendance, state.tally], () => foot(state, scene));
  for (const label of all("[data-qr-title]")) label.textContent = say(scene === "vote" ? "scan_to_vote" : scene === "talk" ? "scan_to_speak" : "scan_to_check_in");
  if (scene !== "wait") fitMotion();
}

/** Who is here: seats, who only listens, who is on the line; and that it is not enough, for as long as it is not. */
function figures({ attendance, meeting }: RoomState): Parts {
  const isInSession = meeting.state === "open" || meeting.state === "recess";
  const lost = isInSession && attendance.has_quorum === false ? h("b", "short", icon("exclamation-triangle"), say("quorum_short", { missing: attendance.missing })) : null;
  const remote = attendance.remote ? h("span", "", say("remote_people", { remote: attendance.remote })) : null;
  const others = attendance.seats_total ? h("span", "", say("observers", { observers: attendance.observers })) : null;
  return [h("span", "", here(attendance)), lost, others, remote];
}

/** A result stays on the screen until the next item is taken in hand. */
function sceneOf(state: RoomState): Scene {
  const { meeting, item, vote } = state;
  const isInHand = vote !== null && (vote.item_id === null || vote.item_id === item?.id);
  if (voteIsOpen(vote) && meeting.state === "open" && isInHand && !isTalkedAbout(state)) return "vote";
  if (isOver(state)) return "wait";
  const belongs = vote !== null && (item === null || vote.item_id === null || vote.item_id === item.id);
  if (vote && belongs && (vote.result || vote.state === "counted")) return "result";
  return meeting.state === "open" && item ? "talk" : "wait";
}

/** Nobody checks in any more. */
function isOver({ meeting }: RoomState): boolean {
  return meeting.state === "closed" || meeting.state === "cancelled";
}

const SIZES = ["size-xl", "size-l", "size-m", "size-s"];

/** What comes from the floor gives way before the motion becomes small: first one part of it, then all. */
const TRIES: { floor: string; sizes: string[] }[] = [
  { floor: "all", sizes: SIZES.slice(0, 2) },
  { floor: "one", sizes: SIZES.slice(0, 2) },
  { floor: "none", sizes: SIZES },
];

/** The motion as large as it can stand in full: motion text is never cut, and never below what ten metres allow. */
function fitMotion(): void {
  const place = one('[data-region="main"]');
  const text = place && one(".motion", place);
  if (!place || !text) return;
  for (const { floor, sizes } of TRIES) {
    place.dataset["floor"] = floor;
    for (const size of sizes) {
      text.classList.remove(...SIZES);
      text.classList.add(size);
      if (place.scrollHeight <= place.clientHeight) return;
    }
  }
}

function main(state: RoomState, scene: Scene, now: number): Parts {
  const { items, item, meeting, vote } = state;
  if (scene === "wait") return waiting(state, now);
  const head = item ? h("div", "bar", plate(item.plate), h("span", "ttl", item.title), h("span", "lbl push", place(items, item))) : h("div", "bar", h("span", "ttl", vote?.title ?? meeting.title));
  if (scene === "result" && vote) return [head, motion(vote.text, "result"), ...resultParts(vote)];
  const text = scene === "vote" && vote ? vote.text : item?.motion_text || item?.title || "";
  const hint = scene === "vote" ? say("text_locked") : item && !item.in_notice ? say("not_in_notice") : "";
  const notes = (item?.interests ?? []).map((each) => h("p", "lbl", say("interest", each)));
  const shown = scene === "talk" && item && (item.motion || item.motion_text) ? motionNow(item) : motion(text);
  const about = scene === "talk" && item ? motionNotes(item) : "";
  const asked = scene === "talk" ? fromTheFloor(state) : null;
  return [head, shown, scene === "vote" && vote ? optionsOf(vote) : null, hint ? h("p", "lbl", hint) : null, about ? h("p", "lbl", about) : null, ...notes, asked];
}

function waiting(state: RoomState, now: number): Parts {
  const { meeting, items } = state;
  const title = meeting.state === "recess" ? say("in_recess") : meeting.state === "closed" ? say("is_closed") : meeting.state === "open" ? say("between_items") : say("not_yet_open", { time: timeOrDay(meeting.starts_at, now) });
  const done = meeting.state === "closed" ? agreed(state) : null;
  if (done) return [h("p", "motion size-l", say("agreed")), done];
  const list = h("ol", "agd");
  for (const each of items.slice(0, 7)) list.append(h("li", each.state === "decided" ? "done" : "", h("span", "n", String(each.position)), h("span", "", each.title), h("span", "lbl", each.state === "queued" ? say("minutes", { minutes: each.minutes }) : say(`item.${each.state}`))));
  return [h("p", "motion size-l", title), list];
}

function resultParts(vote: Vote): Parts {
  if (!vote.result) return [h("p", "lbl", say("result_soon"))];
  const said = sentenceOf({ ...vote, result: vote.result }, "big");
  return [figuresOf({ ...vote, result: vote.result }), said ?? working(vote.result)];
}

/** Below the motion: what people want to know most, and beside it the quick question with what came of it. */
function fromTheFloor(state: RoomState): HTMLElement | null {
  const [asked, pulse] = [topQuestions(state), state.pulse];
  if (!asked && !pulse) return null;
  const [questions, quick] = [asked ? h("div", "stack", h("span", "lbl", say("questions")), asked) : null, pulse ? pulseBox(pulse) : null];
  return pulse?.state === "open" ? h("div", "floor2", quick, questions) : h("div", "floor2", questions, quick);
}

function pulseBox(pulse: Pulse): HTMLElement {
  const below = pulse.state !== "open" ? pulseResult(pulse) : h("p", "lbl", pulse.answered === null ? say("pulse.on_phone") : say("pulse.answered", { answered: pulse.answered }));
  return h("div", "pulsebox", h("span", "lbl", say("pulse.ask")), h("b", "", pulse.text), below);
}

function side(state: RoomState, scene: Scene, link: Link): Parts {
  const { queue, vote } = state;
  if (scene === "talk") {
    const list = h("ol", "nextq");
    queue.slice(0, 3).forEach((each, index) => list.append(h("li", "", h("span", "n", String(index + 1)), h("span", "", apart(each, state), h("small", "", roleOf(each)), pinNote(each)), sideChip(each.side))));
    const more = queue.length > 3 ? h("p", "lbl", say("more_waiting", { more: queue.length - 3 })) : null;
    return [h("span", "lbl", say("next_up")), queue.length ? list : h("p", "lbl", say("queue_empty")), more];
  }
  if (scene === "vote" && vote) {
    const chip = h("span", "step", icon("check2-square"), say("voting"));
    chip.dataset["step"] = "3";
    return [chip, voteClock(vote.closes_at, vote.opened_at, link.store.now(), "340px")];
  }
  if (scene === "result" && vote?.result) return [outcome(vote.result)];
  return [];
}

function foot(state: RoomState, scene: Scene): Parts {
  const { speaker, vote, attendance, tally } = state;
  if (scene === "talk" && tally?.state === "open") return [h("p", "big", tallyTitle(tally)), h("p", "big", tallyFigures(tally))];
  if (scene === "talk") {
    if (!speaker && tally) return [h("p", "lbl", tallyTitle(tally)), h("p", "big", tallyFigures(tally))];
    if (!speaker) return [h("p", "lbl", say("nobody_speaks"))];
    return [h("div", "spk2", turnClock(speaker, "236px"), h("div", "stack", speakingChip(speaker.side), h("h2", "", apart(speaker, state)), h("span", "rl", roleOf(speaker))))];
  }
  if (scene === "result" && vote?.result) return [presentAt(vote)];
  if (scene === "vote" && vote) {
    const needed = vote.needed ? say("ballots_needed", { needed: vote.needed, total: vote.total }) : "";
    const head = h("div", "bar bar--between bar--base", h("span", "big", say("cast_of", { cast: vote.cast, total: vote.total })), h("span", "lbl", needed));
    return [head, vote.total <= 30 ? seatMarks(vote, attendance.seats, { total: vote.total, present: attendance.seats_present }) : bar(vote), h("p", "lbl", say("result_after_close"))];
  }
  if (scene === "wait" && attendance.seats_to_open && state.meeting.state === "noticed") {
    const missing = attendance.seats_to_open - attendance.seats_present;
    return [h("p", "big", missing > 0 ? say("short_to_open", { needed: attendance.seats_to_open, missing }) : say("enough_to_open", { needed: attendance.seats_to_open }))];
  }
  return [];
}

/** Turnout of a large body: one bar with the line it has to reach. */
function bar(vote: Vote): HTMLElement {
  const fill = h("span", "meter__fill");
  fill.style.setProperty("--v", `${((100 * vote.cast) / Math.max(1, vote.total)).toFixed(2)}%`);
  const track = h("div", "meter__bar", fill);
  if (vote.needed) {
    const line = h("span", "meter__line");
    line.style.setProperty("--at", `${((100 * vote.needed) / Math.max(1, vote.total)).toFixed(2)}%`);
    track.append(line);
  }
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", say("cast_of", { cast: vote.cast, total: vote.total }));
  return h("div", `meter${vote.cast < vote.needed ? " meter--short" : ""}`, track);
}

/** Fit the fixed stage into the window, in the middle of what is left. */
export function fitScreen(): void {
  const fit = () => {
    const scale = Math.min(window.innerWidth / WIDTH, window.innerHeight / HEIGHT);
    const { style } = document.body;
    style.setProperty("--scale", String(scale));
    style.setProperty("--left", `${(window.innerWidth - WIDTH * scale) / 2}px`);
    style.setProperty("--top", `${(window.innerHeight - HEIGHT * scale) / 2}px`);
  };
  window.addEventListener("resize", fit);
  fit();
}

interface Code {
  code: string;
  image: string;
  address: string;
}

/** The rotating check-in code, asked for every fifteen seconds; an old one that stands too long is taken down. */
export function keepCodeFresh(url: string): void {
  let missed = 0;
  const load = async () => {
    try {
      const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      show((await response.json()) as Code);
      missed = 0;
    } catch {
      missed += 1;
      stale(true);
      if (missed > 2) all("[data-qr]").forEach((box) => (box.hidden = true));
    }
  };
  void load();
  window.setInterval(() => void load(), FRESH);
  window.addEventListener("offline", () => stale(true));
  window.addEventListener("online", () => void load());
}

/** A code that cannot be renewed runs out within the minute: it is shown as what it is, and then taken down. */
function stale(isStale: boolean): void {
  for (const box of all("[data-qr]")) box.toggleAttribute("data-stale", isStale);
  for (const note of all("[data-qr-stale]")) note.hidden = !isStale;
}

function show(code: Code): void {
  stale(false);
  all("[data-qr]").forEach((box) => (box.hidden = false));
  for (const image of all<HTMLImageElement>("[data-qr-image]")) image.src = code.image;
  for (const text of all("[data-qr-code]")) text.textContent = code.code.replace(/(\d{3})(\d{3})/, "$1 $2");
  const address = one("[data-qr-address]");
  if (address) address.textContent = code.address;
}
