/** The state of the room as the server gives it, and how a patch is folded into it. */

export type Side = "for" | "against" | "question" | "order";

export interface Meeting {
  id: number;
  title: string;
  state: "planned" | "noticed" | "open" | "recess" | "closed" | "cancelled";
  starts_at: string;
  /** From then on people check in, and the chair may open it. */
  doors_open_at: string;
  may_open_at: string;
  opened_at: string | null;
  closed_at: string | null;
  planned_minutes: number;
  chair_name: string;
  venue: string;
  charter: { needs_second: boolean; allows_amendments: boolean; allows_remote: boolean; turn_seconds: number; rule_kind: string };
}

export interface AgendaLine {
  id: number;
  position: number;
  title: string;
  state: "queued" | "debate" | "vote" | "decided" | "deferred";
  minutes: number;
  plate: string;
  in_notice: boolean;
  has_motion: boolean;
  started_at: string | null;
  ended_at: string | null;
  decision: string;
  /** What the vote came to beside which it was agreed, where that did not carry the motion. */
  not_carried: "" | "failed_approval" | "no_quorum" | "tie";
}

export interface Item {
  id: number;
  title: string;
  motion_text: string;
  plate: string;
  number: string;
  state: AgendaLine["state"];
  started_at: string | null;
  minutes: number;
  in_notice: boolean;
  /** Whether it may still be put off: not while its matter is with a vote, nor after one that decided it. */
  may_defer: boolean;
  extra_seconds: number;
  stand_in_name: string;
  chair_has_interest: boolean;
  interests: { name: string; reason: string }[];
  spoken: Record<"for" | "against" | "question", number>;
  debate_closed_by: "queue_empty" | "two_thirds" | null;
  close_asked_by: string;
  motion: Motion | null;
  amendment: Motion | null;
  waiting: Motion[];
}

export interface Run {
  op: "equal" | "insert" | "delete";
  text: string;
}

export interface Motion {
  id: number;
  kind: "motion" | "amendment";
  number: number;
  version: number;
  state: string;
  text: string;
  mover: string;
  seconder: string;
  departs?: boolean;
  is_outdated?: boolean;
  runs?: Run[] | null;
}

export interface Tally {
  id: number;
  about: "close_debate" | "amendment";
  state: "open" | "closed";
  answered: number;
  voters: number;
  /** The figures of the room as it was counted. */
  standing: Standing | null;
  result: { for: number; against: number; abstain: number; voters: number; holds: boolean } | null;
}

export interface Speaker {
  id: number;
  name: string;
  face: string;
  role: string;
  firm: string;
  side: Side;
  turn: number;
  requested_at: string;
  started_at: string | null;
  allotted_seconds: number;
  paused_at: string | null;
  paused_milliseconds: number;
  pin_reason: string;
}

export interface Seat {
  id: number;
  kind: string;
  name: string;
  face: string;
  firm: string;
  is_voting: boolean;
  present: boolean;
  is_remote: boolean;
}

export interface Attendance {
  present: number;
  in_room: number;
  remote: number;
  walk_ins: number;
  voters: number;
  has_quorum: boolean | null;
  missing: number;
  observers: number;
  seats_present: number;
  seats_total: number;
  seats_to_open: number;
  quorum: number;
  seats: Seat[];
}

export interface AgreedStep {
  id: number;
  item_id: number;
  text: string;
  owner: string;
  due_on: string;
}

export interface Question {
  id: number;
  item_id: number;
  text: string;
  author: string;
  state: "asked" | "answered";
  likes: number;
}

export interface Pulse {
  id: number;
  item_id: number;
  text: string;
  options: string[];
  state: "open" | "closed";
  answered: number | null;
  result: { is_shown: boolean; answered?: number; counts?: number[] } | null;
}

