/** The vote's page: ballots that survive a lost network, live turnout, and a word when the vote moves on. */

import { io } from "socket.io-client";
import { type Receipt, changed, enhance, lock } from "./ballot";
import { spoken } from "./ballot_fields";
import { all, make, one } from "./dom";
import type { Answer } from "./http";
import { showOffline } from "./offline";
import type { Share } from "./room/state";
import { say } from "./strings";
import { dayAndTime } from "./times";

/** The heads; `area` in 0.01 ㎡ where the quorum is of area too, until the count in steps of `step`. */
interface Turnout extends Share {
  vote_id: number;
  state: string;
  area: (Share & { step: number }) | null;
}

const page = one("[data-vote]");
if (page) start(page, Number(page.dataset["vote"]));

function start(page: HTMLElement, voteId: number): void {
  for (const form of all<HTMLFormElement>("form[data-ballot]", page)) {
    const onReceipt = (receipt: Receipt) => showReceipt(form, receipt);
    enhance(form, { voteId, rollEntryId: Number(form.dataset["ballot"]), channel: "web", known: one<HTMLInputElement>("input[name=known]", form)?.value ?? "", onReceipt });
  }
  watch(page, voteId);
}

/** The receipt as the server would write it, from the page's own template; it takes the form's place. */
function showReceipt(form: HTMLFormElement, receipt: Receipt): void {
  const template = document.getElementById("receipt-template");
  const seat = form.closest<HTMLElement>("[data-seat]");
  if (!(template instanceof HTMLTemplateElement) || !seat) return window.location.reload();
  const filled = template.content.cloneNode(true) as DocumentFragment;
  const slots: Record<string, string> = {
    replaced: changed(receipt),
    title: say("ballot.recorded", { choice: spoken(receipt.choice) }),
    code: receipt.code,
    hex: receipt.hex,
    when: dayAndTime(receipt.cast_at),
  };
  for (const slot of all("[data-slot]", filled)) slot.textContent = slots[slot.dataset["slot"] ?? ""] ?? "";
  for (const link of all<HTMLAnchorElement>("a[data-receipt]", filled)) link.href = `${link.dataset["receipt"]}/${receipt.hex}`;
  const heading = one("[data-heading]", seat);
  if (heading) heading.textContent = say("ballot.done");
  (one("[data-current]", seat) ?? form).replaceWith(filled);
  form.closest("details")?.remove();
  form.remove();
  seat.tabIndex = -1;
  seat.focus();
}

// ---- what everybody may know: how many have cast, and that the vote moved on

function watch(page: HTMLElement, voteId: number): void {
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 3000 });
  const shown = page.dataset["state"] ?? "";
  const follow = (state: string, closesAt: string): void => {
    if (state !== shown) showChange(page, state);
    else if (isLater(closesAt, page)) showExtension(page, closesAt);
  };
  socket.on("connect", () => {
    showOffline(false);
    socket.emit("vote.join", { vote_id: voteId }, (answer: Answer) => {
      if (!answer.ok) return;
      const turnout = answer["turnout"] as Turnout;
      showTurnout(page, turnout);
      follow(turnout.state, String(answer["closes_at"]));
    });
  });
  socket.on("disconnect", () => showOffline(true));
  socket.on("vote.turnout", (turnout: Turnout) => turnout.vote_id === voteId && showTurnout(page, turnout));
  socket.on("vote.changed", (change: { vote_id: number; state: string; closes_at: string }) => {
    if (change.vote_id === voteId) follow(change.state, change.closes_at);
  });
}

function showTurnout(page: HTMLElement, turnout: Turnout): void {
  const pane = one("[data-turnout]", page);
  if (!pane) return;
  const isEnough = !turnout.missing && !turnout.area?.missing;
  const big = one("[data-missing]", pane);
  if (big && turnout.needed) big.textContent = isEnough ? say("turnout.enough") : lacking(turnout);
  const counts = one("[data-counts]", pane);
  if (counts) counts.hidden = isEnough;
  const words = turnout.area ? ["turnout.heads_of", "turnout.heads_sentence"] : ["turnout.cast_of", "turnout.sentence"];
  showShare(one('[data-figure="heads"]', pane), turnout, words, String);
  if (turnout.area?.step) showShare(one('[data-figure="area"]', pane), turnout.area, ["turnout.area_of", "turnout.area_sentence"], metres);
}

function lacking({ missing, area }: Turnout): string {
  if (!area) return say("turnout.missing", { missing });
  const kind = missing && area.missing ? "both" : missing ? "heads" : "area";
  return say(`turnout.missing.${kind}`, { heads: missing, area: metres(area.missing) });
}

function showShare(box: HTMLElement | null, { cast, total, needed, missing }: Share, [figures, sentence]: string[], write: (amount: number) => string): void {
  if (!box) return;
  const shown = { cast: write(cast), total: write(total), needed: write(needed) };
  const top = one(".meter__top .strong", box);
  if (top) top.textContent = say(figures ?? "", shown);
  one(".meter__fill", box)?.style.setProperty("--v", `${total ? (100 * cast) / total : 0}%`);
  one(".meter", box)?.classList.toggle("meter--short", missing > 0);
  one(".meter__bar", box)?.setAttribute("aria-label", say(sentence ?? "", shown));
}

/** 0.01 ㎡ as people write areas: 24,890.50, or 24,800 where there is no fraction. */
function metres(area: number): string {
  const digits = area % 100 ? 2 : 0;
  return (area / 100).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function isLater(closesAt: string, page: HTMLElement): boolean {
  return Date.parse(closesAt) > Date.parse(page.dataset["closes"] ?? "");
}

/** The vote goes on: the new hour stands where the old one stood, and what is chosen on the page stays chosen. */
function showExtension(page: HTMLElement, closesAt: string): void {
  page.dataset["closes"] = closesAt;
  const when = dayAndTime(closesAt);
  const chip = one("[data-due] .due > span", page);
  if (chip) chip.textContent = say("change.closes", { when });
  tell(page, say("change.extended", { when }));
}

/** A push never replaces the page under somebody's hand: it says what happened and offers the new page. */
function showChange(page: HTMLElement, state: string): void {
  const known = ["voting", "counted"].includes(state) ? state : "other";
  tell(page, say(`change.${known}`));
  if (state !== "voting") all<HTMLFormElement>("form[data-ballot]:not([data-sending])", page).forEach(lock);
}

function tell(page: HTMLElement, text: string): void {
  one("[data-change]", page)?.remove();
  const note = make("div", "note note--warn note--bare");
  note.dataset["change"] = "";
  note.setAttribute("role", "alert");
  const line = make("div", "bar bar--wrap bar--between");
  const go = make("a", "btn btn--sm", say("change.look"));
  go.href = window.location.pathname;
  line.append(make("span", "", text), go);
  note.append(line);
  page.prepend(note);
}
