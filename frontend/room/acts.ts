/** What a person does in the room. Kept until the server has answered, and sent again under the same key when it has not. */

import { type Answer, showRefusal } from "../http";
import { say } from "../strings";
import { toast } from "../toast";

export type Payload = Record<string, string | number | boolean>;

export interface Act {
  name: string;
  payload: Payload;
  key: string;
  at: number;
  /** The control that was pressed, by its `data-key`. */
  beside: string;
  /** It has been tried without an answer: from then on the page says so, and it can be taken back. */
  isLate?: boolean;
}

/** Returns null when nothing came back: the act is then sent again. */
export type Send = (name: string, payload: Payload) => Promise<Answer | null>;

/** A raised hand may wait long for the network; a chair's act that comes late would surprise the room. */
const LASTING = new Set(["hand.raise", "hand.withdraw", "interest.declare", "question.ask", "question.withdraw"]);
const SHORT_LIFE = 20_000;
const LONG_LIFE = 10 * 60_000;

export class Acts {
  private waiting: Act[] = [];
  private isSending = false;
  private pressed = "";
  private readonly askers = new Map<string, (answer: Answer) => void>();

  constructor(
    private readonly send: Send,
    private readonly storageKey: string,
    private readonly afterwards: (answer: Answer) => void,
    private readonly changed: () => void,
  ) {
    this.waiting = this.kept().map((act) => ({ ...act, isLate: true }));
    document.addEventListener("click", (event) => this.note(event.target), true);
  }

  /** What was tried and has got no answer yet, in its order. */
  get late(): Act[] {
    return this.waiting.filter((act) => act.isLate);
  }

  /** Not sent any more. One that is on its way this moment may still arrive. */
  cancel(key: string): void {
    const gone = this.waiting.filter((act) => act.key === key);
    this.waiting = this.waiting.filter((act) => act.key !== key);
    this.keep();
    for (const act of gone) this.tell(act, { ok: false, code: "cancelled" });
    this.changed();
  }

  private note(target: EventTarget | null): void {
    const key = target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset["key"] : undefined;
    if (key) this.pressed = key;
  }

  get count(): number {
    return this.waiting.length;
  }

  /** The answer comes when the server has given one: at once, or after a lost line is back. */
  do(name: string, payload: Payload): Promise<Answer> {
    const key = newKey();
    this.waiting.push({ name, payload, key, at: Date.now(), beside: this.pressed });
    this.keep();
    const answered = new Promise<Answer>((resolve) => this.askers.set(key, resolve));
    void this.flush();
    return answered;
  }

  /** Send what waits, in order; stops at the first act that gets no answer. */
  async flush(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      this.dropStale();
      while (this.waiting.length > 0) {
        const act = this.waiting[0]!;
        const answer = await this.send(act.name, { ...act.payload, client_key: act.key });
        if (!this.waiting.includes(act)) {
          if (answer?.ok) toast(say("cancelled_late", { act: say(`act.${act.name}`) }), { seconds: 12 });
          continue;
        }
        if (answer === null) {
          for (const each of this.waiting) each.isLate = true;
          this.changed();
          return;
        }
        this.waiting.shift();
        this.keep();
        if (!answer.ok) showRefusal(answer);
        else if (act.isLate) toast(say("sent_late", { act: say(`act.${act.name}`) }), { seconds: 8 });
        if (act.isLate) this.changed();
        this.tell(act, answer);
        this.afterwards(answer);
      }
    } finally {
      this.isSending = false;
    }
  }

  /** While nothing is on its way: what has become too old is given up, whether or not the line is back. */
  tidy(): void {
    if (!this.isSending) this.dropStale();
  }

  /** What is too old is not done any more, and the person is told to do it again. */
  private dropStale(): void {
    const now = Date.now();
    const isFresh = (act: Act) => now - act.at < (LASTING.has(act.name) ? LONG_LIFE : SHORT_LIFE);
    const stale = this.waiting.filter((act) => !isFresh(act));
    if (!stale.length) return;
    toast(say("room.not_sent", { act: stale.map((act) => say(`act.${act.name}`)).join(" · ") }), { seconds: 12 });
    this.waiting = this.waiting.filter(isFresh);
    this.keep();
    for (const act of stale) this.tell(act, { ok: false, code: "not_sent" });
    this.changed();
  }

  private tell(act: Act, answer: Answer): void {
    this.askers.get(act.key)?.(answer);
    this.askers.delete(act.key);
  }

  private keep(): void {
    try {
      sessionStorage.setItem(this.storageKey, JSON.stringify(this.waiting));
    } catch {
      // Without storage the acts still wait in memory.
    }
  }

  private kept(): Act[] {
    try {
      return JSON.parse(sessionStorage.getItem(this.storageKey) ?? "[]") as Act[];
    } catch {
      return [];
    }
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
