/** The line to the server: a socket, and while it is down plain requests. Nothing that happened in between is lost. */

import { io, type Socket } from "socket.io-client";
import { type Answer, csrfToken, post } from "../http";
import { showOffline } from "../offline";
import { Acts, type Payload } from "./acts";
import { showReactions } from "./applause";
import type { RoomEvent, RoomState } from "./state";
import { Store } from "./state";

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

export class Link {
  readonly acts: Acts;
  private readonly socket: Socket;
  private isJoined = false;
  private isJoining = false;
  private joinAgain = false;

  constructor(
    private readonly config: Config,
    readonly store: Store,
    private readonly changed: () => void,
  ) {
    this.acts = new Acts((name, payload) => this.send(name, payload), `acts:${config.meeting_id}`, () => this.afterAct());
    this.socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 3_000 });
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
    window.setInterval(() => void this.beat(), POLL);
    window.addEventListener("online", () => this.socket.connected || this.socket.connect());
  }

  get doorUrl(): string {
    return this.config.door_url;
  }

  get isLive(): boolean {
    return this.isJoined && this.socket.connected;
  }

  /** Say what is to be done; it is kept and sent again until the server has answered. */
  act(name: string, payload: Payload): Promise<Answer> {
    return this.acts.do(name, payload);
  }

  /** Draw what this page knows already; the server's word follows. */
  redraw(): void {
    this.changed();
  }

  /** Something that is not worth keeping: sent once, and forgotten when it does not arrive. */
  flick(name: string, payload: Payload): void {
    void this.send(name, payload);
  }

  private lost(): void {
    this.isJoined = false;
    showOffline(true);
  }

  private onEvent(event: RoomEvent): void {
    if (event.meeting_id !== this.config.meeting_id) return;
    const outcome = this.store.fold(event);
    if (outcome === "gap") void this.join();
    if (outcome === "applied") {
      this.changed();
      // A ballot paper is one person's own and never broadcast: who holds a voting seat asks for it, nobody else does.
      const { me } = this.store.state;
      if ("vote" in event.patch && (me.voice > 0 || me.is_present || me.seats.some((seat) => seat.is_voting))) void this.join();
      else if ("tally" in event.patch && me.voice > 0) void this.join();
    }
  }

  /** Ask for the whole state. Calls that come meanwhile are answered by one more. */
  async join(): Promise<void> {
    if (this.isJoining) {
      this.joinAgain = true;
      return;
    }
    this.isJoining = true;
    const payload = { meeting_id: this.config.meeting_id, screen_key: this.config.screen_key };
    const answer = await this.emit("room.join", payload);
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
    showOffline(false);
    this.store.replace(state);
    this.changed();
    void this.acts.flush();
  }

  private emit(name: string, payload: Payload): Promise<Answer | null> {
    if (!this.socket.connected) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.socket.timeout(PATIENCE).emit(name, payload, (error: unknown, answer: Answer) => resolve(error ? null : answer));
    });
  }

  private async send(name: string, payload: Payload): Promise<Answer | null> {
    if (this.isLive) return this.emit(name, payload);
    const fields = Object.entries(payload).map(([key, value]) => [key, value === false ? "" : String(value)]);
    const answer = await post(this.config.act_url, Object.fromEntries([...fields, ["message", name], ["csrf_token", csrfToken()]]));
    return answer.code === "network" || answer.code === "server" ? null : answer;
  }

  private afterAct(): void {
    if (!this.isLive) void this.poll();
  }

  private async beat(): Promise<void> {
    if (this.isLive) {
      if (this.acts.count > 0) void this.acts.flush();
      return;
    }
    if (this.socket.connected) void this.join();
    await this.poll();
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
