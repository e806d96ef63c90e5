/** The ballot paper comes up when a vote opens. It is made once and never drawn again, so that no push can wipe a choice. */

import { createBallot, type Receipt } from "../ballot";
import { readChoice, spoken } from "../ballot_fields";
import { all, one } from "../dom";
import { say } from "../strings";
import { dayAndTime } from "../times";
import { toast } from "../toast";
import type { Link } from "./link";
import { timeOrDay } from "./clocks";
import { button, h, icon } from "./parts";
import { voteIsOpen } from "./results";
import type { Vote } from "./state";

interface Paper {
  vote: Vote;
  sheet: HTMLElement;
  scrim: HTMLElement;
}

let paper: Paper | null = null;

/** Bring the paper up when a vote opens, and take it away when it ends; in between leave it alone. */
export function drawSheet(link: Link): void {
  const { vote, me, meeting, item } = link.store.state;
  if (paper && (!voteIsOpen(vote) || vote.id !== paper.vote.id)) ended(paper);
  if (paper && vote && vote.closes_at !== paper.vote.closes_at) extended(paper, vote);
  if (!voteIsOpen(vote) || !me.ballot?.on_roll || paper) return;
  make(link, vote);
  // Whoever has already cast, or is listening to a debate, is not interrupted; the card in the room leads to the paper.
  if (!me.ballot.has_cast && meeting.state === "open" && item?.state !== "debate") show();
}

export function sheetKeys(): void {
  document.addEventListener("room:ballot", show);
  document.addEventListener("keydown", (event) => event.key === "Escape" && aside());
}

function make(link: Link, vote: Vote): void {
  const onCast = ({ roll_entry_id, choice, hex }: Receipt) => link.hasCast(roll_entry_id, choice, hex);
  const ballot = createBallot(vote, { ballot: link.store.state.me.ballot, onCast });
  const sheet = h("section", "sheet", h("div", "bar bar--between", stepChip(), h("span", "due due--soon push", icon("clock"), h("span", "", closes(vote))), closeButton()), ballot);
  sheet.setAttribute("role", "dialog");
  sheet.setAttribute("aria-modal", "true");
  sheet.setAttribute("aria-label", say("voting"));
  sheet.tabIndex = -1;
  const scrim = h("div", "scrim");
  scrim.addEventListener("click", aside);
  sheet.hidden = scrim.hidden = true;
  document.body.append(scrim, sheet);
  paper = { vote, sheet, scrim };
}

function closes({ closes_at, closes_in_room }: Vote): string {
  return say(closes_in_room ? "closes_latest" : "closes_at", { time: timeOrDay(closes_at, Date.now()) });
}

/** What is chosen on the paper stays chosen; only its hour is another. */
function extended(now: Paper, vote: Vote): void {
  now.vote = vote;
  const chip = one(".due > span", now.sheet);
  if (chip) chip.textContent = closes(vote);
  toast(say("vote_extended", { time: dayAndTime(vote.closes_at) }), { seconds: 12 });
}

function show(): void {
  if (!paper) return;
  reveal(paper, true);
  paper.sheet.focus();
}

function reveal({ sheet, scrim }: Paper, isShown: boolean): void {
  sheet.hidden = scrim.hidden = !isShown;
  if (isShown) document.documentElement.dataset["state"] = "ballot";
  else delete document.documentElement.dataset["state"];
  for (const selector of ["#main", ".dock", ".skip"]) one(selector)?.toggleAttribute("inert", isShown);
}

function stepChip(): HTMLElement {
  const chip = h("span", "step", icon("check2-square"), say("voting"));
  chip.dataset["step"] = "3";
  return chip;
}

function closeButton(): HTMLElement {
  const close = button("", "btn--quiet btn--sm btn--icon", aside, { icon: "x-lg" });
  close.setAttribute("aria-label", say("put_aside"));
  return close;
}

/** Put the paper away without losing what is chosen on it: while the vote is open it is only hidden. */
function aside(): void {
  if (!paper || paper.sheet.hidden) return;
  reveal(paper, false);
  one("[data-key=ballot]")?.focus();
}

/** The vote ended under somebody's hand: they are told, and also that what they had marked was not recorded. */
function ended(old: Paper): void {
  const unsent = all<HTMLFormElement>("form.ballot:not([data-sending])", old.sheet).map(readChoice).filter(Boolean);
  reveal(old, false);
  old.sheet.remove();
  old.scrim.remove();
  paper = null;
  const lost = unsent.map((choice) => say("ballot.not_counted", { choice: spoken(choice) }));
  toast([say("vote_ended"), ...lost].join(" "), { seconds: 12 });
}
