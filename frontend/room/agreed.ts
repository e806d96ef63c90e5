/** What we agreed: decisions word for word, and who does what by which day. The same list on every page of the room. */

import { say } from "../strings";
import { dayOf } from "../times";
import type { Link } from "./link";
import { button, h } from "./parts";
import type { AgreedStep, RoomState } from "./state";

/** Decisions in the order of the agenda, each with its steps; a step that only repeats its decision is one line with it. */
export function agreed(state: RoomState, link?: Link): HTMLElement | null {
  const list = h("ol", "agreed");
  for (const item of state.items) {
    const steps = state.steps.filter((step) => step.item_id === item.id);
    const decision = item.state === "decided" ? item.decision : "";
    if (!decision && !steps.length) continue;
    const same = steps.find((step) => step.text === decision);
    const line = h("li", "", h("small", "muted block", item.title));
    if (item.not_carried) line.append(h("small", "soft block", say(`beside.${item.not_carried}`)));
    if (decision) line.append(h("p", "word", decision), same ? who(same) : "");
    for (const step of steps) if (step !== same) line.append(stepLine(step, link));
    list.append(line);
  }
  return list.children.length ? list : null;
}

function stepLine(step: AgreedStep, link?: Link): HTMLElement {
  const drop = link ? button(say("step.drop"), "btn--sm btn--quiet", () => void link.act("step.drop", { step_id: step.id }), { key: `drop-${step.id}` }) : null;
  return h("div", "agreed__step", h("p", "word", step.text), h("div", "bar bar--wrap", who(step), drop));
}

function who(step: AgreedStep): HTMLElement {
  return h("small", "soft", say("step.who", { owner: step.owner, day: dayOf(step.due_on) }));
}
