/** The newest state of the room on this device, and the server's clock. */

import type { Question, RoomEvent, RoomState, Share } from "./state";

/** On a new item nobody has raised a hand, spoken or asked yet. */
const NO_FLOOR = { speaker_id: null, side: null, speaking: false, turns_taken: 0, has_interest: false, questions: [], likes: [] };

/** No answer is on its way so long. */
const CLOCK_SET = 30_000;

export type Folded = "applied" | "old" | "gap";

/** Keeps the newest state. A patch is folded in only when it is the very next one; after a gap the whole is asked for. */
export class Store {
  private offset: number | null = null;

  constructor(public state: RoomState) {
    this.setClock(state.server_time);
  }

  replace(state: RoomState): void {
    // An answer that was overtaken on its way must not bring the past back.
    if (state.sequence < this.state.sequence) return;
    this.state = state;
    this.setClock(state.server_time);
  }

  fold(event: RoomEvent): Folded {
    if (event.sequence <= this.state.sequence) return "old";
    if (event.sequence !== this.state.sequence + 1) return "gap";
    const { item, pulse, tally, vote } = this.state;
    this.state = { ...this.state, ...event.patch, sequence: event.sequence };
    if (this.state.item?.id !== item?.id) this.state.me = { ...this.state.me, ...NO_FLOOR };
    if (this.state.pulse?.id !== pulse?.id) this.state.me = { ...this.state.me, has_answered_pulse: false };
    if (this.state.tally?.id !== tally?.id) this.state.me = { ...this.state.me, answer: null };
    if (this.state.vote?.id !== vote?.id || (vote?.state !== "voting" && this.state.vote?.state === "voting")) {
      this.state.me = { ...this.state.me, ballot: null };
    }
    return "applied";
  }

  /** A ballot paper is one person's own and never broadcast: whoever may be on the roll asks for it once, when the vote opens. */
  lacksPaper(): boolean {
    const { vote, me } = this.state;
    const mayVote = me.voice > 0 || me.is_present || me.seats.some((seat) => seat.is_voting);
    return vote?.state === "voting" && !me.ballot && mayVote;
  }

  /** A seat's ballot was recorded: its receipt says all that the page has to know of it. */
  hasCast(rollEntryId: number, choice: string, receipt: string): void {
    const { me } = this.state;
    if (!me.ballot) return;
    const seats = me.ballot.seats.map((seat) => (seat.roll_entry_id === rollEntryId ? { ...seat, choice, receipt } : seat));
    const first = seats[0]?.roll_entry_id === rollEntryId ? { choice, receipt, has_cast: true } : {};
    this.state = { ...this.state, me: { ...me, ballot: { ...me.ballot, ...first, seats } } };
  }

  /** Turnout comes apart from the numbered events: only the figures of the vote that is shown. */
  turnout(figures: Share & { vote_id: number; area: Share | null }): boolean {
    const { vote } = this.state;
    if (!vote || vote.id !== figures.vote_id || figures.cast < vote.cast) return false;
    const { cast, total, needed, area } = figures;
    this.state = { ...this.state, vote: { ...vote, cast, total, needed, area } };
    return true;
  }

  /** How many have answered while hands are counted; it comes apart from the numbered events too. */
  answered(figures: { tally_id: number; answered: number; voters: number }): boolean {
    const { tally } = this.state;
    if (!tally || tally.id !== figures.tally_id || tally.state !== "open") return false;
    this.state = { ...this.state, tally: { ...tally, answered: figures.answered, voters: figures.voters } };
    return true;
  }

  /** Likes come apart from the numbered events: new figures in the order they give. */
  likes(figures: { item_id: number; likes: Record<string, number> }): boolean {
    if (this.state.item?.id !== figures.item_id) return false;
    const counted = this.state.questions.map((each) => ({ ...each, likes: figures.likes[each.id] ?? 0 }));
    const rank = (each: Question) => (each.state === "asked" ? 0 : 1);
    const questions = counted.sort((one, other) => rank(one) - rank(other) || other.likes - one.likes || one.id - other.id);
    this.state = { ...this.state, questions };
    return true;
  }

  /** How many have answered a quick question; null while they are too few to tell. */
  pulsed(figures: { pulse_id: number; answered: number | null }): boolean {
    const { pulse } = this.state;
    if (!pulse || pulse.id !== figures.pulse_id || pulse.state !== "open") return false;
    this.state = { ...this.state, pulse: { ...pulse, answered: figures.answered } };
    return true;
  }

  /** A new hand is broadcast without its name; whoever chairs asks for it. */
  lacksNames(): boolean {
    const { me, queue, speaker } = this.state;
    return (me.is_chair || me.is_stand_in) && [...queue, speaker].some((each) => each && !me.names[each.id]);
  }

  /**
   * An answer is older by its way when it comes: of several the one that gives the latest time is nearest the truth, so
   * that all pages show the same minute. Only a clock that was set is followed back.
   */
  private setClock(serverTime: string): void {
    const offset = Date.parse(serverTime) - Date.now();
    if (this.offset === null || offset > this.offset || this.offset - offset > CLOCK_SET) this.offset = offset;
  }

  /** The server's present instant in milliseconds; every clock in the room runs by it. */
  now(): number {
    return Date.now() + (this.offset ?? 0);
  }
}
