/** The line to the server: a socket, and while it is down plain requests. Nothing that happened in between is lost. */

import { io, type Socket } from "socket.io-client";
import { type Answer, csrfToken, post } from "../http";
import { showOffline } from "../offline";
import { Acts, type Payload } from "./acts";
import { showReactions } from "./applause";
import { showWaiting } from "./waiting";
import type { RoomEvent, RoomState } from "./state";
import { Store } from "./store";

export interface Config {
  meeting_id: number;
  state_url: string;
  act_url: string;
  screen_key: string;
  role: "room" | "chair" | "screen";
  sprite: string;
  door_url: string;
}

const POLL = 3_000;
const PATIENCE = 6_000;
const JOIN_PATIENCE = 20_000;
/** The line is given so long to come back before the page asks by plain requests. */
const SHORT_BREAK = 5_000;
/** After so long without a word the page asks whether it missed one: between several processes a message can be lost. */
const SILENCE = 60_000;
/** A room of so many asks within three seconds for what each needs of its own, a small one at once. */
const FULL_ROOM = 2_000;

export class Link {
  readonly acts: Acts;
  private readonly socket: Socket;
  private isJoined = false;
  private isJoining = false;
  private joinAgain = false;
  private isAskingForPaper = false;
  private lostAt = Date.now();
  private heardAt = Date.now();

  constructor(
    private readonly config: Config,
    readonly store: Store,
    private readonly changed: () => void,
  ) {
    this.acts = new Acts((name, payload) => this.send(name, payload), `acts:${config.meeting_id}`, () => this.afterAct(), () => showWaiting(this));
    // A line that is cut is often everybody's: the factor spreads a whole room over a second and more.
    this.socket = io({ transports: ["websocket", "polling"], reconnectionDelay: 1_000, reconnectionDelayMax: 5_000, randomizationFactor: 0.5 });
    this.socket.on("connect", () => void this.join());
    this.socket.on("disconnect", () => this.lost());
    this.socket.on("connect_error", () => this.lost());
    this.socket.on("room.event", (event: RoomEvent) => this.onEvent(event));
    this.socket.on("room.me", (note: { meeting_id: number }) => note.meeting_id === config.meeting_id && void this.join());
    this.socket.on("vote.turnout", (figures) => this.store.turnout(figures) && this.changed());
    this.socket.on("question.likes", (figures) => this.store.likes(figures) && this.changed());
    this.socket.on("pulse.answered", (figures) => this.store.pulsed(figures) && this.changed());
    this.socket.on("room.reactions", ({ meeting_id: id, counts }: { meeting_id: number; counts: Record<string, number> }) => id === config.meeting_id && showReactions(counts));
    this.socket.on("tally.answered", (figures) => this.store.answered(figures) && this.changed());
    window.setInterval(() => void this.beat(), POLL * (0.8 + 0.4 * Math.random()));
    window.addEventListener("online", () => this.socket.connected || this.socket.connect());
  }

  get doorUrl(): string {
    return this.config.door_url;
  }

  get isLive(): boolean {
    return this.isJoined && this.socket.connected && navigator.onLine;
  }

  /** Say what is to be done; it is kept and sent again until the server has answered. */
  act(name: string, payload: Payload): Promise<Answer> {
    return this.acts.do(name, payload);
  }

  /** Draw what this page knows already; the server's word follows. */
  redraw(): void {
    this.changed();
  }

  /** Take back what could not be sent yet. */
  cancel(key: string): void {
    this.acts.cancel(key);
  }

  /** Something that is not worth keeping: sent once, and forgotten when it does not arrive. */
  flick(name: string, payload: Payload): void {
    void this.send(name, payload);
  }

  hasCast(rollEntryId: number, choice: string, receipt: string): void {
    this.store.hasCast(rollEntryId, choice, receipt);
    this.changed();
  }

  private lost(): void {
    if (this.isJoined) this.lostAt = Date.now();
    this.isJoined = false;
    showOffline(true);
  }

  private onEvent(event: RoomEvent): void {
    if (event.meeting_id !== this.config.meeting_id) return;
    this.heardAt = Date.now();
    const outcome = this.store.fold(event);
    if (outcome === "gap") void this.join();
    if (outcome !== "applied") return;
    this.changed();
    if (this.store.lacksNames()) void this.join();
    if (!this.store.lacksPaper() || this.isAskingForPaper) return;
    this.isAskingForPaper = true;
    window.setTimeout(() => void this.join().finally(() => (this.isAskingForPaper = false)), this.spread());
  }

  /** What everybody asks for at the same moment is asked for a moment later by chance, the longer the fuller the room. */
  private spread(): number {
    return Math.random() * 3_000 * Math.min(1, this.store.state.attendance.present / FULL_ROOM);
  }

  /** Ask for the whole state. Calls that come meanwhile are answered by one more. */
  async join(): Promise<void> {
    if (this.isJoining) {
      this.joinAgain = true;
      return;
    }
    this.isJoining = true;
    const payload = { meeting_id: this.config.meeting_id, screen_key: this.config.screen_key };
    const answer = await this.emit("room.join", payload, JOIN_PATIENCE);
    this.isJoining = false;
    if (answer?.ok) this.take(answer["state"] as RoomState);
    if (this.joinAgain) {
      this.joinAgain = false;
      void this.join();
    }
  }

  private take(state: RoomState): void {
    // Whatever else waits for the network (a ballot on its way) need not wait for its next attempt.
    if (!this.isJoined) window.dispatchEvent(new Event("online"));
    this.isJoined = true;
    this.heardAt = Date.now();
    showOffline(false);
    this.store.replace(state);
    this.changed();
    void this.acts.flush();
  }

  private emit(name: string, payload: Payload, patience = PATIENCE): Promise<Answer | null> {
    if (!this.socket.connected) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.socket.timeout(patience).emit(name, payload, (error: unknown, answer: Answer) => resolve(error ? null : answer));
    });
  }

  private async send(name: string, payload: Payload): Promise<Answer | null> {
    if (!navigator.onLine) return null;
    if (this.isLive) return this.emit(name, payload);
    const fields = Object.entries(payload).map(([key, value]) => [key, value === false ? "" : String(value)]);
    const answer = await post(this.config.act_url, Object.fromEntries([...fields, ["message", name], ["csrf_token", csrfToken()]]));
    return answer.code === "network" || answer.code === "server" ? null : answer;
  }

  private afterAct(): void {
    if (!this.isLive) void this.poll();
  }

  private async beat(): Promise<void> {
    this.acts.tidy();
    if (this.isLive) {
      if (this.acts.count > 0) void this.acts.flush();
      if (Date.now() - this.heardAt > SILENCE) void this.join();
      return;
    }
    if (this.socket.connected) {
      if (!this.isJoining) void this.join();
    } else if (this.acts.count > 0 || Date.now() - this.lostAt > SHORT_BREAK) await this.poll();
  }

  private async poll(): Promise<void> {
    try {
      const response = await fetch(this.config.state_url, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!response.ok) return;
      this.store.replace((await response.json()) as RoomState);
      // The page is up to date although the socket is down: nobody needs to worry.
      showOffline(false);
      this.changed();
      void this.acts.flush();
    } catch {
      showOffline(true);
    }
  }
}
