/** What is before the room: the agenda, the motion with its amendment, a show of hands. */

import { say } from "../strings";
import { h } from "./parts";
import type { AgendaLine, Item, Run, Tally } from "./state";

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
