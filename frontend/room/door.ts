/** The door: who is expected and who is there, by name. For the chair, the offices of the place, and whom the chair asked
 * to help: people without a phone, people without an account, who was seen to leave, and who answers aloud. */

import { say } from "../strings";
import { dialog, field, input } from "./dialogs";
import type { Link } from "./link";
import type { Payload } from "./acts";
import { button, h } from "./parts";

interface Line {
  attendance_id: number | null;
  user_id: number | null;
  name: string;
  mode: "in_room" | "remote" | null;
  is_helper: boolean;
}

interface SeatLine extends Line {
  seat_id: number;
  label: string;
  is_voting: boolean;
  is_present: boolean;
}

interface OtherLine extends Line {
  unit: string;
}

interface Roll {
  seats: SeatLine[];
  others: OtherLine[];
  may_name_helpers: boolean;
}

const MOST_SHOWN = 60;
const FRESH = 5_000;

class Door {
  private roll: Roll = { seats: [], others: [], may_name_helpers: false };
  private readonly opened = dialog(say("door"), "dialog--wide");
  private readonly search = input("search", { type: "search" });
  private readonly count = h("p", "tiny muted");
  private readonly list = h("ul", "rollist");
  private readonly others = h("ul", "rollist");
  private readonly head = h("h3", "fs-md", say("door.others"));

  constructor(
    private readonly link: Link,
    private readonly url: string,
  ) {}

  async open(): Promise<void> {
    const { box, body } = this.opened;
    this.search.placeholder = say("search_name");
    this.search.setAttribute("aria-label", say("search_name"));
    this.search.addEventListener("input", () => this.draw());
    this.search.addEventListener("keydown", (event) => event.key === "Enter" && this.checkInOnly(event));
    this.count.setAttribute("role", "status");
    body.append(this.search, this.count, this.list, this.head, this.others, this.walkIn(), h("div", "dialog__go", button(say("done"), "btn--main", () => box.close())));
    box.showModal();
    this.search.focus();
    await this.load();
    const timer = window.setInterval(() => void this.load(), FRESH);
    box.addEventListener("close", () => window.clearInterval(timer));
  }

