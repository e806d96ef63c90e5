/** A quick question to everybody present: one press, no name, and nothing shown before enough have answered. */

import { one } from "../dom";
import { say } from "../strings";
import { area, dialog, field, foot, input, onSubmit, remember, send } from "./dialogs";
import { keyed } from "./keys";
import type { Link } from "./link";
import { button, h } from "./parts";
import type { Item, Pulse, RoomState } from "./state";

type Parts = (HTMLElement | null)[];

export function pulseCard({ pulse, me }: RoomState, link: Link): Parts {
  if (!pulse) return [];
  const head = h("h2", "fs-md", pulse.text);
  if (pulse.state !== "open") return [head, result(pulse)];
  if (me.has_answered_pulse) return [head, h("p", "small soft", say("pulse.thanks")), answered(pulse)];
  const group = h("div", "bar bar--wrap");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", pulse.text);
  pulse.options.forEach((text, option) => group.append(button(text, "", () => answer(pulse, option, link), { key: `pulse-${option}`, ...(me.is_present ? {} : { off: say("check_in_first") }) })));
  return [head, group, h("p", "tiny muted", say("pulse.anonymous"))];
}

function answer(pulse: Pulse, option: number, link: Link): void {
  const { store } = link;
  store.state = { ...store.state, me: { ...store.state.me, has_answered_pulse: true } };
  link.redraw();
  void link.act("pulse.answer", { pulse_id: pulse.id, option }).then(() => link.join());
}

function answered(pulse: Pulse): HTMLElement | null {
  return pulse.answered === null ? null : h("p", "tiny muted", say("pulse.answered", { answered: pulse.answered }));
}

/** Bars with their figures beside them: nothing is told by colour or length alone. */
export function result(pulse: Pulse): HTMLElement {
  const found = pulse.result;
  if (!found?.is_shown) return h("p", "small soft", say("pulse.too_few"));
  const rows = pulse.options.map((text, option) => {
    const count = found.counts?.[option] ?? 0;
    const fill = h("i");
    fill.style.setProperty("--v", `${((100 * count) / Math.max(1, found.answered ?? 0)).toFixed(1)}%`);
    return h("li", "", h("span", "word", text), h("b", "", String(count)), h("span", "pulse__bar", fill));
  });
  return h("div", "stack", h("ul", "pulse", ...rows), h("p", "tiny muted", say("pulse.advisory", { answered: found.answered ?? 0 })));
}

// ---- the console

export function pulsePane({ pulse, item, meeting }: RoomState, link: Link): Parts {
  if (!item || meeting.state !== "open") return [];
  const isOpen = pulse?.state === "open";
  const ask = isOpen ? null : keyed(say("pulse.ask"), "w", "btn--sm", () => openPulse(item, link), { key: "pulse-ask" });
  if (!pulse) return [ask];
  const id = { pulse_id: pulse.id };
  const acts = isOpen
    ? h("div", "bar", button(say("pulse.close"), "btn--sm btn--main", () => void link.act("pulse.close", id), { key: "pulse-close" }), button(say("pulse.drop"), "btn--sm btn--quiet", () => void link.act("pulse.drop", id), { key: "pulse-drop" }))
    : null;
  return [h("div", "readback", h("b", "strong", pulse.text), isOpen ? h("p", "small soft", pulse.answered === null ? say("pulse.waiting") : say("pulse.answered", { answered: pulse.answered })) : result(pulse), acts), ask];
}

function openPulse(item: Item, link: Link): void {
  if (one("dialog[open]")) return;
  const opened = dialog(say("pulse.ask"));
  const text = input("text", { required: true, longest: 120 });
  text.minLength = 2;
  const options = area("options", { rows: 4, longest: 400, value: say("pulse.usual") });
  opened.body.append(h("p", "small soft", say("pulse.hint")), field(say("pulse.text"), text), field(say("options"), options, say("options_hint")), foot(opened.box, say("pulse.ask")));
  const forget = remember(opened, `pulse-${item.id}`);
  onSubmit(opened, () => void send(link, opened, "pulse.open", { item_id: item.id, text: text.value, options: options.value }, forget));
  opened.box.showModal();
  text.focus();
}
