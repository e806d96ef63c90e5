/** What a person does in the room. Kept until the server has answered, and sent again under the same key when it has not. */

import { type Answer, showRefusal } from "../http";
import { say } from "../strings";
import { toast } from "../toast";

export type Payload = Record<string, string | number | boolean>;

interface Act {
  name: string;
  payload: Payload;
  key: string;
  at: number;
}

/** Returns null when nothing came back: the act is then sent again. */
export type Send = (name: string, payload: Payload) => Promise<Answer | null>;

/** A raised hand may wait long for the network; a chair's act that comes minutes late would surprise the room. */
const LASTING = new Set(["hand.raise", "hand.withdraw", "interest.declare", "question.ask", "question.withdraw"]);
const SHORT_LIFE = 20_000;
const LONG_LIFE = 10 * 60_000;

export class Acts {
  private waiting: Act[] = [];
  private isSending = false;
  private readonly askers = new Map<string, (answer: Answer) => void>();

  constructor(
    private readonly send: Send,
    private readonly storageKey: string,
    private readonly afterwards: (answer: Answer) => void,
  ) {
    this.waiting = this.kept();
  }

  get count(): number {
    return this.waiting.length;
  }

  /** The answer comes when the server has given one: at once, or after a lost line is back. */
  do(name: string, payload: Payload): Promise<Answer> {
    const key = newKey();
    this.waiting.push({ name, payload, key, at: Date.now() });
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
        if (answer === null) return;
        this.waiting.shift();
        this.keep();
        if (!answer.ok) showRefusal(answer);
        this.tell(act, answer);
        this.afterwards(answer);
      }
    } finally {
      this.isSending = false;
    }
  }

  private dropStale(): void {
    const now = Date.now();
    const isFresh = (act: Act) => now - act.at < (LASTING.has(act.name) ? LONG_LIFE : SHORT_LIFE);
    const stale = this.waiting.filter((act) => !isFresh(act));
    if (stale.length) toast(say("room.not_sent"), { seconds: 10 });
    this.waiting = this.waiting.filter(isFresh);
    this.keep();
    for (const act of stale) this.tell(act, { ok: false, code: "not_sent" } as Answer);
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
