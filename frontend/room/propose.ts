/** Moving a motion or an amendment. The form is made anew only for another item or other words, never under a hand that types. */

import { all, one } from "../dom";
import { clear, keep } from "../kept";
import { say } from "../strings";
import { toast } from "../toast";
import { area, field } from "./dialogs";
import type { Link } from "./link";
import { button, h } from "./parts";
import type { RoomState } from "./state";

let made = "";
let madeFor = 0;

export function drawPropose(link: Link): void {
  const place = one("[data-propose]");
  if (!place) return;
  const { state } = link.store;
  const { item, me } = state;
  place.hidden = !item || item.state !== "debate" || !me.may_move;
  if (!item || place.hidden) return;
  const name = nameOf(state);
  if (name === made || (madeFor === item.id && isTyping(place))) return;
  if (madeFor && madeFor !== item.id && isTyping(place)) toast(say("motion_kept"), { seconds: 10 });
  made = name;
  madeFor = item.id;
  place.replaceChildren(form(state, name, link));
}

/** Each motion, and each version of its words, has a draft of its own. */
function nameOf({ item }: RoomState): string {
  return item?.motion?.state === "pending" ? `amend-${item.id}-${item.motion.id}-${item.motion.version}` : `motion-${item?.id ?? 0}`;
}

function isTyping(place: HTMLElement): boolean {
  return all<HTMLTextAreaElement>("textarea", place).some((text) => document.activeElement === text || text.value !== text.dataset["words"]);
}

function form(state: RoomState, name: string, link: Link): HTMLElement {
  const item = state.item!;
  const isAmendment = item.motion?.state === "pending";
  const words = isAmendment ? (item.motion?.text ?? "") : "";
  const text = area("text", { rows: 5, least: 4, value: words });
  text.dataset["words"] = words;
  const body = h("form", "stack", field(say(isAmendment ? "amend_how" : "motion_how"), text));
  if (isAmendment && !state.meeting.charter.allows_amendments) body.append(h("p", "small soft", say("amend_waits")));
  if (state.meeting.charter.needs_second) body.append(h("p", "tiny muted", say("second_is_needed")));
  const send = () => {
    if (text.value.trim().length < 4 || text.value === words) return toast(say(isAmendment ? "amend_nothing" : "motion_nothing"));
    void link.act("motion.propose", { item_id: item.id, kind: isAmendment ? "amendment" : "motion", text: text.value }).then((answer) => {
      if (!answer.ok) return;
      clear(name);
      made = "";
      text.value = words;
      one<HTMLDetailsElement>("[data-propose] details")?.removeAttribute("open");
      void link.join();
    });
  };
  body.dataset["keep"] = name;
  body.append(h("div", "bar", button(say("propose"), "btn--sm", send, { key: "propose" })));
  body.addEventListener("submit", (event) => event.preventDefault());
  keep(body);
  const details = h("details", "declare", h("summary", "small", say(isAmendment ? "propose_amendment" : "propose_motion")), body);
  return details;
}
