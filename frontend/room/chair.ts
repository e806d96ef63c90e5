/** The chair's console: the agenda and who is there, what is discussed, the vote. Works by keyboard alone. */

import { ask } from "../confirm";
import { one } from "../dom";
import { say } from "../strings";
import { agreed } from "./agreed";
import { standIn } from "./chair_forms";
import { itemPane, queuePane, speakerPane } from "./chair_item";
import { voteColumn } from "./chair_vote";
import { hourBar, itemBar } from "./hour";
import { pulsePane } from "./pulse";
import { questionsPane } from "./questions";
import { keyed } from "./keys";
import type { Link } from "./link";
import { countMinutes, timeOfDay, timeOrDay } from "./clocks";
import { button, h, icon, region } from "./parts";
import { here, presence, quorumNote } from "./people";
import { type AgendaLine, type Meeting, opening, type RoomState, type Speaker } from "./state";
import { showWaiting } from "./waiting";

type Parts = (HTMLElement | null)[];

export function drawChair(link: Link): void {
  const state = withNames(link.store.state);
  const { meeting, items, item, attendance } = state;
  const opens = opening(meeting, link.store.now());
  one("[data-arrivals]")?.toggleAttribute("hidden", opens === "shut");
  region("top", [meeting, opens, item?.id], () => topBar(state, link));
  region("agenda", [meeting.state, items, item?.id], () => [agenda(state, link)]);
  region("hour", [meeting, items, item?.id], () => [hourBar(state)]);
  region("quorum", [meeting.state, attendance.has_quorum, attendance.missing], () => [quorumNote(state)]);
  region("attendance", [attendance, meeting, opens], () => attendanceColumn(state, link.store.now()));
  region("questions", [state.questions, item?.id], () => questionsPane(state, link));
  region("pulse", [state.pulse, item?.id, meeting.state], () => pulsePane(state, link));
  region("agreed", [items, state.steps, meeting.state], () => agreedPane(state, link));
  region("interests", [item?.interests, item?.stand_in_name, item?.chair_has_interest, item?.id], () => interests(state, link));
  region("item", [meeting.state, item, state.vote?.result], () => itemPane(state, link));
  region("speaker", [meeting.state, state.speaker, item?.id, item?.state, state.queue.length], () => speakerPane(state, link));
  region("queue", [state.queue, state.speaker?.id, item?.spoken, item?.id, item?.state], () => queuePane(state, link));
  region("vote", [state.vote, state.tally, item, attendance.seats_present, attendance.has_quorum, attendance.missing, meeting.state], () => voteColumn(state, link));
  showWaiting(link);
}

/** Whoever chairs calls people by their names, which nobody else's page is told. */
function withNames(state: RoomState): RoomState {
  const { names } = state.me;
  const named = (each: Speaker): Speaker => ({ ...each, name: names[each.id] ?? each.name });
  return { ...state, queue: state.queue.map(named), speaker: state.speaker && named(state.speaker) };
}

function topBar({ meeting }: RoomState, link: Link): Parts {
  const id = { meeting_id: meeting.id };
  const live = h("span", meeting.state === "open" ? "live" : "tag", say(`meeting.${meeting.state}`), " ", clockOfDay());
  const left = h("span", "small strong");
  if (meeting.opened_at && meeting.state !== "closed") {
    countMinutes(left, "meeting_minutes_left", Date.parse(meeting.opened_at), meeting.planned_minutes);
  }
  const acts = h("div", "tools");
  if (meeting.state === "noticed") acts.append(...openMeeting(meeting, link));
  if (meeting.state === "open") acts.append(button(say("recess"), "btn--sm", () => void link.act("meeting.recess", id), { icon: "pause-circle", key: "recess" }));
  if (meeting.state === "recess") acts.append(button(say("resume"), "btn--main btn--sm", () => void link.act("meeting.resume", id), { icon: "play-fill", key: "resume" }));
  if (meeting.state === "open" || meeting.state === "recess") acts.append(button(say("close_meeting"), "btn--sm btn--danger", () => void close(link), { key: "close" }));
  return [live, h("span", "sep"), left, acts];
}

