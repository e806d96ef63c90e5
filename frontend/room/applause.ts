/** Reactions: a nod without a sound. They come counted together, float by at the edge, and leave nothing behind. */

import { all, one } from "../dom";
import { say } from "../strings";
import type { Link } from "./link";
import { button, h, icon } from "./parts";

export const REACTIONS: Record<string, string> = { well_said: "hand-thumbs-up", smile: "emoji-smile", louder: "volume-up", slower: "hourglass-split" };

const SHOWN_FOR = 4_000;
const PAUSE = 1_500;

/** The four buttons of a participant; each rests for a moment after it was pressed. */
export function reactionBar(link: Link): HTMLElement {
  const bar = h("div", "nods");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("reactions"));
  for (const [kind, name] of Object.entries(REACTIONS)) {
    const nod = button("", "btn--quiet btn--sm btn--icon", () => {
      link.flick("reaction.send", { meeting_id: link.store.state.meeting.id, kind });
      nod.disabled = true;
      window.setTimeout(() => (nod.disabled = false), PAUSE);
    }, { icon: name, key: `nod-${kind}` });
    nod.setAttribute("aria-label", say(`reaction.${kind}`));
    nod.title = say(`reaction.${kind}`);
    bar.append(nod);
  }
  return bar;
}

/** What the room has just shown: one chip a kind, its number going up while more come, gone a moment later. */
export function showReactions(counts: Record<string, number>): void {
  const shelf = one("[data-applause]");
  if (!shelf) return;
  for (const [kind, count] of Object.entries(counts)) {
    if (!(kind in REACTIONS)) continue;
    const chip = all(`[data-kind="${kind}"]`, shelf)[0] ?? shelf.appendChild(makeChip(kind));
    const total = Number(chip.dataset["total"] ?? 0) + count;
    chip.dataset["total"] = String(total);
    const figure = one("b", chip);
    if (figure) figure.textContent = `×${total}`;
    window.clearTimeout(Number(chip.dataset["timer"]));
    chip.dataset["timer"] = String(window.setTimeout(() => chip.remove(), SHOWN_FOR));
  }
}

function makeChip(kind: string): HTMLElement {
  const chip = h("span", "nod", icon(REACTIONS[kind]!), say(`reaction.${kind}`), h("b"));
  chip.dataset["kind"] = kind;
  return chip;
}
