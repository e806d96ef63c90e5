/** The room as a participant has it in hand: what is discussed, who speaks, and one's own hand and ballot. */

import { one } from "../dom";
import { say } from "../strings";
import { agreed } from "./agreed";
import type { Link } from "./link";
import { reactionBar } from "./applause";
import { drawPropose } from "./propose";
import { pulseCard } from "./pulse";
import { drawAsking, questionsCard } from "./questions";
import { clock, countMinutes, timeOrDay, turnClock } from "./clocks";
import { agendaBeads, markedText, motion, motionHead, motionNotes, motionNow, place, tallyFigures, tallyTitle } from "./motions";
import { button, h, icon, isDoubleTap, plate, region } from "./parts";
import { here, pinNote, presentAt, quorumNote, roleOf, seatMarks, sideChip, sideClass, sideIcon, speakingChip } from "./people";
import { figuresOf, foldedWorking, outcome, sentenceOf, voteIsOpen } from "./results";
import { opening, type RoomState, type Side, type Speaker } from "./state";
import { showWaiting } from "./waiting";

const SIDES: Side[] = ["for", "against", "question"];

export function drawParticipant(link: Link): void {
  const { state } = link.store;
  const { meeting, items, item, attendance, me } = state;
  const isDoorOpen = opening(meeting, link.store.now()) !== "shut";
  region("figures", [meeting.state, attendance], () => [
    attendance.seats_total ? say("figures", { seats: attendance.seats_present, total: attendance.seats_total, observers: attendance.observers }) : here(attendance),
    attendance.remote ? ` · ${say("in_room_remote", { in_room: attendance.in_room, remote: attendance.remote })}` : "",
  ]);
  region("quorum", [meeting.state, attendance.has_quorum, attendance.missing], () => [quorumNote(state)]);
  region("agreed", [items, state.steps], () => agreedCard(state));
  region("live", meeting.state, () => [h("span", meeting.state === "open" ? "live" : "tag", say(`meeting.${meeting.state}`))]);
  region("item", [meeting.state, items, item], () => itemCard(state, link.store.now()));
  region("vote", [state.vote, attendance, me.ballot, item?.id], () => voteCard(state));
  region("tally", [state.tally, item?.id, item?.waiting, me, meeting.charter], () => tallyCard(state, link));
  region("questions", [state.questions, me.questions, me.likes, me.is_present, item?.id], () => questionsCard(state, link));
  region("pulse", [state.pulse, me.has_answered_pulse, me.is_present], () => pulseCard(state, link));
  drawAsking(link);
  drawPropose(link);
  region("speaker", [state.speaker, item?.id, me.speaking, me.is_present], () => speakerCard(state, link));
  region("queue", [state.queue, me.speaker_id, item?.id], () => queueCard(state));
  region("hands", [meeting.state, isDoorOpen, item?.id, item?.state, me], () => dock(state, link));
  const declare = one("[data-declare]");
  if (declare) declare.hidden = !item || !item.plate || me.has_interest;
  one("[data-door]")?.toggleAttribute("hidden", !me.is_helper || !isDoorOpen);
  one("[data-leave]")?.toggleAttribute("hidden", !isDoorOpen);
  showWaiting(link);
}

function itemCard(state: RoomState, now: number): (HTMLElement | null)[] {
  const { meeting, items, item } = state;
  if (!item) return [h("p", "soft", waiting(state, now)), toMinutes(meeting), agendaBeads(items), agendaList(state)];
  const due = h("span", "due no-elder", icon("clock"), minutesLeft(item.started_at, item.minutes));
  return [
    h("div", "bar bar--between", h("span", "small strong", place(items, item)), meeting.state === "open" ? due : null),
    agendaBeads(items),
    h("div", "bar", plate(item.plate), h("span", "small soft", item.title)),
    item.motion || item.motion_text ? h("div", "stack", h("span", "tiny muted", motionHead(item)), motionNow(item, "motion--md"), h("span", "small soft", motionNotes(item))) : null,
    item.in_notice ? null : h("span", "tag tag--warn", icon("info-circle"), say("not_in_notice")),
    item.stand_in_name ? h("p", "small soft", say("stand_in", { name: item.stand_in_name })) : null,
    ...item.interests.map((each) => h("p", "small soft", say("interest", each))),
  ];
}