/** Not before its hour, which stands beside the button. */
function openMeeting(meeting: Meeting, link: Link): HTMLElement[] {
  const now = link.store.now();
  const off = opening(meeting, now) === "meeting" ? "" : say("may_open_from", { time: timeOrDay(meeting.may_open_at, now) });
  const start = () => void mayBegin(meeting, link.store.now()).then((yes) => (yes ? link.act("meeting.open", { meeting_id: meeting.id }) : undefined));
  const act = button(say("open_meeting"), "btn--main btn--sm", start, { icon: "play-fill", key: "open", off });
  return off ? [h("span", "small muted", off), act] : [act];
}

/** Before its hour the meeting is opened only on purpose: whoever comes in time would miss the beginning. */
function mayBegin({ starts_at }: Meeting, now: number): Promise<boolean> {
  const left = Date.parse(starts_at) - now;
  if (left <= 0) return Promise.resolve(true);
  const text = say("open_early", { time: timeOrDay(starts_at, now), minutes: Math.ceil(left / 60_000) });
  return ask({ text, title: say("open_meeting"), yes: say("open_now"), no: say("open_wait") });
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
  const used = itemBar(line);
  if (used) body.append(used);
  if (!line.in_notice) body.append(h("small", "", say("not_in_notice")));
  if (mayStart && (line.state === "queued" || line.state === "deferred")) {
    const start = () => void link.act("item.start", { item_id: line.id });
    body.append(isNext ? keyed(say("start_item"), "s", "btn--sm btn--main", start, { key: `start-${line.id}` }) : button(say("start_item"), "btn--sm btn--quiet", start, { key: `start-${line.id}` }));
  }
  row.append(h("span", "", isDone ? icon("check-lg") : String(line.position)), body);
  return row;
}

function attendanceColumn({ attendance, meeting }: RoomState, now: number): Parts {
  const grid = h("div", "seatgrid");
  for (const seat of attendance.seats.filter((each) => each.is_voting)) {
    const mark = h("i", seat.is_remote ? "far" : seat.present ? "" : "off", seat.face || "–");
    mark.title = `${seat.name || say("empty_seat")} ${say(seat.is_remote ? "remote" : seat.present ? "present" : "absent")}`;
    grid.append(mark);
  }
  const enough = attendance.seats_present >= attendance.seats_to_open;
  const needed = attendance.seats_to_open
    ? h("p", `tiny ${enough ? "muted" : "due--soon"}`, say(enough ? "enough_to_open" : "short_to_open", { needed: attendance.seats_to_open, missing: attendance.seats_to_open - attendance.seats_present }))
    : h("p", "tiny muted", attendance.quorum ? say("quorum_by_ballots", { quorum: attendance.quorum, total: attendance.seats_total }) : say("no_quorum_needed"));
  const isEarly = meeting.state === "noticed" && opening(meeting, now) === "shut";
  const shut = isEarly ? h("p", "tiny muted", say("door_opens", { time: timeOrDay(meeting.doors_open_at, now) })) : null;
  return [h("div", "h", h("span", "", say("attendance")), h("span", "", here(attendance))), attendance.seats.length ? grid : null, needed, attendance.seats_total || attendance.remote ? h("p", "tiny muted", presence(attendance)) : null, shut];
}

function interests({ item, me }: RoomState, link: Link): Parts {
  if (!item || (!item.interests.length && !item.stand_in_name)) return [];
  const lines = item.interests.map((each) => h("p", "", say("interest", each)));
  const note = h("div", `note${item.chair_has_interest && !item.stand_in_name ? " note--warn" : ""}`, icon("exclamation-triangle"), h("div", "stack", ...lines));
  if (item.stand_in_name) note.lastElementChild?.append(h("p", "strong", say("stand_in", { name: item.stand_in_name })));
  else if (item.chair_has_interest && me.is_chair) note.lastElementChild?.append(button(say("appoint"), "btn--sm btn--main", () => standIn(item, link), { key: "appoint" }));
  return [note];
}


function agreedPane(state: RoomState, link: Link): Parts {
  const isLasting = state.meeting.state === "open" || state.meeting.state === "recess";
  return [h("h2", "fs-md", say("agreed")), agreed(state, isLasting ? link : undefined) ?? h("p", "small muted", say("agreed_empty"))];
}
