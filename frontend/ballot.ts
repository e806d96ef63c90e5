/** A seat's ballot as a form: on the vote's page, where the server wrote it, and in the live room, where it is made here. */

import { fillChoice, keepApart, readChoice, spoken } from "./ballot_fields";
import { BallotPaper } from "./ballot_paper";
import { clearBusy, setBusy } from "./busy";
import { all, make, one } from "./dom";
import { ask } from "./confirm";
import { type Answer, showRefusal } from "./http";
import { h, icon } from "./room/parts";
import { optionsOf } from "./room/results";
import type { OwnBallot, Vote } from "./room/state";
import { say } from "./strings";

export interface Receipt {
  roll_entry_id: number;
  choice: string;
  code: string;
  hex: string;
  cast_at: string;
  /** What the voter's ballot said that stood until this one came; empty where there was none. */
  replaced?: string;
}

export interface Place {
  voteId: number;
  rollEntryId: number;
  channel: "web" | "live";
  known: string;
  onReceipt: (receipt: Receipt) => void;
}

/** Keep what is chosen, send it until it is answered, and say so. Needs the fields of ballot_fields and one submit button. */
export function enhance(form: HTMLFormElement, place: Place): void {
  const { voteId, rollEntryId, channel, known, onReceipt } = place;
  const isSecret = "secret" in form.dataset;
  const paper = new BallotPaper({ voteId, rollEntryId, channel, isSecret, known, url: form.action });
  const options = all<HTMLInputElement | HTMLSelectElement>("input:not([type=hidden]), select", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  if (!button) return;
  const face = Array.from(button.childNodes);
  const chosen = () => readChoice(form);
  const reason = () => one<HTMLInputElement>("input[name=reason]", form)?.value ?? "";
  const update = () => {
    button.disabled = !chosen();
    button.replaceChildren(...(chosen() ? face : [say("ballot.choose_first")]));
  };
  const send = async () => {
    if (form.dataset["sending"]) return;
    hold(form, options, button);
    const answer = await paper.cast(() => showWaiting(form));
    letGo(form, options, button);
    if (answer.ok) return onReceipt(answer["receipt"] as Receipt);
    if (answer.code === "standing_unseen") return askFirst(answer);
    showRefusal(answer, form.isConnected ? form : null); // The room takes the paper away when a vote ends.
    if (answer.code === "vote_closed") lock(form);
  };
  /** A ballot that this page does not show stands: it is shown before another takes its place. */
  const askFirst = async (answer: Answer) => {
    const said = { earlier: String(answer["earlier"]), choice: String(answer["choice"]) };
    const yes = await ask({ title: say("ballot.unseen"), text: say("ballot.unseen_text", said), yes: say("ballot.unseen_yes", said), no: say("ballot.unseen_no", said) });
    if (yes) {
      paper.acknowledge(String(answer["standing"]));
      return void send();
    }
    paper.forget();
    window.location.reload();
  };
  restore(form, paper, "ballot.restored");
  update();
  if (!paper.kept?.isSending) {
    void paper.meet(form.dataset["castAt"] ?? "").then((outcome) => {
      if (outcome === "kept") return;
      form.reset();
      restore(form, paper, "ballot.restored_elsewhere");
      update();
    });
  }
  form.addEventListener("change", (event) => {
    keepApart(form, event.target);
    if (chosen()) paper.choose(chosen(), reason());
    else paper.forget(); // Every mark taken away again.
    one("[data-restored]", form)?.remove();
    update();
  });
  // The form's own listener runs before those of the whole document, which would stop it without a network.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!chosen()) return;
    paper.choose(chosen(), reason());
    void send();
  });
  if (paper.kept?.isSending) void send();
}

/** Nothing more can be chosen or sent here; what was chosen stays to be seen, and is said not to count. */
export function lock(form: HTMLFormElement): void {
  const choice = readChoice(form);
  if (choice && !one("[data-not-counted]", form)) {
    const note = make("div", "note note--warn note--bare", say("ballot.not_counted", { choice: spoken(choice) }));
    note.dataset["notCounted"] = "";
    note.setAttribute("role", "status");
    one("[data-restored]", form)?.remove();
    form.prepend(note);
  }
  all<HTMLInputElement | HTMLSelectElement | HTMLButtonElement>("input, select, button", form).forEach((control) => (control.disabled = true));
}

/** What this person chose here and has not cast yet stands as they left it; nothing is ever chosen for them. */
function restore(form: HTMLFormElement, paper: BallotPaper, words: string): void {
  one("[data-restored]", form)?.remove();
  const kept = paper.kept;
  if (!kept) return;
  fillChoice(form, kept.choice);
  if (!readChoice(form)) return;
  const details = form.closest("details");
  if (details) details.open = true;
  if (kept.isSending) return;
  const note = make("div", "note note--plain note--bare", say(words));
  note.dataset["restored"] = "";
  note.setAttribute("role", "status");
  form.prepend(note);
}

