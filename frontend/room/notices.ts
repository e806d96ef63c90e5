/** What somebody is told the moment it happens: the quorum lost or there again, a question that closed under their hand.
 * Who listens instead of looking hears as well that another item is in hand and that a vote opens or closes.
 * Works by push and by poll alike: what was drawn last is compared with what is there now. */

import { one } from "../dom";
import { say } from "../strings";
import { toast } from "../toast";
import { place } from "./motions";
import type { RoomState } from "./state";

let before: RoomState | null = null;

export function notices(state: RoomState): void {
  if (before) {
    quorum(before, state);
    closed(before, state);
    heard(before, state);
  }
  before = state;
}

function quorum({ attendance: was }: RoomState, { attendance: now, meeting }: RoomState): void {
  if (meeting.state !== "open" && meeting.state !== "recess") return;
  if (was.has_quorum === true && now.has_quorum === false) toast(say("quorum_lost_now", { missing: now.missing }), { seconds: 10 });
  if (was.has_quorum === false && now.has_quorum === true) toast(say("quorum_regained"), { seconds: 8 });
}

/** Hands were counted, or a quick question was closed, before this person had answered. */
function closed(was: RoomState, now: RoomState): void {
  const tallyEnded = was.tally?.state === "open" && !(now.tally?.id === was.tally.id && now.tally.state === "open");
  if (tallyEnded && was.me.voice > 0 && was.me.answer === null && now.me.answer === null) toast(say("tally_ended"), { seconds: 10 });
  const pulseEnded = was.pulse?.state === "open" && !(now.pulse?.id === was.pulse.id && now.pulse.state === "open");
  if (pulseEnded && was.me.is_present && !was.me.is_chair && !was.me.has_answered_pulse) toast(say("pulse_ended"), { seconds: 8 });
}

/** Said in a place that is always there: a region that appears together with its words is passed over by some readers. */
function heard(was: RoomState, now: RoomState): void {
  const words = [];
  if (now.item && was.item?.id !== now.item.id) words.push(`${place(now.items, now.item)} ${now.item.title}`);
  else if (was.meeting.state !== now.meeting.state) words.push(say(`meeting.${now.meeting.state}`));
  const { vote } = now;
  const isSame = was.vote?.id === vote?.id && was.vote?.state === vote?.state;
  if (vote && !isSame && vote.state === "voting") words.push(`${say("voting")} ${vote.title}`);
  if (vote && !isSame && vote.state === "counted") words.push(say("counted"));
  const ear = one("[data-heard]");
  if (ear && words.length > 0) ear.textContent = words.join(" ");
}
