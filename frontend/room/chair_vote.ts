/** The right of the console: hands that are counted, and the vote with its one next act. */

import { ask } from "../confirm";
import { say } from "../strings";
import { dayAndTime } from "../times";
import { openCalling } from "./calling";
import { keyed } from "./keys";
import type { Link } from "./link";
import { voteClock } from "./participant";
import { minutesAndSeconds, turnEnds } from "./clocks";
import { tallyFigures, tallyTitle } from "./motions";
import { button, h, icon } from "./parts";
import { presentAt, seatMarks } from "./people";
import { figuresOf, foldedWorking, optionsOf, outcome, sentenceOf, voteIsOpen } from "./results";
import type { Item, RoomState, Vote } from "./state";

type Parts = (HTMLElement | null)[];

function tallyPane({ tally }: RoomState, link: Link): Parts {
  if (!tally) return [];
  const id = { tally_id: tally.id };
  const acts = tally.state === "open" ? h("div", "bar", button(say("tally.close"), "btn--main btn--sm", () => void link.act("tally.close", id), { key: "tally-close" }), button(say("tally.drop"), "btn--sm", () => void link.act("tally.drop", id), { key: "tally-drop" })) : null;
  return [h("div", "readback", h("b", "strong", tallyTitle(tally)), h("p", "small", tallyFigures(tally)), acts)];
}

/** Why the motion cannot be voted at this moment, as the server would say it. */
function notYet(item: Item, { attendance }: RoomState): string {
  if (attendance.has_quorum === false) return say("quorum_short", { missing: attendance.missing });
  if (item.amendment) return say("amendment_first");
  return item.motion?.departs ? say("departs") : "";
}

/** Whose turn ends as the vote begins, and what is left of it; empty while nobody speaks. */
export function cutOff({ store }: Link): string {
  const { speaker, me } = store.state;
  if (!speaker) return "";
  const left = Math.max(0, turnEnds(speaker) - (speaker.paused_at ? Date.parse(speaker.paused_at) : store.now()));
  return say("cuts_off", { name: me.names[speaker.id] ?? speaker.name, left: minutesAndSeconds(Math.ceil(left / 1000)) });
}

function callVote(item: Item, link: Link): Parts {
  const start = () => void ask({ text: [cutOff(link), item.motion?.text || item.motion_text].filter(Boolean).join("\n\n"), title: say("open_vote_question"), yes: say("open_vote") }).then((yes) => {
    if (yes) void link.act("vote.call", { item_id: item.id, minutes: 5, aim: "", method: "yes_no" });
  });
  const off = item.state === "debate" ? notYet(item, link.store.state) : say(`item.${item.state}`);
  const usual = item.motion?.state === "pending" ? keyed(say("call_vote"), "v", "btn--main btn--wide", start, { icon: "play-fill", key: "vote-call", off }) : null;
  return [usual, off && off !== say(`item.${item.state}`) ? h("p", "small muted", off) : null, keyed(say("call_otherwise"), "o", "btn--wide", () => void openCalling(item, link), { key: "vote-otherwise", off })];
}

export function voteColumn(state: RoomState, link: Link): Parts {
  const { vote, item, attendance } = state;
  const marks = attendance.seats.length ? seatMarks(voteIsOpen(vote) ? vote : null, attendance.seats, { total: attendance.seats_total, present: attendance.seats_present }) : null;
  const isPast = Boolean(vote?.result && item && vote.item_id !== null && vote.item_id !== item.id);
  const head = h("div", "h", h("span", "", say("vote")), h("span", "", isPast ? "" : (vote?.title ?? "")));
  if (!vote || isPast) return [head, marks, ...tallyPane(state, link), ...beforeVote(state, link)];
  if (vote.state === "published") return [head, marks, ...tallyPane(state, link), checks(state), isItsTurn(state, vote) ? openVoteButton(vote, link) : h("p", "small muted", say("vote_waits"))];
  if (voteIsOpen(vote)) return [head, ...openVote(state, vote, link)];
  if (vote.result) return [head, outcome(vote.result), figuresOf({ ...vote, result: vote.result }), presentAt(vote), sentenceOf({ ...vote, result: vote.result }), foldedWorking(vote.result), ...tallyPane(state, link), ...onceMore(state, vote, link)];
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
  return [h("p", "small muted", say("no_vote_yet")), ...callVote(item, room), link];
}

/** The last vote decided nothing, or another motion is before the room: it may be called again. */
function onceMore({ item }: RoomState, vote: Vote, link: Link): Parts {
  return item && item.id === vote.item_id && item.in_notice && item.motion?.state === "pending" ? callVote(item, link) : [];
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
  const start = () => void ask({ text: [cutOff(link), vote.text].filter(Boolean).join("\n\n"), title: say("open_vote_question"), yes: say("open_vote") }).then((yes) => {
    if (yes) void link.act("vote.open", { vote_id: vote.id });
  });
  return h("div", "stack", keyed(say("open_vote"), "v", "btn--main btn--lg btn--wide", start, { icon: "play-fill", key: "vote-open" }), h("p", "tiny muted", say("open_vote_hint")));
}

function openVote(state: RoomState, vote: Vote, link: Link): Parts {
  const { attendance } = state;
  const marks = attendance.seats.length ? seatMarks(vote, attendance.seats, { total: vote.total, present: attendance.seats_present }) : null;
  const needed = vote.needed ? h("p", "small soft", say(vote.cast >= vote.needed ? "ballots_enough" : "ballots_short", { needed: vote.needed, missing: vote.needed - vote.cast })) : null;
  const end = () => void ask({ text: closeQuestion(vote, link.store.now()), title: say("close_vote"), yes: say("close_vote"), danger: true }).then((yes) => {
    if (yes) void link.act("vote.close", { vote_id: vote.id });
  });
  const isShort = vote.cast < vote.needed;
  const close = isAtHand(state, vote)
    ? keyed(say("close_vote"), "v", isShort ? "btn--wide" : "btn--main btn--lg btn--wide", end, { icon: "stop-circle", key: "vote-close" })
    : h("p", "small muted", say("close_waits"));
  return [
    h("div", "bar bar--between", h("b", "fs-xl strong", say("cast_of", { cast: vote.cast, total: vote.total })), voteClock(vote.closes_at, vote.opened_at, link.store.now(), "76px")),
    optionsOf(vote), marks, needed, h("p", "tiny muted", say("turnout_only")),
    close,
  ];
}

/** A vote that runs on the web is ended here once the meeting has come to its item, not before. */
function isAtHand({ item, items }: RoomState, { item_id }: Vote): boolean {
  return item_id === null || item_id === item?.id || items.some((each) => each.id === item_id && each.state === "decided");
}

/** What ending it now would mean: too few ballots, or less time than everybody was told. */
function closeQuestion({ cast, total, needed, closes_at }: Vote, now: number): string {
  const lines = [say("close_vote_question", { cast, total })];
  if (cast < needed) lines.unshift(say("close_vote_short", { missing: needed - cast }));
  if (Date.parse(closes_at) > now) lines.push(say("close_vote_early", { time: dayAndTime(closes_at) }));
  return lines.join("\n");
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
    keyed(say("announce"), "r", "btn--main btn--wide", announce, { key: "announce" }),
  ];
}