function hold(form: HTMLFormElement, options: (HTMLInputElement | HTMLSelectElement)[], button: HTMLButtonElement): void {
  form.dataset["sending"] = "1";
  one("[data-refusal]", form)?.remove();
  options.forEach((option) => (option.disabled = true));
  button.disabled = false;
  setBusy(button);
}

function letGo(form: HTMLFormElement, options: (HTMLInputElement | HTMLSelectElement)[], button: HTMLButtonElement): void {
  delete form.dataset["sending"];
  one("[data-waiting]", form)?.remove();
  options.forEach((option) => (option.disabled = false));
  clearBusy(button);
}

function showWaiting(form: HTMLFormElement): void {
  if (one("[data-waiting]", form)) return;
  const note = make("div", "note note--warn note--bare", say("ballot.sending"));
  note.dataset["waiting"] = "";
  note.setAttribute("role", "status");
  form.append(note);
}

// ---- in the live room

const CHOICES = [
  { value: "for", icon: "hand-thumbs-up" },
  { value: "against", icon: "hand-thumbs-down" },
  { value: "abstain", icon: "dash-circle" },
];

interface Around {
  ballot: OwnBallot | null | undefined;
  onCast: (receipt: Receipt) => void;
}

/** The ballot paper of the live room: the text that is voted, and a form for each seat the person holds. */
export function createBallot(vote: Vote, { ballot, onCast }: Around): HTMLElement {
  const seats = ballot?.seats ?? [];
  const paper = h("div", "stack", h("h2", "fs-xl", vote.title), h("p", "motion motion--md pre", vote.text));
  if (vote.method !== "yes_no" || vote.is_secret) {
    const link = h("a", "btn btn--main btn--wide", say("ballot.on_page")) as HTMLAnchorElement;
    link.href = `/votes/${vote.id}`;
    paper.append(optionsOf(vote) ?? "", link);
    return paper;
  }
  for (const seat of seats) {
    const box = h("div", "stack");
    box.dataset["seat"] = String(seat.roll_entry_id);
    if (seats.length > 1) box.append(h("h3", "fs-md", seat.label));
    let standing = seat.receipt ?? "";
    const offer = () => {
      const form = ballotForm(vote.id);
      box.replaceChildren(...(seats.length > 1 ? [h("h3", "fs-md", seat.label)] : []), form);
      const onReceipt = (receipt: Receipt) => {
        standing = receipt.hex;
        box.replaceChildren(...receiptParts(vote.id, receipt, offer));
        box.focus();
        onCast(receipt);
      };
      enhance(form, { voteId: vote.id, rollEntryId: seat.roll_entry_id, channel: "live", known: standing, onReceipt });
    };
    box.tabIndex = -1;
    const has = seat.choice && seat.receipt;
    if (has) box.append(...receiptParts(vote.id, { ...seat, choice: seat.choice, hex: seat.receipt } as unknown as Receipt, offer));
    else offer();
    paper.append(box);
  }
  return paper;
}

function ballotForm(voteId: number): HTMLFormElement {
  const form = make("form", "ballot");
  form.method = "post";
  form.action = `/votes/${voteId}/ballot`;
  for (const choice of CHOICES) {
    const input = make("input");
    input.type = "radio";
    input.name = "choice";
    input.value = choice.value;
    input.required = true;
    const words = h("span", "", h("b", "", say(`ballot.${choice.value}`)), h("small", "", say(`ballot.${choice.value}.hint`)));
    form.append(h("label", "opt", input, h("span", "opt__mark", icon("check-lg")), words, icon(choice.icon)));
  }
  const button = make("button", "btn btn--main btn--lg btn--wide", say("ballot.cast"));
  button.type = "submit";
  button.dataset["busy"] = say("ballot.busy");
  form.append(button, h("p", "tiny muted center", say("ballot.named")));
  return form;
}

/** That this ballot took the place of another, which a page left open from before does not show. */
export function changed({ choice, replaced }: Receipt): string {
  return replaced ? say("ballot.replaced", { earlier: spoken(replaced), choice: spoken(choice) }) : "";
}

function receiptParts(voteId: number, receipt: Receipt, again: () => void): HTMLElement[] {
  const title = h("span", "verdict verdict--yes", icon("check-circle"), say("ballot.recorded", { choice: spoken(receipt.choice) }));
  const link = h("a", "small", say("ballot.check")) as HTMLAnchorElement;
  link.href = `/votes/${voteId}/receipt/${receipt.hex}`;
  const change = h("button", "btn btn--sm", say("ballot.change")) as HTMLButtonElement;
  change.type = "button";
  change.addEventListener("click", again);
  const code = h("div", "stack", h("span", "tiny muted", say("ballot.code")), h("span", "receipt__code", receipt.code), link);
  const note = changed(receipt);
  return [h("div", "receipt", title, note ? h("p", "small", note) : "", code, h("div", "bar bar--wrap", change))];
}
