/** The middle of the console: the motion and its amendment, who speaks, who waits. */

import { one } from "../dom";
import { say } from "../strings";
import { agreeStep, decide, notCarried, decline, defer, moveHand, recordMotion, recordSecond, standIn } from "./chair_forms";
import { keyed } from "./keys";
import type { Link } from "./link";
import { minutesLeft } from "./participant";
import { turnClock } from "./clocks";
import { markedText, motion, motionHead, motionNotes, motionNow } from "./motions";
import { button, h, icon, plate } from "./parts";
import { pinNote, roleOf, sideChip, speakingChip } from "./people";
import type { AgendaLine, Item, Meeting, Motion, RoomState, Speaker } from "./state";

type Parts = (HTMLElement | null)[];

export function itemPane({ item, meeting, items, vote }: RoomState, link: Link): Parts {
  if (!item) return [nothingInHand(meeting, items)];
  const off = item.state === "vote" ? say("item.vote") : "";
  const acts = h("div", "bar bar--wrap", keyed(say("decide"), "d", "btn--sm", () => decide(item, notCarried(item, vote), link), { icon: "pencil-square", key: "decide", off }), keyed(say("step.agree"), "a", "btn--sm", () => agreeStep(item, link), { key: "step" }), ...deferAct(item, off, link), button(say("hand_over"), "btn--sm btn--quiet", () => standIn(item, link), { key: "hand-over" }));
  const head = h("div", "bar bar--between bar--wrap", h("div", "bar bar--wrap", plate(item.plate), stepChip(item), minutesLeft(item.started_at, item.minutes)), acts);
  const text = item.motion || item.motion_text ? h("div", "pane stack", h("div", "h", h("span", "", motionHead(item))), motionNow(item), h("p", "small soft", motionNotes(item)), ...motionActs(item, link)) : h("div", "pane", h("p", "soft", item.title));
  return [head, text, ...waitingMotions(item, meeting.charter.needs_second, link), debateActs(item, link)];
}

/** Put off: offered as long as it may be done. */
function deferAct(item: Item, off: string, link: Link): HTMLElement[] {
  return item.may_defer || off ? [keyed(say("defer"), "f", "btn--sm", () => defer(item, link), { key: "defer", off })] : [];
}

const HINTS: Partial<Record<Meeting["state"], string>> = { noticed: "open_first", recess: "in_recess", closed: "closed_hint", cancelled: "is_cancelled" };

/** What comes next while no item is in hand; after the end it is the minutes. */
function nothingInHand({ state }: Meeting, items: AgendaLine[]): HTMLElement {
  const left = items.some((each) => each.state === "queued");
  const title = state === "open" ? (left ? "choose_item" : "all_done") : `meeting.${state}`;
  const hint = state === "open" ? (left ? "choose_item_hint" : "all_done_hint") : HINTS[state];
  const write = state === "closed" ? h("a", "btn btn--main", say("write_minutes")) : null;
  if (write) write.href = one("[data-minutes]")?.dataset["minutes"] ?? "#";
  return h("div", "empty", icon("list-check"), h("h3", "fs-md", say(title)), hint ? h("p", "", say(hint)) : null, write);
}

function motionActs(item: Item, link: Link): Parts {
  const { amendment } = item;
  if (!amendment || item.state !== "debate") return [];
  const id = { motion_id: amendment.id };
  return [h("div", "bar bar--wrap",
    keyed(say("agree"), "y", "btn--sm btn--main", () => void link.act("motion.agree", id), { key: "agree" }),
    keyed(say("count_hands"), "h", "btn--sm", () => void link.act("tally.open", { item_id: item.id, about: "amendment" }), { key: "count-amendment" }),
    button(say("withdraw_motion"), "btn--sm btn--quiet", () => void link.act("motion.withdraw", id), { key: "withdraw-amendment" }))];
}

function waitingMotions(item: Item, needsSecond: boolean, link: Link): Parts {
  return item.waiting.map((each) => {
    const who = say(each.seconder ? "moved_seconded" : "moved", { mover: each.mover, seconder: each.seconder });
    const outdated = each.is_outdated ? h("p", "small due--soon", say("outdated")) : null;
    return h("div", "pane stack", h("span", "small soft", who), each.runs ? markedText(each.runs) : motion(each.text), outdated, waitingActs(each, item, needsSecond, link));
  });
}

/** Taken up once it may be: seconded where the charter asks for it, and one motion, one amendment at a time. */
function waitingActs(each: Motion, item: Item, needsSecond: boolean, link: Link): HTMLElement {
  const lacksSecond = needsSecond && each.state === "proposed";
  const isTaken = each.kind === "motion" ? item.motion?.state === "pending" : item.amendment !== null;
  const off = lacksSecond ? say("second_needed") : isTaken ? say("one_at_a_time") : "";
  const acts = h("div", "bar bar--wrap", button(say("take_up"), "btn--sm btn--main", () => void link.act("motion.accept", { motion_id: each.id }), { key: `accept-${each.id}`, off }));
  if (lacksSecond) acts.append(button(say("record_second"), "btn--sm", () => void recordSecond(each.id, link), { key: `second-${each.id}` }));
  acts.append(button(say("decline"), "btn--sm btn--quiet", () => decline(each.id, link), { key: `decline-${each.id}` }));
  if (off) acts.append(h("span", "small muted", off));
  return acts;
}