export interface Test {
  /** What is asked: quorum, approval, majority, objections, chambers; of owners for heads and for area. */
  test: string;
  unit: string;
  option: string;
  chamber: string;
  left_factor: number;
  left_number: number;
  right_factor: number;
  right_number: number;
  left: number;
  right: number;
  strict: boolean;
  holds: boolean;
  missing: number;
}

export interface Result {
  outcome: "passed" | "failed_approval" | "no_quorum" | "tie" | "advisory";
  for: number;
  against: number;
  abstain: number;
  cast: number;
  members: number;
  ballots_needed: number;
  needed: number;
  tests: Test[];
  /** How each option stands where something else was asked than yes or no; shared ballots are fractions ("7/2"). */
  options: Record<string, Partial<Record<"points" | "votes" | "wins" | "heads", number | string>>>;
  winners: string[];
}

export interface Share {
  cast: number;
  total: number;
  needed: number;
  missing: number;
}

/** The figures of the room at one moment. */
export interface Standing {
  voters: number;
  seats_total: number;
  in_room: number;
  remote: number;
}

export interface Vote {
  id: number;
  item_id: number | null;
  title: string;
  text: string;
  method: string;
  options: { code: string; label: string }[];
  is_secret: boolean;
  state: string;
  opened_at: string | null;
  opens_at: string;
  closes_at: string;
  /** The chair may close it sooner, so no hour is promised. */
  closes_in_room: boolean;
  closed_at: string | null;
  cast: number;
  total: number;
  needed: number;
  /** In 0.01 ㎡, where the quorum is of area too. */
  area: Share | null;
  result: Result | null;
  present_at_open: Standing | null;
  present_at_close: Standing | null;
  rule: { kind: string; quorum: [number, number] | null; threshold: [number, number] | null; basis: string; strict: boolean };
}

export interface OwnBallot {
  on_roll: boolean;
  seats: { roll_entry_id: number; label: string; choice: string | null; receipt: string | null }[];
  choice: string | null;
  has_cast: boolean;
  receipt: string | null;
}

export interface Me {
  is_signed_in: boolean;
  is_chair: boolean;
  is_stand_in: boolean;
  is_helper: boolean;
  mode: "in_room" | "remote" | null;
  is_present: boolean;
  seats: { id: number; label: string; kind: string; is_voting: boolean }[];
  turns_allowed: number;
  /** Who waits and who speaks by their full names, by hand; empty for everybody but whoever chairs. */
  names: Record<string, string>;
  turns_taken: number;
  speaker_id: number | null;
  side: Side | null;
  speaking: boolean;
  has_interest: boolean;
  may_move: boolean;
  motions: number[];
  voice: number;
  answer: string | null;
  questions: number[];
  likes: number[];
  has_answered_pulse: boolean;
  ballot?: OwnBallot | null;
}

export interface RoomState {
  sequence: number;
  server_time: string;
  meeting: Meeting;
  items: AgendaLine[];
  item: Item | null;
  speaker: Speaker | null;
  queue: Speaker[];
  attendance: Attendance;
  tally: Tally | null;
  steps: AgreedStep[];
  questions: Question[];
  pulse: Pulse | null;
  vote: Vote | null;
  me: Me;
}

export interface RoomEvent {
  meeting_id: number;
  sequence: number;
  kind: string;
  at: string;
  patch: Partial<RoomState>;
}

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

/** A vote may be open on the web for days before the meeting: while its item is talked about, the talk comes first. */
export function isTalkedAbout({ item, speaker, queue }: RoomState): boolean {
  return item?.state === "debate" && (speaker !== null || queue.length > 0);
}

/** What the clock alone opens: the door an hour before the meeting, the meeting itself half an hour before. */
export function opening(meeting: Meeting, now: number): "shut" | "door" | "meeting" {
  if (meeting.state === "open" || meeting.state === "recess") return "meeting";
  if (meeting.state !== "noticed" || now < Date.parse(meeting.doors_open_at)) return "shut";
  return now < Date.parse(meeting.may_open_at) ? "door" : "meeting";
}
