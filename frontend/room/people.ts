/** Who speaks and for which side, who is here, and whether they are enough. */

import { say } from "../strings";
import { h, icon } from "./parts";
import type { Attendance, RoomState, Seat, Side, Speaker, Vote } from "./state";

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

/** A masked name that somebody else on the same list has too is told apart by whom they sit for. */
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
