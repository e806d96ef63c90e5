/** Typed text survives a reload, a lost network and a closed tab.

A form with data-keep="key" is remembered on this device, for the person signed in, until the server says with
<span data-kept-clear="key"> that it has taken it, for fourteen days at most. Passwords, codes, telephone numbers and
files are never remembered, and signing out forgets everything. */

import { all, make } from "./dom";
import { say } from "./strings";

const PREFIX = "kept:";
const LIFETIME = 14 * 24 * 3600 * 1000;
const PAUSE = 300;
const NEVER = new Set(["password", "file", "hidden", "tel", "submit", "button", "reset"]);

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Values = Record<string, string[]>;

interface Kept {
  at: number;
  values: Values;
}

export function start(): void {
  const person = document.body.dataset["person"] ?? "guest";
  all("[data-kept-clear]").forEach((told) => drop(`${PREFIX}${person}:${told.dataset["keptClear"]}`));
  for (const form of all<HTMLFormElement>("form[data-keep]")) follow(form, `${PREFIX}${person}:${form.dataset["keep"]}`);
  for (const form of all<HTMLFormElement>("form[data-forget]")) form.addEventListener("submit", forgetAll);
}

function follow(form: HTMLFormElement, key: string): void {
  form.append(make("input", ""));
  const named = form.lastElementChild as HTMLInputElement; // With it the server says what it has taken.
  Object.assign(named, { type: "hidden", name: "kept", value: form.dataset["keep"] ?? "" });
  const kept = load(key);
  if (kept && restore(form, kept.values)) form.prepend(notice(form, key));
  let timer = 0;
  const save = () => {
    window.clearTimeout(timer);
    timer = 0;
    store(key, gather(form));
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("pagehide", () => timer && save());
}

function controls(form: HTMLFormElement): Control[] {
  return (Array.from(form.elements) as Control[]).filter(
    (control) =>
      control.name &&
      !NEVER.has(control.type) &&
      !("noKeep" in control.dataset) &&
      control.getAttribute("autocomplete") !== "one-time-code" &&
      ["INPUT", "TEXTAREA", "SELECT"].includes(control.tagName),
  );
}

function isTicked(control: Control): control is HTMLInputElement {
  return control.type === "radio" || control.type === "checkbox";
}

function gather(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const control of controls(form)) {
    if (isTicked(control) && !control.checked) continue;
    if (isUntouched(control)) continue;
    (values[control.name] ??= []).push(control.value);
  }
  return values;
}

/** True while the control still stands as the server wrote it. */
function isUntouched(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    const chosen = Array.from(control.options).findIndex((option) => option.defaultSelected);
    return control.selectedIndex === Math.max(chosen, 0);
  }
  return isTicked(control) ? control.checked === control.defaultChecked : control.value === control.defaultValue;
}

/** True when the server left the control to the person: only those are filled, its own values always win. */
function isEmpty(control: Control, form: HTMLFormElement): boolean {
  if (control instanceof HTMLSelectElement) return !Array.from(control.options).some((option) => option.hasAttribute("selected"));
  if (isTicked(control)) return !all<HTMLInputElement>(`[name="${CSS.escape(control.name)}"]`, form).some((each) => each.defaultChecked);
  return control.defaultValue === "";
}

function restore(form: HTMLFormElement, values: Values): boolean {
  let found = false;
  for (const control of controls(form)) {
    const kept = values[control.name];
    if (!kept || !isEmpty(control, form)) continue;
    if (isTicked(control)) control.checked = kept.includes(control.value);
    else control.value = kept[0] ?? "";
    if (isUntouched(control)) continue;
    found = true;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return found;
}

function notice(form: HTMLFormElement, key: string): HTMLElement {
  const note = make("div", "note note--plain note--bare");
  note.setAttribute("role", "status");
  const forget = make("button", "btn btn--quiet btn--sm push", say("forget"));
  forget.type = "button";
  forget.addEventListener("click", () => {
    form.reset();
    drop(key);
    all<Control>("input, textarea, select", form).forEach((control) => control.dispatchEvent(new Event("input")));
    note.remove();
  });
  const line = make("div", "bar bar--wrap");
  line.append(make("span", "", say("restored")), forget);
  note.append(line);
  return note;
}

function load(key: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
    if (kept && Date.now() - kept.at < LIFETIME) return kept;
    drop(key);
  } catch {
    drop(key);
  }
  return null;
}

function store(key: string, values: Values): void {
  if (Object.values(values).every((each) => each.join("") === "")) {
    drop(key);
    return;
  }
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values } satisfies Kept));
  } catch {
    // A full or forbidden store loses only this convenience; the form itself still works.
  }
}

function drop(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept where storage is forbidden.
  }
}

function forgetAll(): void {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .forEach(drop);
  } catch {
    // Nothing was kept where storage is forbidden.
  }
}