function debateActs(item: Item, link: Link): HTMLElement | null {
  if (item.state !== "debate") return null;
  const id = { item_id: item.id };
  const record = keyed(say(item.motion?.state === "pending" ? "record_amendment" : "record_motion"), "m", "btn--sm btn--quiet", () => void recordMotion(item, link), { key: "record" });
  const bar = h("div", "bar bar--wrap", record);
  if (item.close_asked_by) bar.append(h("span", "small soft", say("close_asked", { name: item.close_asked_by })));
  if (item.debate_closed_by) bar.append(button(say("reopen"), "btn--sm btn--quiet", () => void link.act("debate.reopen", id), { key: "reopen" }));
  else bar.append(
    button(say("close_debate"), "btn--sm btn--quiet", () => void link.act("debate.close", id), { key: "close-debate" }),
    button(say("count_close"), "btn--sm btn--quiet", () => void link.act("tally.open", { ...id, about: "close_debate" }), { key: "count-close" }));
  return bar;
}

function stepChip(item: Item): HTMLElement {
  const chip = h("span", "step", icon(item.state === "vote" ? "check2-square" : "people"), say(`item.${item.state}`));
  chip.dataset["step"] = item.state === "vote" ? "3" : "2";
  return chip;
}

export function speakerPane({ item, speaker, queue, meeting }: RoomState, link: Link): Parts {
  if (!item || item.state !== "debate" || meeting.state !== "open") return [];
  const id = { item_id: item.id };
  const next = keyed(say(speaker ? "next_speaker" : "first_speaker"), "n", "btn--main", () => void link.act("floor.next", { ...id, speaking: speaker?.id ?? 0 }), { icon: "skip-end-fill", key: "next", ...(queue.length || speaker ? {} : { off: say("nobody_waits") }) });
  const small = h("div", "bar");
  if (speaker) small.append(keyed(say("end_turn"), "e", "btn--sm grow", () => void link.act("floor.end", { ...id, speaking: speaker.id }), { key: "end" }), keyed(say("extend_one"), "+", "btn--sm grow", () => void link.act("floor.extend", { ...id, everybody: false }), { key: "extend" }));
  if (speaker) small.append(keyed(say(speaker.paused_at ? "go_on" : "pause"), "p", "btn--sm grow", () => void link.act(speaker.paused_at ? "floor.resume" : "floor.pause", id), { key: "pause" }));
  small.append(button(say("extend_all"), "btn--sm btn--quiet grow", () => void link.act("floor.extend", { ...id, everybody: true }), { key: "extend-all" }));
  const acts = h("div", "stack", next, small);
  if (!speaker) return [h("div", "spkrow", h("span"), h("span", "soft", say(queue.length ? "nobody_speaks" : "nobody_waits")), acts)];
  const who = h("div", "stack", speakingChip(speaker.side), h("b", "strong fs-2xl", speaker.name), h("span", "small soft", `${roleOf(speaker)} · ${say("turn", { turn: speaker.turn })}`));
  return [h("div", "spkrow", turnClock(speaker, "104px"), who, acts)];
}

export function queuePane({ item, queue, speaker }: RoomState, link: Link): Parts {
  if (!item) return [];
  const spoken = say("spoken", { for: item.spoken.for, against: item.spoken.against });
  const head = h("div", "h", h("span", "", h("b", "strong", say("queue_count", { count: queue.length })), ` · ${say("queue_rule")}`), h("span", "", spoken));
  const list = h("ol");
  const off = speaker ? say("somebody_speaks") : item.state === "debate" ? "" : say(`item.${item.state}`);
  queue.forEach((each, index) => list.append(queueRow(each, index, queue.length, off, link)));
  return [head, queue.length ? list : h("p", "small muted", say("queue_empty"))];
}

function queueRow(speaker: Speaker, index: number, waiting: number, off: string, link: Link): HTMLElement {
  const give = button(say("give_floor"), "btn--sm", () => void link.act("floor.give", { speaker_id: speaker.id }), { key: `give-${speaker.id}`, off });
  const move = button("", "btn--sm btn--quiet btn--icon", () => moveHand(speaker, index + 1, waiting, link), { icon: "three-dots", key: `move-${speaker.id}` });
  move.setAttribute("aria-label", say("move_hand", { name: speaker.name }));
  return h("li", "qrow", h("span", "muted", String(index + 1)), h("span", "face face--sm", speaker.face), h("span", "", speaker.name, h("small", "", speaker.side === "order" ? roleOf(speaker) : `${roleOf(speaker)} · ${say("turn", { turn: speaker.turn })}`), pinNote(speaker)), sideChip(speaker.side), give, waiting > 1 ? move : null);
}

