/** A vote called in the room on other terms than the usual ones: another way to choose, secret, for everybody who is here. */

import { one } from "../dom";
import { say } from "../strings";
import { area, type Choice, choose, dialog, field, foot, input, onSubmit, send, tick } from "./dialogs";
import type { Link } from "./link";
import { cutOff } from "./chair_vote";
import { motion } from "./motions";
import { h } from "./parts";
import type { Item } from "./state";

interface Offered {
  rule: string;
  has_seats: boolean;
  aims: Choice[];
  methods: Choice[];
  handlers: Choice[];
}

/** What a method needs besides its options. */
const SEVERAL = new Set(["stv", "limited", "approval", "cumulative", "score"]);
const LIMITED = new Set(["limited", "cumulative", "score"]);

export async function openCalling(item: Item, link: Link): Promise<void> {
  const response = await fetch(`/votes/calling?item=${item.id}`, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok || one("dialog[open]")) return;
  const offered = (await response.json()) as Offered;
  const opened = dialog(say("call_otherwise"), "dialog--wide");
  const words = item.motion?.text || item.motion_text;
  const controls = form(offered, words);
  const cut = cutOff(link);
  opened.body.append(cut ? h("p", "note note--warn", cut) : "", words ? motion(words) : "", ...controls.rows, foot(opened.box, say("open_vote")));
  onSubmit(opened, () => void send(link, opened, "vote.call", { item_id: item.id, ...controls.payload(opened.body) }));
  opened.box.showModal();
}

function form(offered: Offered, words: string): { rows: HTMLElement[]; payload: (form: HTMLFormElement) => Record<string, string> } {
  const aims = offered.aims.map((each) => (each.value === "" ? { ...each, name: say("aim_of_charter", { rule: offered.rule }) } : each));
  const aim = choose("aim", aims);
  const method = choose("method", offered.methods);
  const options = field(say("options"), area("options", { rows: 4, longest: 1200, required: false }), say("options_hint"));
  const places = field(say("seats_to_fill"), input("seats_to_fill", { type: "number", min: "1", max: "20", value: "1" }));
  const limit = field(say("choice_limit"), input("choice_limit", { type: "number", min: "1", max: "100" }));
  const everybody = tick(say("for_everybody"), "is_for_everybody");
  const quorum = field(say("quorum_count"), input("quorum_count", { type: "number", min: "1" }), say("quorum_count_hint"));
  const fit = () => {
    const chosen = method.value;
    options.hidden = chosen === "yes_no";
    places.hidden = !SEVERAL.has(chosen);
    limit.hidden = !LIMITED.has(chosen);
    everybody.hidden = !offered.has_seats || aim.value !== "advisory"; // Where nobody holds a seat, everybody votes anyhow.
    quorum.hidden = offered.has_seats;
  };
  for (const list of [aim, method]) list.addEventListener("change", fit);
  fit();
  const text = words ? null : field(say("question_words"), area("text", { rows: 3 }));
  const rows = [
    text, field(say("aim"), aim), field(say("method"), method), options, places, limit, tick(say("is_secret"), "is_secret"), everybody, quorum,
    field(say("vote_minutes"), input("minutes", { type: "number", required: true, min: "1", max: "120", value: "5" })),
    field(say("handler"), choose("handler_id", [{ value: "", name: say("handler_later") }, ...offered.handlers])),
  ];
  return { rows: rows.filter((row) => row !== null), payload };
}

/** Only what is shown is sent. */
function payload(body: HTMLFormElement): Record<string, string> {
  const fields = new FormData(body);
  const shown = [...fields].filter(([name, value]) => value !== "" && !one(`[name="${name}"]`, body)?.closest("[hidden]"));
  return Object.fromEntries(shown.map(([name, value]) => [name, String(value)]));
}
