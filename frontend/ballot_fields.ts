/** What a ballot's fields say, whatever the method: read as one text, filled in again from it. */

import { all, one } from "./dom";
import { say } from "./strings";

const WORDS = ["for", "against", "abstain"];

/** The choice as the server reads it: a word, an option, or JSON for marks, points and ranks; empty when none is made. */
export function readChoice(form: HTMLFormElement): string {
  const radio = one<HTMLInputElement>("input[name=choice]:checked", form);
  if (radio) return radio.value;
  const marks = all<HTMLInputElement>("input[name=mark]:checked", form).map((mark) => mark.value);
  if (marks.length) return JSON.stringify(marks);
  const points = named(form, "points-").filter(([, given]) => given !== "");
  if (points.length) return JSON.stringify(Object.fromEntries(points.map(([code, given]) => [code, Number(given)])));
  const ranks = named(form, "rank-").filter(([, given]) => given !== "");
  const places = [...new Set(ranks.map(([, given]) => Number(given)))].sort((one, other) => one - other);
  const groups = places.map((place) => ranks.filter(([, given]) => Number(given) === place).map(([code]) => code));
  return groups.length ? JSON.stringify(groups) : "";
}

/** Fill the fields in as `readChoice` found them. */
export function fillChoice(form: HTMLFormElement, choice: string): void {
  const radio = all<HTMLInputElement>("input[name=choice]", form).find((each) => each.value === choice);
  if (radio) radio.checked = true;
  const said: unknown = choice.startsWith("[") || choice.startsWith("{") ? JSON.parse(choice) : null;
  if (Array.isArray(said)) {
    for (const mark of all<HTMLInputElement>("input[name=mark]", form)) mark.checked = said.includes(mark.value);
    said.forEach((group: unknown, place) => [group].flat().forEach((code) => fill(form, `rank-${String(code)}`, String(place + 1))));
  } else if (said) for (const [code, points] of Object.entries(said)) fill(form, `points-${code}`, String(points));
}

/** Whoever abstains names nothing else, and whoever names something does not abstain. */
export function keepApart(form: HTMLFormElement, changed: EventTarget | null): void {
  if (!(changed instanceof HTMLInputElement || changed instanceof HTMLSelectElement)) return;
  if (changed.name === "choice") {
    for (const mark of all<HTMLInputElement>("input[name=mark]", form)) mark.checked = false;
    for (const [code] of [...named(form, "points-"), ...named(form, "rank-")]) for (const kind of ["points-", "rank-"]) fill(form, kind + code, "");
  } else if (changed.name !== "reason") {
    for (const radio of all<HTMLInputElement>("input[name=choice]", form)) radio.checked = false;
  }
}

/** A choice in words, for the receipt; options by their names where the page's form gives them. */
export function spoken(choice: string): string {
  if (WORDS.includes(choice)) return say(`ballot.${choice}`);
  const names = optionNames();
  const nameOf = (code: unknown): string => names.get(String(code)) ?? String(code);
  if (!choice.startsWith("[") && !choice.startsWith("{")) return nameOf(choice);
  const said: unknown = JSON.parse(choice);
  if (Array.isArray(said)) return said.map((group: unknown) => [group].flat().map(nameOf).join("=")).join("、");
  return Object.entries(said as Record<string, number>).map(([code, points]) => `${nameOf(code)} ${points}`).join("、");
}

function optionNames(): Map<string, string> {
  const given = one<HTMLFormElement>("form[data-options]")?.dataset.options;
  const options = given ? (JSON.parse(given) as { code: string; label: string }[]) : [];
  return new Map(options.map((option) => [option.code, option.label]));
}

function named(form: HTMLFormElement, start: string): [string, string][] {
  const fields = all<HTMLInputElement | HTMLSelectElement>(`[name^="${start}"]`, form);
  return fields.map((field) => [field.name.slice(start.length), field.value]);
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
}