  private async load(): Promise<void> {
    const response = await fetch(this.url, { credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return;
    this.roll = (await response.json()) as Roll;
    this.draw();
  }

  private draw(): void {
    const wanted = this.search.value.trim();
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : undefined;
    const seats = this.roll.seats.filter((line) => !wanted || line.name.includes(wanted) || line.label.includes(wanted));
    const others = this.roll.others.filter((line) => !wanted || line.name.includes(wanted) || line.unit.includes(wanted));
    this.count.textContent = rollCount(this.roll.seats);
    this.list.replaceChildren(...seats.slice(0, MOST_SHOWN).map((line) => this.seatLine(line)));
    this.others.replaceChildren(...others.slice(0, MOST_SHOWN).map((line) => this.line(line, line.unit)));
    this.head.hidden = !others.length;
    if (focused) this.opened.body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Enter in the search box checks in the one person that is left to check in. */
  private checkInOnly(event: Event): void {
    event.preventDefault();
    const found = this.list.querySelectorAll<HTMLButtonElement>("[data-check-in]");
    if (found.length === 1) found[0]?.click();
  }

  private seatLine(line: SeatLine): HTMLElement {
    if (line.is_present) return this.line(line, line.label);
    const act = line.user_id === null ? button(say("door.came"), "btn--sm", () => this.takeSeat(line), { key: `seat-${line.seat_id}` }) : this.checkIn(line, line.user_id);
    return h("li", "bar", h("span", "grow", h("b", "strong", line.name || say("empty_seat")), h("small", "muted block", line.label)), act);
  }

  private checkIn(line: SeatLine, userId: number): HTMLElement {
    const act = button(say("check_in_one"), "btn--sm", () => void this.act("attendance.check_in", { user_id: userId }), { key: `seat-${line.seat_id}` });
    act.dataset["checkIn"] = "";
    return act;
  }

  /** Somebody who is there: where, and what can be done for them. */
  private line(line: SeatLine | OtherLine, below: string): HTMLElement {
    const { attendance_id: id, user_id: userId } = line;
    const acts = h("span", "bar bar--wrap rollist__acts");
    acts.append(h("span", line.mode === "remote" ? "tag tag--info" : "tag tag--ok", say(line.mode === "remote" ? "remote" : "present")));
    const hasVoice = "is_voting" in line ? line.is_voting : this.link.store.state.attendance.seats_total === 0 && userId !== null;
    if (id !== null && hasVoice) acts.append(...this.answers(id));
    if (id !== null) acts.append(button(say("door.left"), "btn--sm btn--quiet", () => void this.act("attendance.mark_left", { attendance_id: id }), { key: `left-${id}` }));
    if (userId !== null && this.roll.may_name_helpers) {
      const name = line.is_helper ? "helper.dismiss" : "helper.name";
      acts.append(button(say(line.is_helper ? "door.dismiss" : "door.ask_help"), "btn--sm btn--quiet", () => void this.act(name, { user_id: userId }), { key: `help-${userId}` }));
    }
    return h("li", "bar bar--wrap", h("span", "grow", h("b", "strong", line.name), below ? h("small", "muted block", below) : null), acts);
  }

  /** While hands are counted: what somebody without a phone says aloud. */
  private answers(attendanceId: number): HTMLElement[] {
    const { tally } = this.link.store.state;
    if (tally?.state !== "open") return [];
    const words = tally.about === "amendment" ? ["for", "against", "abstain"] : ["for", "against"];
    return words.map((answer) => {
      const text = say(tally.about === "amendment" ? `choice.${answer}` : `close.${answer}`);
      return button(text, "btn--sm", () => void this.link.act("tally.answer", { tally_id: tally.id, answer, attendance_id: attendanceId }), { key: `answer-${attendanceId}-${answer}` });
    });
  }

  private async act(name: string, payload: Payload): Promise<boolean> {
    const answer = await this.link.act(name, { meeting_id: this.link.store.state.meeting.id, ...payload });
    await this.load();
    return answer.ok;
  }

  // ---- without an account

  private readonly name = input("name", { longest: 20 });
  private readonly unit = input("unit", { longest: 40 });
  private seat: SeatLine | null = null;
  private readonly forSeat = h("p", "small soft");

  private walkIn(): HTMLElement {
    const send = button(say("door.enter"), "btn--main", () => void this.enter(), { key: "walk-in" });
    const details = h("details", "declare", h("summary", "", say("door.walk_in")), h("div", "stack", h("p", "tiny muted", say("door.walk_in_hint")), this.forSeat, field(say("door.name"), this.name), field(say("door.unit"), this.unit), h("div", "bar", send)));
    details.dataset["walkIn"] = "";
    return details;
  }

  private takeSeat(line: SeatLine): void {
    this.seat = line;
    this.forSeat.textContent = say("door.for_seat", { seat: line.label });
    const details = this.opened.body.querySelector<HTMLDetailsElement>("[data-walk-in]");
    if (details) details.open = true;
    this.name.focus();
  }

  private async enter(): Promise<void> {
    const missing = [this.name, this.unit].find((each) => !each.value.trim());
    if (missing) return missing.focus();
    const seat: Payload = this.seat ? { seat_id: this.seat.seat_id } : {};
    if (!(await this.act("attendance.walk_in", { name: this.name.value, unit: this.unit.value, ...seat }))) return;
    this.name.value = this.unit.value = this.forSeat.textContent = "";
    this.seat = null;
    this.name.focus();
  }
}

/** Seats with a vote and seats without, each counted by itself, as everywhere else. */
function rollCount(seats: SeatLine[]): string {
  const count = (isVoting: boolean) => {
    const lines = seats.filter((line) => line.is_voting === isVoting);
    return { present: lines.filter((line) => line.is_present).length, total: lines.length };
  };
  const [voting, others] = [count(true), count(false)];
  const parts = [voting.total ? say("roll_count", voting) : "", others.total ? say("roll_others", others) : ""];
  return parts.filter(Boolean).join(" ");
}

export async function openDoor(link: Link): Promise<void> {
  if (document.querySelector("dialog[open]")) return;
  await new Door(link, link.doorUrl).open();
}
