/** The chair's console: the agenda, the floor, the vote, each with its one next act. Works by keyboard alone. */

import { one } from "../dom";
import { ask } from "../confirm";
import { say } from "../strings";
import type { Link } from "./link";
import { type Form, openForm } from "./chair_forms";
import { minutesLeft, voteClock } from "./participant";
import {
  balance, markedText, motionHead, motionNotes, motionNow, presentAt, tallyFigures, tallyTitle, button, h, icon, motion, outcome, plate, region, roleOf, seatMarks, sideChip, speakingChip, timeOfDay,
  turnClock, voteIsOpen, working,
} from "./parts";
import type { AgendaLine, Item, RoomState, Speaker, Vote } from "./state";

type Parts = (HTMLElement | null)[];

export function drawChair(link: Link): void {
  const { state } = link.store;
  const { meeting, items, item, attendance } = state;
  region("top", [meeting, item?.id], () => topBar(state, link));
  region("agenda", [meeting.state, items, item?.id], () => [agenda(state, link)]);
  region("attendance", [attendance], () => attendanceColumn(state));
  region("interests", [item?.interests, item?.stand_in_name, item?.chair_has_interest, item?.id], () => interests(state, link));
  region("item", [meeting.state, item], () => itemPane(state, link));
  region("speaker", [meeting.state, state.speaker, item?.id, item?.state, state.queue.length], () => speakerPane(state, link));
  region("queue", [state.queue, state.speaker?.id, item?.spoken, item?.id, item?.state], () => queuePane(state, link));
  region("vote", [state.vote, state.tally, item, attendance.seats_present, meeting.state], () => voteColumn(state, link));
}