function agreedCard(state: RoomState): (HTMLElement | null)[] {
  const list = agreed(state);
  return list ? [h("h2", "fs-md", say("agreed")), list] : [];
}

export function minutesLeft(startedAt: string | null, minutes: number): HTMLElement {
  const element = h("span", "small soft");
  countMinutes(element, "item_minutes_left", Date.parse(startedAt ?? new Date().toISOString()), minutes);
  return element;
}

function waiting({ meeting, items }: RoomState, now: number): string {
  if (meeting.state === "open") return items.every((each) => each.state === "queued") ? say("first_item_soon") : say("between_items");
  if (meeting.state === "recess") return say("in_recess");
  if (meeting.state === "closed") return say("is_closed");
  return meeting.state === "cancelled" ? say("is_cancelled") : say("not_yet_open", { time: timeOrDay(meeting.starts_at, now) });
}

/** Once the meeting is over, people look for what was written of it. */
function toMinutes({ state }: RoomState["meeting"]): HTMLElement | null {
  if (state !== "closed") return null;
  const link = h("a", "btn", icon("file-earmark-text"), say("read_minutes"));
  link.href = one("[data-minutes]")?.dataset["minutes"] ?? "#";
  return link;
}

function agendaList({ items }: RoomState): HTMLElement {
  const list = h("ol", "stack small");
  for (const each of items) {
    list.append(h("li", "bar", h("span", "muted", String(each.position)), h("span", "grow", each.title, each.decision ? h("small", "word soft block", each.not_carried ? say(`beside.${each.not_carried}`) : null, each.decision) : null), h("span", "tag", say(`item.${each.state}`))));
  }
  return list;
}

function speakerCard({ speaker, item, me }: RoomState, link: Link): (HTMLElement | null)[] {
  if (!item) return [];
  if (!speaker) return [h("div", "stack", h("span", "small muted", say("nobody_speaks")))];
  const who = me.speaking && speaker.id === me.speaker_id ? say("you") : speaker.name;
  const words = h("div", "stack", speakingChip(speaker.side), h("h2", "", who), h("span", "small soft", roleOf(speaker)));
  if (me.speaking) words.append(button(say("i_am_done"), "btn--sm", () => void link.act("floor.end", { item_id: item.id }), { key: "done" }));
  return [h("div", "spk", words, turnClock(speaker, "92px")), me.is_present && !me.speaking ? reactionBar(link) : null];
}

function queueCard({ queue, me, item }: RoomState): (HTMLElement | null)[] {
  if (!item) return [];
  const list = h("ol", "queue");
  queue.forEach((speaker, index) => list.append(queueLine(speaker, index, speaker.id === me.speaker_id)));
  const head = h("div", "bar bar--between", h("h2", "fs-md", say("queue"), " ", h("span", "count count--quiet", String(queue.length))), h("span", "tiny muted no-elder", say("queue_rule")));
  return [head, queue.length ? list : h("p", "small muted", say("queue_empty"))];
}

function queueLine(speaker: Speaker, index: number, isMe: boolean): HTMLElement {
  const turn = speaker.turn > 1 ? ` · ${say("turn", { turn: speaker.turn })}` : "";
  const wait = isMe ? ` · ${say("about_minutes", { minutes: Math.max(1, (index + 1) * 2) })}` : turn;
  return h(
    "li", isMe ? "is-me" : "",
    h("span", "pos", String(index + 1)),
    h("span", `face${isMe ? " face--brand" : ""}`, isMe ? say("me") : speaker.face),
    h("span", "", isMe ? h("b", "strong", say("you")) : speaker.name, h("small", "", `${roleOf(speaker)}${wait}`), pinNote(speaker)),
    sideChip(speaker.side),
  );
}

