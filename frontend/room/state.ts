/** The state of the room as the server gives it, and what can be read off it. */

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