export function chairKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || one("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const target = one<HTMLButtonElement>(`[data-shortcut="${CSS.escape(key === "=" ? "+" : key)}"]`);
    if (!target || target.disabled) return;
    event.preventDefault();
    target.click();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** A button with a letter that presses it. */
function keyed(text: string, letter: string, className: string, run: () => void, options: { icon?: string; key: string; off?: string }): HTMLButtonElement {
  const element = button(text, className, run, { ...options, kbd: letter.toUpperCase() });
  element.dataset["shortcut"] = letter;
  element.setAttribute("aria-keyshortcuts", letter.toUpperCase());
  return element;
}

function topBar({ meeting }: RoomState, link: Link): Parts {
  const id = { meeting_id: meeting.id };
  const live = h("span", meeting.state === "open" ? "live" : "tag", say(`meeting.${meeting.state}`), " ", clockOfDay());
  const left = h("span", "small strong");
  if (meeting.opened_at && meeting.state !== "closed") {
    left.dataset["minutesUntil"] = String(Date.parse(meeting.opened_at) + meeting.planned_minutes * 60_000);
    left.dataset["say"] = "meeting_minutes_left";
  }
  const acts = h("div", "tools");
  if (meeting.state === "noticed") acts.append(button(say("open_meeting"), "btn--main btn--sm", () => void link.act("meeting.open", id), { icon: "play-fill", key: "open" }));
  if (meeting.state === "open") acts.append(button(say("recess"), "btn--sm", () => void link.act("meeting.recess", id), { icon: "pause-circle", key: "recess" }));
  if (meeting.state === "recess") acts.append(button(say("resume"), "btn--main btn--sm", () => void link.act("meeting.resume", id), { icon: "play-fill", key: "resume" }));
  if (meeting.state === "open" || meeting.state === "recess") acts.append(button(say("close_meeting"), "btn--sm btn--danger", () => void close(link), { key: "close" }));
  return [live, h("span", "sep"), left, acts];
}

function clockOfDay(): HTMLElement {
  const element = h("span");
  element.dataset["clockOfDay"] = "";
  return element;
}

async function close(link: Link): Promise<void> {
  const unfinished = link.store.state.items.filter((each) => each.state === "queued").length;
  const text = unfinished ? say("close_question_left", { left: unfinished }) : say("close_question");
  if (await ask({ text, title: say("close_meeting"), yes: say("close_meeting"), danger: true })) {
    await link.act("meeting.close", { meeting_id: link.store.state.meeting.id });
  }
}

function agenda({ items, item, meeting }: RoomState, link: Link): HTMLElement {
  const list = h("ol", "ag");
  const next = items.find((each) => each.state === "queued");
  for (const each of items) list.append(agendaLine(each, each.id === item?.id, meeting.state === "open" && !item, each.id === next?.id, link));
  return list;
}

function agendaLine(line: AgendaLine, isNow: boolean, mayStart: boolean, isNext: boolean, link: Link): HTMLElement {
  const isDone = line.state === "decided" || line.state === "deferred";
  const row = h("li", isNow ? "now" : isDone ? "done" : "");
  if (isNow) row.setAttribute("aria-current", "step");
  const body = h("div", "", isNow ? h("b", "strong", line.title) : line.title);
  const when = line.started_at ? say("since", { time: timeOfDay(line.started_at) }) : say(`item.${line.state}`);
  body.append(h("small", "", h("span", "", isDone && line.ended_at ? `${say(`item.${line.state}`)} ${timeOfDay(line.ended_at)}` : when), h("span", "", say("minutes", { minutes: line.minutes }))));
  if (!line.in_notice) body.append(h("small", "", say("not_in_notice")));
  if (mayStart && (line.state === "queued" || line.state === "deferred")) {
    const start = () => void link.act("item.start", { item_id: line.id });
    body.append(isNext ? keyed(say("start_item"), "s", "btn--sm btn--main", start, { key: `start-${line.id}` }) : button(say("start_item"), "btn--sm btn--quiet", start, { key: `start-${line.id}` }));
  }
  row.append(h("span", "", isDone ? icon("check-lg") : String(line.position)), body);
  return row;
}

function attendanceColumn({ attendance }: RoomState): Parts {
  const figures = say("seats_of", { present: attendance.seats_present, total: attendance.seats_total });
  const grid = h("div", "seatgrid");
  for (const seat of attendance.seats.filter((each) => each.is_voting)) {
    const mark = h("i", seat.present ? "" : "off", seat.face || "–");
    mark.title = `${seat.name || say("empty_seat")} ${seat.present ? say("present") : say("absent")}`;
    grid.append(mark);
  }
  const enough = attendance.seats_present >= attendance.seats_to_open;
  const needed = attendance.seats_to_open
    ? h("p", `tiny ${enough ? "muted" : "due--soon"}`, say(enough ? "enough_to_open" : "short_to_open", { needed: attendance.seats_to_open, missing: attendance.seats_to_open - attendance.seats_present }))
    : h("p", "tiny muted", attendance.quorum ? say("quorum_by_ballots", { quorum: attendance.quorum, total: attendance.seats_total }) : say("no_quorum_needed"));
  return [h("div", "h", h("span", "", say("attendance")), h("span", "", figures)), attendance.seats.length ? grid : null, needed, h("p", "tiny muted", say("people_present", { people: attendance.present, observers: attendance.observers }))];
}

function interests({ item, me }: RoomState, link: Link): Parts {
  if (!item || (!item.interests.length && !item.stand_in_name)) return [];
  const lines = item.interests.map((each) => h("p", "", say("interest", each)));
  const note = h("div", `note${item.chair_has_interest && !item.stand_in_name ? " note--warn" : ""}`, icon("exclamation-triangle"), h("div", "stack", ...lines));
  if (item.stand_in_name) note.lastElementChild?.append(h("p", "strong", say("stand_in", { name: item.stand_in_name })));
  else if (item.chair_has_interest && me.is_chair) note.lastElementChild?.append(button(say("appoint"), "btn--sm btn--main", () => form("stand_in", link), { key: "appoint" }));
  return [note];
}

function form(kind: Form, link: Link): void {
  const { item } = link.store.state;
  if (item) openForm(kind, item, link);
}

function itemPane({ item, meeting, items }: RoomState, link: Link): Parts {
  if (!item) {
    const left = items.some((each) => each.state === "queued");
    return [h("div", "empty", icon("list-check"), h("h3", "fs-md", say(meeting.state === "open" ? (left ? "choose_item" : "all_done") : `meeting.${meeting.state}`)), h("p", "", say(meeting.state === "noticed" ? "open_first" : left ? "choose_item_hint" : "all_done_hint")))];
  }
  const off = item.state === "vote" ? say("item.vote") : "";
  const acts = h("div", "bar", button(say("decide"), "btn--sm", () => form("decide", link), { icon: "pencil-square", key: "decide", off }), button(say("defer"), "btn--sm", () => form("defer", link), { key: "defer", off }), button(say("hand_over"), "btn--sm btn--quiet", () => form("stand_in", link), { key: "hand-over" }));
  const head = h("div", "bar bar--between bar--wrap", h("div", "bar", plate(item.plate), stepChip(item), minutesLeft(item.started_at, item.minutes)), acts);
  const text = item.motion || item.motion_text ? h("div", "pane stack", h("div", "h", h("span", "", motionHead(item))), motionNow(item), h("p", "small soft", motionNotes(item)), ...motionActs(item, link)) : h("div", "pane", h("p", "soft", item.title));
  return [head, text, ...waitingMotions(item, link), debateActs(item, link)];
}

function motionActs(item: Item, link: Link): Parts {
  const { amendment } = item;
  if (!amendment || item.state !== "debate") return [];
  const id = { motion_id: amendment.id };
  return [h("div", "bar bar--wrap",
    button(say("agree"), "btn--sm btn--main", () => void link.act("motion.agree", id), { key: "agree" }),
    button(say("count_hands"), "btn--sm", () => void link.act("tally.open", { item_id: item.id, about: "amendment" }), { key: "count-amendment" }),
    button(say("withdraw_motion"), "btn--sm btn--quiet", () => void link.act("motion.withdraw", id), { key: "withdraw-amendment" }))];
}

function waitingMotions(item: Item, link: Link): Parts {
  return item.waiting.map((each, index) => {
    const acts = h("div", "bar bar--wrap", button(say("take_up"), "btn--sm btn--main", () => void link.act("motion.accept", { motion_id: each.id }), { key: `accept-${each.id}` }));
    if (index === 0) acts.append(button(say("decline"), "btn--sm btn--quiet", () => form("decline", link), { key: "decline" }));
    const who = say(each.seconder ? "moved_seconded" : "moved", { mover: each.mover, seconder: each.seconder });
    return h("div", "pane stack", h("span", "small soft", who), each.runs ? markedText(each.runs) : motion(each.text), acts);
  });
}

function debateActs(item: Item, link: Link): HTMLElement | null {
  if (item.state !== "debate") return null;
  const id = { item_id: item.id };
  const bar = h("div", "bar bar--wrap");
  if (item.close_asked_by) bar.append(h("span", "small soft", say("close_asked", { name: item.close_asked_by })));
  if (item.debate_closed_by) bar.append(button(say("reopen"), "btn--sm btn--quiet", () => void link.act("debate.reopen", id), { key: "reopen" }));
  else bar.append(
    button(say("close_debate"), "btn--sm btn--quiet", () => void link.act("debate.close", id), { key: "close-debate" }),
    button(say("count_close"), "btn--sm btn--quiet", () => void link.act("tally.open", { ...id, about: "close_debate" }), { key: "count-close" }));
  return bar;
}

function tallyPane({ tally }: RoomState, link: Link): Parts {
  if (!tally) return [];
  const id = { tally_id: tally.id };
  const acts = tally.state === "open" ? h("div", "bar", button(say("tally.close"), "btn--main btn--sm", () => void link.act("tally.close", id), { key: "tally-close" }), button(say("tally.drop"), "btn--sm", () => void link.act("tally.drop", id), { key: "tally-drop" })) : null;
  return [h("div", "readback", h("b", "strong", tallyTitle(tally)), h("p", "small", tallyFigures(tally)), acts)];
}

function callVote(item: Item, link: Link): HTMLElement {
  const start = () => void ask({ text: item.motion?.text || item.motion_text, title: say("open_vote_question"), yes: say("open_vote") }).then((yes) => {
    if (yes) void link.act("vote.call", { item_id: item.id, minutes: 5, aim: "", method: "yes_no" });
  });
  return button(say("call_vote"), "btn--main btn--wide", start, { icon: "play-fill", key: "vote-call", off: item.state === "debate" ? "" : say(`item.${item.state}`) });
}

function stepChip(item: Item): HTMLElement {
  const chip = h("span", "step", icon(item.state === "vote" ? "check2-square" : "people"), say(`item.${item.state}`));
  chip.dataset["step"] = item.state === "vote" ? "3" : "2";
  return chip;
}

function speakerPane({ item, speaker, queue, meeting }: RoomState, link: Link): Parts {
  if (!item || item.state !== "debate" || meeting.state !== "open") return [];
  const id = { item_id: item.id };
  const next = keyed(say(speaker ? "next_speaker" : "first_speaker"), "n", "btn--main", () => void link.act("floor.next", id), { icon: "skip-end-fill", key: "next", ...(queue.length || speaker ? {} : { off: say("nobody_waits") }) });
  const small = h("div", "bar");
  if (speaker) small.append(keyed(say("end_turn"), "e", "btn--sm grow", () => void link.act("floor.end", id), { key: "end" }), keyed(say("extend_one"), "+", "btn--sm grow", () => void link.act("floor.extend", { ...id, everybody: false }), { key: "extend" }));
  if (speaker) small.append(keyed(say(speaker.paused_at ? "go_on" : "pause"), "p", "btn--sm grow", () => void link.act(speaker.paused_at ? "floor.resume" : "floor.pause", id), { key: "pause" }));
  small.append(button(say("extend_all"), "btn--sm btn--quiet grow", () => void link.act("floor.extend", { ...id, everybody: true }), { key: "extend-all" }));
  const acts = h("div", "stack", next, small);
  if (!speaker) return [h("div", "spkrow", h("span"), h("span", "soft", say(queue.length ? "nobody_speaks" : "nobody_waits")), acts)];
  const who = h("div", "stack", speakingChip(speaker.side), h("b", "strong fs-2xl", speaker.name), h("span", "small soft", `${roleOf(speaker)} · ${say("turn", { turn: speaker.turn })}`));
  return [h("div", "spkrow", turnClock(speaker, "104px"), who, acts)];
}

function queuePane({ item, queue, speaker }: RoomState, link: Link): Parts {
  if (!item) return [];
  const spoken = say("spoken", { for: item.spoken.for, against: item.spoken.against });
  const head = h("div", "h", h("span", "", h("b", "strong", say("queue_count", { count: queue.length })), ` · ${say("queue_rule")}`), h("span", "", spoken));
  const list = h("ol");
  const off = speaker ? say("somebody_speaks") : item.state === "debate" ? "" : say(`item.${item.state}`);
  queue.forEach((each, index) => list.append(queueRow(each, index, off, link)));
  return [head, queue.length ? list : h("p", "small muted", say("queue_empty"))];
}

function queueRow(speaker: Speaker, index: number, off: string, link: Link): HTMLElement {
  const give = button(say("give_floor"), "btn--sm", () => void link.act("floor.give", { speaker_id: speaker.id }), { key: `give-${speaker.id}`, off });
  return h("li", "qrow", h("span", "muted", String(index + 1)), h("span", "face face--sm", speaker.face), h("span", "", speaker.name, h("small", "", speaker.side === "order" ? roleOf(speaker) : `${roleOf(speaker)} · ${say("turn", { turn: speaker.turn })}`)), sideChip(speaker.side), give);
}

function voteColumn(state: RoomState, link: Link): Parts {
  const { vote, item, attendance } = state;
  const marks = attendance.seats.length ? seatMarks(voteIsOpen(vote) ? vote : null, attendance.seats, { total: attendance.seats_total, present: attendance.seats_present }) : null;
  const head = h("div", "h", h("span", "", say("vote")), h("span", "", vote?.title ?? ""));
  if (!vote || (item && vote.item_id !== null && vote.item_id !== item.id && vote.result)) return [head, marks, ...tallyPane(state, link), ...beforeVote(state, link)];
  if (vote.state === "published") return [head, marks, ...tallyPane(state, link), checks(state), isItsTurn(state, vote) ? openVoteButton(vote, link) : h("p", "small muted", say("vote_waits"))];
  if (voteIsOpen(vote)) return [head, ...openVote(state, vote, link)];
  if (vote.result) return [head, outcome(vote.result), balance(vote.result), working(vote.result), presentAt(vote), ...tallyPane(state, link)];
  return [head, ...countedVote(vote, link)];
}

/** The vote of an item is opened here once the meeting has come to it; the vote's own page may open it before. */
function isItsTurn({ meeting, item }: RoomState, vote: Vote): boolean {
  return vote.item_id === null || (meeting.state === "open" && vote.item_id === item?.id);
}

function beforeVote({ item }: RoomState, room: Link): Parts {
  if (!item?.plate) return [h("p", "small muted", say("nothing_to_vote"))];
  if (!item.in_notice) return [h("p", "small muted", say("not_in_notice"))];
  const link = h("a", "btn btn--wide", say("prepare_vote"));
  link.href = `/votes/new?matter=${encodeURIComponent(item.number)}&item=${item.id}`;
  return [h("p", "small muted", say("no_vote_yet")), item.motion?.state === "pending" ? callVote(item, room) : null, link];
}

function checks({ item, attendance }: RoomState): HTMLElement {
  const list = h("ul", "stack small");
  const line = (ok: boolean, text: string) => list.append(h("li", "bar", h("span", ok ? "verdict verdict--yes" : "due due--soon", icon(ok ? "check-circle" : "exclamation-triangle")), h("span", "", text)));
  line(item?.in_notice ?? true, say("check.in_notice"));
  if (attendance.seats_to_open) line(attendance.seats_present >= attendance.seats_to_open, say("check.seats", { present: attendance.seats_present, needed: attendance.seats_to_open }));
  if (item?.chair_has_interest) line(Boolean(item.stand_in_name), say("check.interest"));
  return list;
}

function openVoteButton(vote: Vote, link: Link): HTMLElement {
  const start = () => void ask({ text: vote.text, title: say("open_vote_question"), yes: say("open_vote") }).then((yes) => {
    if (yes) void link.act("vote.open", { vote_id: vote.id });
  });
  return h("div", "stack", button(say("open_vote"), "btn--main btn--lg btn--wide", start, { icon: "play-fill", key: "vote-open" }), h("p", "tiny muted", say("open_vote_hint")));
}

function openVote({ attendance }: RoomState, vote: Vote, link: Link): Parts {
  const marks = attendance.seats.length ? seatMarks(vote, attendance.seats, { total: vote.total, present: attendance.seats_present }) : null;
  const needed = vote.needed ? h("p", "small soft", say(vote.cast >= vote.needed ? "ballots_enough" : "ballots_short", { needed: vote.needed, missing: vote.needed - vote.cast })) : null;
  const end = () => void ask({ text: say("close_vote_question", { cast: vote.cast, total: vote.total }), title: say("close_vote"), yes: say("close_vote"), danger: true }).then((yes) => {
    if (yes) void link.act("vote.close", { vote_id: vote.id });
  });
  return [
    h("div", "bar bar--between", h("b", "fs-xl strong", say("cast_of", { cast: vote.cast, total: vote.total })), voteClock(vote.closes_at, vote.opened_at, link.store.now(), "76px")),
    marks, needed, h("p", "tiny muted", say("turnout_only")),
    button(say("close_vote"), "btn--main btn--lg btn--wide", end, { icon: "stop-circle", key: "vote-close" }),
  ];
}

function countedVote(vote: Vote, link: Link): Parts {
  const read = h("a", "btn btn--wide", icon("volume-up"), say("read_back"));
  read.href = `/votes/${vote.id}`;
  read.target = "_blank";
  const announce = () => void ask({ text: say("announce_question"), title: say("announce"), yes: say("announce") }).then((yes) => {
    if (yes) void link.act("vote.announce", { vote_id: vote.id });
  });
  return [
    h("div", "readback", h("div", "h", h("span", "", say("read_and_confirm")), h("span", "tag tag--info", icon("volume-up"), say("to_be_read"))), h("p", "small", say("read_hint", { cast: vote.cast, total: vote.total })), read),
    button(say("announce"), "btn--main btn--wide", announce, { key: "announce" }),
  ];
}