function voteCard({ vote, attendance, me, item }: RoomState): (HTMLElement | null)[] {
  if (!vote || vote.state === "published") return [];
  const isPast = item !== null && vote.item_id !== null && vote.item_id !== item.id;
  if (vote.result && isPast) return []; // What came of it stands under what was agreed.
  if (vote.result) {
    return [
      h("div", "bar bar--between bar--wrap", h("h2", "fs-md", say("result")), outcome(vote.result)),
      motion(vote.text, "motion--md"), figuresOf({ ...vote, result: vote.result }), presentAt(vote), sentenceOf({ ...vote, result: vote.result }), foldedWorking(vote.result),
    ];
  }
  const head = h("div", "bar bar--between", h("h2", "fs-md", say(voteIsOpen(vote) ? "voting" : "counted")), h("span", "strong", say("cast_of", { cast: vote.cast, total: vote.total })));
  const marks = attendance.seats.length ? seatMarks(vote, attendance.seats, { total: vote.total, present: attendance.seats_present }) : null;
  const open = voteIsOpen(vote) && me.ballot?.on_roll;
  const again = open ? button(say(me.ballot?.has_cast ? "look_at_ballot" : "cast_now"), "btn--main btn--wide", () => document.dispatchEvent(new Event("room:ballot")), { key: "ballot" }) : null;
  return [head, marks, h("p", "tiny muted", say(voteIsOpen(vote) ? "turnout_only" : "result_soon")), again];
}

/** What waits to be taken up, and the hands that are being counted. */
function tallyCard({ tally, item, me, meeting }: RoomState, link: Link): (HTMLElement | null)[] {
  if (!item) return [];
  const waiting = item.waiting.map((each) => {
    const mine = me.motions.includes(each.id);
    const act = mine
      ? button(say("withdraw_motion"), "btn--sm", () => void link.act("motion.withdraw", { motion_id: each.id }), { key: `withdraw-${each.id}` })
      : me.may_move && each.state === "proposed" && meeting.charter.needs_second
        ? button(say("second"), "btn--sm", () => void link.act("motion.second", { motion_id: each.id }), { key: `second-${each.id}` })
        : null;
    return h("div", "stack", h("span", "small soft", say("moved_waits", { mover: each.mover })), each.runs ? markedText(each.runs, "motion--md") : motion(each.text, "motion--md"), act);
  });
  if (!tally) return waiting;
  const answers = tally.state === "open" && me.voice > 0 ? tallyAnswers(tally, me.answer, link) : null;
  return [h("h2", "fs-md", tallyTitle(tally)), h("p", "small soft", tallyFigures(tally)), answers, ...waiting];
}

function tallyAnswers(tally: NonNullable<RoomState["tally"]>, mine: string | null, link: Link): HTMLElement {
  const group = h("div", "bar bar--wrap");
  for (const answer of tally.about === "amendment" ? ["for", "against", "abstain"] : ["for", "against"]) {
    const text = say(tally.about === "amendment" ? `choice.${answer}` : `close.${answer}`);
    const choose = () => void link.act("tally.answer", { tally_id: tally.id, answer }).then(() => link.join());
    const element = button(text, mine === answer ? "btn--main" : "", choose, { key: `answer-${answer}` });
    element.setAttribute("aria-pressed", String(mine === answer));
    group.append(element);
  }
  return group;
}

