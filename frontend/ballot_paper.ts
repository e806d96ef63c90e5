/** A ballot on its way: kept on this device with its own number, and sent again until the server has answered.

Sending twice is harmless, because the server knows the number; what is kept is only what the person chose here. */

import * as drafts from "./drafts";
import { type Answer, post } from "./http";

/** Where a seat's ballot goes. `channel` says whether it is cast on the vote's page or in the live room. */
export interface Slip {
  voteId: number;
  rollEntryId: number;
  url: string;
  channel: "web" | "live";
  isSecret: boolean;
  /** The receipt of the ballot that the page shows as standing, empty for none. */
  known: string;
}

/** `isSending`: the person has cast it and no answer has come yet. `version` is the server's number of this copy, and
`isSaved` whether the server has it; a secret ballot stays on its device (docs/decisions). */
export interface Draft {
  choice: string;
  reason: string;
  id: string;
  at: number;
  isSending: boolean;
  version?: number;
  isSaved?: boolean;
}

const LIFETIME = 14 * 24 * 3600 * 1000;
const LONGEST_PAUSE = 10_000;
const UNANSWERED = new Set(["network", "server", "failure", "too_many_requests"]);
/** After these the vote is over for this ballot: keeping it would only ask for it again. */
const FINAL = new Set(["vote_closed", "not_on_roll", "ballot_id_reused", "not_found"]);

export class BallotPaper {
  private draft: Draft | null;

  constructor(private slip: Slip) {
    this.draft = this.load();
  }

  get kept(): Draft | null {
    return this.draft;
  }

  /** Each new choice is a new ballot with a number of its own; choosing the same again is not. */
  choose(choice: string, reason = ""): void {
    if (this.draft?.choice === choice && this.draft.reason === reason) return;
    this.keep({ choice, reason, id: newNumber(), at: Date.now(), isSending: false, version: this.draft?.version ?? 0 });
    this.share();
  }

  /** Put this device's choice and the server's together. `since` is when the voter last cast: what was chosen before
  that has been cast, or been changed since. "taken": the choice from elsewhere stands now; "gone": it was cast there. */
  async meet(since: string): Promise<"kept" | "taken" | "gone"> {
    const before = this.draft;
    const all = this.slip.isSecret ? null : await drafts.pull([this.name]);
    if (!all || this.draft !== before || before?.isSending) return "kept";
    const shelved = all.get(this.name);
    const isOld = shelved !== undefined && since !== "" && Date.parse(shelved.saved_at) <= Date.parse(since);
    if (isOld) drafts.drop(this.name);
    if (before && !before.isSaved) {
      this.share(); // Chosen here last: what a hand has just marked is never changed under it.
      return "kept";
    }
    if (!shelved || isOld) {
      if (before) this.forgetHere();
      return before ? "gone" : "kept";
    }
    if (before && shelved.version <= (before.version ?? 0)) return "kept";
    const { choice, reason, id } = JSON.parse(shelved.content) as Pick<Draft, "choice" | "reason" | "id">;
    this.keep({ choice, reason, id, at: Date.now(), isSending: false, version: shelved.version, isSaved: true });
    return "taken";
  }

  /** The person has now seen which ballot stands, and may put another in its place. */
  acknowledge(standing: string): void {
    this.slip = { ...this.slip, known: standing };
  }

  private share(): void {
    const { draft } = this;
    if (!draft || this.slip.isSecret) return;
    const { choice, reason, id } = draft;
    drafts.push(this.name, JSON.stringify({ choice, reason, id }), (version) => {
      if (this.draft?.id === id) this.keep({ ...this.draft, version, isSaved: true });
    });
  }

  private get name(): string {
    return `ballot:${this.slip.voteId}:${this.slip.rollEntryId}`;
  }

  forget(): void {
    if (!this.slip.isSecret) drafts.drop(this.name);
    this.forgetHere();
  }

  private forgetHere(): void {
    this.draft = null;
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept where storage is forbidden.
    }
  }

  /** Send what was chosen, as often as it takes. `waiting` is called after each attempt without an answer. */
  async cast(waiting: () => void): Promise<Answer> {
    const { draft } = this;
    if (!draft) return { ok: false, code: "nothing_chosen" };
    this.keep({ ...draft, isSending: true });
    for (let attempt = 0; ; attempt += 1) {
      const answer = await post(this.slip.url, {
        roll_entry_id: String(this.slip.rollEntryId),
        choice: draft.choice,
        client_ballot_id: draft.id,
        reason: draft.reason ?? "",
        replaces: this.slip.isSecret ? this.castId : "",
        known: this.slip.known,
        channel: this.slip.channel,
      });
      if (!UNANSWERED.has(answer.code ?? "")) {
        this.finish(answer);
        return answer;
      }
      waiting();
      await pause(Math.min(1000 * 2 ** attempt, LONGEST_PAUSE));
    }
  }

  private finish(answer: Answer): void {
    if (answer.ok && this.slip.isSecret && this.draft) this.remember(this.draft.id);
    if (answer.ok || FINAL.has(answer.code ?? "")) this.forget();
    else if (this.draft) this.keep({ ...this.draft, isSending: false });
  }

  /** Below "kept:", so that signing out forgets ballots as it forgets typed text. */
  private get key(): string {
    const person = document.body.dataset["person"] ?? "guest";
    return `kept:${person}:ballot:${this.slip.voteId}:${this.slip.rollEntryId}`;
  }

  /** The id of the secret ballot that was cast here: only with it can it be changed, and only this device has it. */
  private get castId(): string {
    try {
      return localStorage.getItem(`${this.key}:cast`) ?? "";
    } catch {
      return "";
    }
  }

  private remember(id: string): void {
    try {
      localStorage.setItem(`${this.key}:cast`, id);
    } catch {
      // Without storage a secret ballot stands as it was cast.
    }
  }

  private keep(draft: Draft): void {
    this.draft = draft;
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
    } catch {
      // Without storage the ballot still waits in memory.
    }
  }

  private load(): Draft | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null") as Draft | null;
      if (kept && Date.now() - kept.at < LIFETIME) return kept;
      localStorage.removeItem(this.key);
    } catch {
      return null;
    }
    return null;
  }
}

/** Wait, but not longer than until the network is back. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = window.setTimeout(done, milliseconds);
    window.addEventListener("online", done);
  });
}

function newNumber(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
