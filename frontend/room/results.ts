/** What a vote came to, with its figures and its sums. */

import { say } from "../strings";
import { h, icon } from "./parts";
import type { Result, Test, Vote } from "./state";

const KINDS = ["for", "against", "abstain"] as const;

/** What a vote came to: for, against and abstain, or how each option stands. */
export function figuresOf(vote: Vote & { result: Result }): HTMLElement {
  return Object.keys(vote.result.options).length ? standings(vote) : balance(vote.result);
}

function standings({ result, options }: Vote & { result: Result }): HTMLElement {
  const rows = Object.entries(result.options).map(([code, each]) => ({ code, count: each.points || each.votes || each.wins || each.heads || 0 }));
  const most = Math.max(1, ...rows.map(({ count }) => Number(count) || 0));
  const lines = rows.map(({ code, count }) => {
    const label = options.find((option) => option.code === code)?.label ?? "";
    const fill = h("i");
    fill.style.setProperty("--v", `${((100 * (Number(count) || 0)) / most).toFixed(1)}%`);
    const won = result.winners.includes(code) ? h("span", "verdict verdict--yes", icon("check-circle"), say("chosen")) : null;
    return h("li", "", h("span", "word", h("b", "", code), label === code ? "" : ` ${label}`, " ", won), h("b", "", String(count)), h("span", "pulse__bar", fill));
  });
  const abstained = result.abstain ? h("li", "", h("span", "soft", say("choice.abstain")), h("b", "", String(result.abstain))) : null;
  return h("ul", "pulse", ...lines, abstained);
}

/** What may be chosen, where it is not yes or no. */
export function optionsOf({ options }: Vote): HTMLElement | null {
  return options.length ? h("ol", "options", ...options.map(({ code, label }) => h("li", "", h("b", "", code), label === code ? "" : ` ${label}`))) : null;
}

/** For, against, abstain: one mark a seat in a small body, else one bar with the line it takes to pass. */
function balance(result: Result): HTMLElement {
  const isSmall = result.members <= 30;
  const legend = h("ul", "legend", ...KINDS.map((kind) => h("li", "", h("i", `k-${kind}`), `${say(`choice.${kind}`)} `, h("b", "", String(result[kind])))));
  if (isSmall) legend.append(h("li", "", h("i", "k-none"), `${say("not_cast")} `, h("b", "", String(result.members - result.cast))));
  const picture = isSmall ? seatsOfResult(result) : barOfResult(result);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", say("balance", { for: result.for, against: result.against, abstain: result.abstain }));
  return h("div", "stack", picture, legend);
}

function seatsOfResult(result: Result): HTMLElement {
  const row = h("div", "seats");
  for (const kind of KINDS) for (let number = 0; number < result[kind]; number += 1) row.append(h("i", `k-${kind}`));
  while (row.children.length < result.members) row.append(h("i", "k-none"));
  row.append(lineAt("seats__line", (100 * result.needed) / result.members));
  return row;
}

function barOfResult(result: Result): HTMLElement {
  const bar = h("div", "bal");
  for (const kind of KINDS) {
    const part = h("i", `k-${kind}`);
    part.style.setProperty("--v", `${((100 * result[kind]) / Math.max(1, result.cast)).toFixed(3)}%`);
    if (result[kind] > 0) bar.append(part);
  }
  const at = (100 * result.needed) / Math.max(1, result.cast);
  const cap = h("span", "balwrap__cap", say("pass_line", { needed: result.needed }));
  cap.style.setProperty("--at", `${Math.max(12, Math.min(88, at)).toFixed(2)}%`);
  return at <= 100 ? h("div", "balwrap", cap, lineAt("balwrap__line", at), bar) : bar;
}

function lineAt(className: string, percent: number): HTMLElement {
  const line = h("span", className);
  line.style.setProperty("--at", `${percent.toFixed(2)}%`);
  return line;
}

/** What a vote of all seats comes to, in one sentence; other rules say it in what they ask. */
export function sentenceOf({ result, rule }: Vote & { result: Result }, className = "small strong"): HTMLElement | null {
  if (rule.kind !== "all_members_majority" || Object.keys(result.options).length) return null;
  const figures = { total: result.members, needed: result.needed, yes: result.for };
  return h("p", className, say("majority_of_seats", figures));
}

/** The sums under a result, line by line, in whole numbers; worded and laid out as on the vote's own page. */
export function working(result: Result): HTMLElement | null {
  if (!result.tests.length) return null; // What only asks passes no test.
  return h("div", "working", ...result.tests.map((test) => workingLine(test, result)));
}

/** The same, folded away. */
export function foldedWorking(result: Result): HTMLElement | null {
  const lines = working(result);
  return lines && h("details", "data", h("summary", "", icon("chevron-right"), say("working")), lines);
}

function workingLine(test: Test, result: Result): HTMLElement {
  const holds = test.holds && (test.test !== "approval" || result.for > 0);
  const isCounted = !holds && test.missing > 0 && test.unit !== "area";
  const verdict = h("span", `verdict verdict--${holds ? "yes" : "no"}`, icon(holds ? "check-circle" : "x-circle"), isCounted ? say("missing", { missing: test.missing }) : say(holds ? "enough" : "not_enough"));
  const sign = test.holds ? (test.strict ? ">" : "≥") : test.strict ? "≤" : "<";
  const sum = `${oneSide(test.left_factor, test.left_number, test.unit)} ${sign} ${oneSide(test.right_factor, test.right_number, test.unit)}`;
  return h("div", "sum", h("span", "", asks(test, result)), h("b", "sum__n", sum), verdict);
}

/** What a test asks, and of which option or chamber. */
function asks(test: Test, result: Result): string {
  const isPlain = !test.chamber && !Object.keys(result.options).length;
  if (isPlain && test.test === "quorum") return say("test.quorum", { cast: result.cast, needed: result.ballots_needed });
  if (isPlain && test.test === "approval") return say("test.approval", { yes: result.for, needed: result.needed });
  return [say(`test_of.${test.test}`), test.option, test.chamber].filter(Boolean).join(" · ");
}

/** Areas are whole numbers of 0.01 ㎡ until they are read. */
function oneSide(factor: number, number: number, unit: string): string {
  const measured = (count: number) => (unit === "area" ? (count / 100).toFixed(2) : String(count));
  return factor === 1 ? measured(number) : `${factor} × ${measured(number)} = ${measured(factor * number)}`;
}

export function outcome(result: Result): HTMLElement {
  if (result.outcome === "advisory") return h("span", "verdict", icon("info-circle"), say("outcome.advisory"));
  const passed = result.outcome === "passed";
  return h("span", `verdict verdict--${passed ? "yes" : "no"}`, icon(passed ? "check-circle" : "x-circle"), say(`outcome.${result.outcome}`));
}

type OpenVote = Vote & { state: "voting" };

export function voteIsOpen(vote: Vote | null): vote is OpenVote {
  return vote !== null && vote.state === "voting";
}
