/** What was pressed and could not be sent: said beside its button, and it can be taken back there. */

import { all, one } from "../dom";
import { say } from "../strings";
import type { Act } from "./acts";
import type { Link } from "./link";
import { button, h, icon } from "./parts";

export function showWaiting(link: Link): void {
  for (const old of all("[data-waits]")) old.remove();
  for (const act of link.acts.late) place(act, note(act, link));
}

function note(act: Act, link: Link): HTMLElement {
  const words = h("span", "", say("waits", { act: say(`act.${act.name}`) }));
  const element = h("div", "waits", icon("wifi-off"), words, button(say("waits_cancel"), "btn--sm", () => link.cancel(act.key)));
  element.dataset["waits"] = "";
  element.setAttribute("role", "status");
  return element;
}

/** In an open dialog, which covers the page; else below the row of the button; else at the top of the page. */
function place(act: Act, element: HTMLElement): void {
  const foot = all("dialog[open] .dialog__go").at(-1);
  if (foot) return foot.before(element);
  const pressed = one(`[data-key="${CSS.escape(act.beside)}"]`);
  const row = act.beside ? (pressed?.closest(".hands, .bar, .tools") ?? pressed) : null;
  if (row) row.after(element);
  else one("#main")?.prepend(element);
}