function dock(state: RoomState, link: Link): (HTMLElement | null)[] {
  const { meeting, item, me } = state;
  if (meeting.state !== "open" || !item) return me.is_present || !isJoinable(state) ? [] : comeIn(state, link);
  if (!me.is_present) return comeIn(state, link);
  if (me.is_chair || me.is_stand_in) return [chairLink()];
  if (item.state !== "debate") return [];
  const hint = me.turns_taken >= me.turns_allowed ? say("turns_used", { turns: me.turns_allowed }) : say("hand_hint");
  const order = button(say(me.side === "order" ? "order_raised" : "raise.order"), "btn--sm btn--quiet", () => press(link, item.id, "order", me.side === "order"), { key: "hand-order", icon: "flag" });
  const more = h("div", "bar bar--wrap", order);
  if (me.voice > 0 && !item.debate_closed_by) more.append(button(say("ask_close"), "btn--sm btn--quiet", () => void link.act("debate.ask_close", { item_id: item.id }), { key: "ask-close" }));
  return [hands(state, link), more, h("p", "tiny muted center no-elder", hint)];
}

function isJoinable({ meeting }: RoomState): boolean {
  return ["noticed", "open", "recess"].includes(meeting.state);
}

function checkInLink(): HTMLElement {
  const link = h("a", "btn btn--main btn--lg btn--wide", icon("qr-code"), say("check_in"));
  link.href = one("[data-check-in]")?.dataset["checkIn"] ?? "#";
  return h("div", "stack", link, h("p", "tiny muted center no-elder", say("check_in_hint")));
}

/** In the room by its code; from elsewhere by one's own word, where the charter lets people take part so. */
function comeIn({ meeting }: RoomState, link: Link): (HTMLElement | null)[] {
  const now = link.store.now();
  if (opening(meeting, now) === "shut") return [h("p", "small muted center", say("door_opens", { time: timeOrDay(meeting.doors_open_at, now) }))];
  if (!meeting.charter.allows_remote) return [checkInLink()];
  const join = () => void link.act("attendance.join_remotely", { meeting_id: meeting.id }).then(() => link.join());
  return [checkInLink(), button(say("join_remotely"), "btn--wide", join, { key: "join-remotely" })];
}

function chairLink(): HTMLElement {
  const link = h("a", "btn btn--wide", say("to_console"));
  link.href = one("[data-console]")?.dataset["console"] ?? "#";
  return link;
}

function hands({ item, me }: RoomState, link: Link): HTMLElement {
  const group = h("div", "hands");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", say("raise"));
  for (const side of SIDES) {
    const isUp = me.side === side && !me.speaking;
    const hand = h("button", `hand hand--${sideClass(side)}`, sideIcon(side), isUp ? say("raised", { side: say(`side.${side}`) }) : say(`raise.${side}`));
    hand.type = "button";
    hand.dataset["key"] = `hand-${side}`;
    hand.setAttribute("aria-pressed", String(isUp));
    hand.disabled = me.speaking || (!me.side && me.turns_taken >= me.turns_allowed);
    hand.addEventListener("click", () => press(link, item!.id, side, isUp));
    group.append(hand);
  }
  return group;
}

function press(link: Link, itemId: number, side: Side, isUp: boolean): void {
  if (!isDoubleTap(`hand-${side}`)) raise(link, itemId, isUp ? null : side);
}

/** Shown at once, before the server has answered: the place in the queue comes with the answer. */
function raise(link: Link, itemId: number, side: Side | null): void {
  const { store } = link;
  const { side: was, speaker_id: hand } = store.state.me;
  store.state = { ...store.state, me: { ...store.state.me, side, speaker_id: side ? hand : null } };
  drawParticipant(link);
  void link.act(side ? "hand.raise" : "hand.withdraw", side ? { item_id: itemId, side } : { item_id: itemId }).then((answer) => {
    if (!answer.ok && store.state.item?.id === itemId) {
      store.state = { ...store.state, me: { ...store.state.me, side: was, speaker_id: hand } };
      drawParticipant(link);
    }
    void link.join();
  });
}

export function voteClock(closesAt: string, openedAt: string | null, now: number, size: string): HTMLElement {
  const total = Math.max(1, (Date.parse(closesAt) - Date.parse(openedAt ?? new Date(now).toISOString())) / 1000);
  return clock(Date.parse(closesAt), total, size);
}
