/** A ballot on its way: kept on this device with its own number, and sent again until the server has answered.

Sending twice is harmless, because the server knows the number; what is kept is only what the person chose here. */

import { type Answer, post } from "./http";

/** Where a seat's ballot goes. `channel` says whether it is cast on the vote's page or in the live room. */
export interface Slip {
  voteId: number;
  rollEntryId: number;
  url: string;
  channel: "web" | "live";
  isSecret: boolean;
}

/** `isSending`: the person has cast it and no answer has come yet. */
export interface Draft {
  choice: string;
  reason: string;
  id: string;
  at: number;
  isSending: boolean;
}

const LIFETIME = 14 * 24 * 3600 * 1000;
const LONGEST_PAUSE = 10_000;
const UNANSWERED = new Set(["network", "server", "failure", "too_many_requests"]);
/** After these the vote is over for this ballot: keeping it would only ask for it again. */
const FINAL = new Set(["vote_closed", "not_on_roll", "ballot_id_reused", "not_found"]);

export class BallotPaper {
  private draft: Draft | null;

  constructor(private readonly slip: Slip) {
    this.draft = this.load();
  }

  get kept(): Draft | null {
    return this.draft;
  }

  /** Each new choice is a new ballot with a number of its own; choosing the same again is not. */
  choose(choice: string, reason = ""): void {
    if (this.draft?.choice === choice && this.draft.reason === reason) return;
    this.keep({ choice, reason, id: newNumber(), at: Date.now(), isSending: false });
  }

  forget(): void {
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
