/** Typed text survives a reload, a lost network, a closed tab and a change of device.

A form with data-keep="key" is remembered on this device, and for somebody signed in on the server too (drafts.ts), until
the server says with <span data-kept-clear="key"> that it has taken it, for fourteen days at most. Passwords, codes,
telephone numbers and files are never remembered, and signing out forgets everything on this device. A form that a
script makes later is followed with `keep(form)`. */

import { all, make, one } from "./dom";
import * as drafts from "./drafts";
import { say } from "./strings";

const PREFIX = "kept:";
const LIFETIME = 14 * 24 * 3600 * 1000;
const PAUSE = 300;
const NEVER = new Set(["password", "file", "hidden", "tel", "submit", "button", "reset"]);

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Values = Record<string, string[]>;

/** `version` is the server's number of this copy, 0 before it has any; `isSaved` once the server has what stands here. */
interface Kept {
  at: number;
  values: Values;
  version?: number;
  isSaved?: boolean;
}

export function start(): void {
  for (const told of all("[data-kept-clear]")) clear(told.dataset["keptClear"] ?? "");
  keep(...all<HTMLFormElement>("form[data-keep]"));
  for (const form of all<HTMLFormElement>("form[data-forget]")) form.addEventListener("submit", forgetAll);
}

/** Remember what is typed into these forms, and fill in what was typed before, here or on another device. */
export function keep(...forms: HTMLFormElement[]): void {
  const followed = forms.map(follow);
  if (!followed.length) return;
  void drafts.pull(followed.map(({ name }) => name)).then((shelved) => {
    if (shelved) for (const each of followed) each.meet(shelved.get(each.name));
  });
}

/** The server has taken the form called `name`. */
export function clear(name: string): void {
  drop(keyOf(name));
  drafts.drop(name);
}

/** The server has taken these fields of the form called `name`; what was written into it since stays. */
export function clearTaken(name: string, fields: [string, FormDataEntryValue][]): void {
  const kept = Object.entries(load(keyOf(name))?.values ?? {});
  const isTaken = ([field, values]: [string, string[]]) => values.every((value) => fields.some((each) => each[0] === field && each[1] === value));
  if (kept.every(isTaken)) clear(name);
}

function keyOf(name: string): string {
  return `${PREFIX}${document.body.dataset["person"] ?? "guest"}:${name}`;
}

interface Followed {
  name: string;
  /** Put this device's copy and the server's together. */
  meet: (shelved: drafts.Shelved | undefined) => void;
}

function follow(form: HTMLFormElement): Followed {
  const name = form.dataset["keep"] ?? "";
  const key = keyOf(name);
  form.append(make("input", ""));
  const named = form.lastElementChild as HTMLInputElement; // With it the server says what it has taken.
  Object.assign(named, { type: "hidden", name: "kept", value: name });
  const before = load(key);
  let isTouched = false;
  if (before && restore(form, before.values)) form.prepend(notice(form, name, say("restored")));
  let timer = 0;
  const share = (values: Values) => {
    const isEmptied = isNothing(values);
    if (isEmptied) drafts.drop(name);
    else drafts.push(name, JSON.stringify(values), (version) => store(key, { at: Date.now(), values, version, isSaved: true }));
  };
  const save = () => {
    window.clearTimeout(timer);
    timer = 0;
    const values = gather(form);
    store(key, { at: Date.now(), values, version: load(key)?.version ?? 0, isSaved: false });
    share(values);
  };
  const soon = (event: Event) => {
    isTouched ||= event.isTrusted;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("pagehide", () => timer && save());
  const meet = (shelved: drafts.Shelved | undefined) => {
    if (isTouched) return; // Somebody is typing already: what stands here is the newest.
    if (before && shelved && JSON.stringify(before.values) === shelved.content) {
      store(key, { ...before, version: shelved.version, isSaved: true });
      return;
    }
    const isOwnNewer = before !== null && !before.isSaved;
    if (!shelved) {
      if (isOwnNewer) share(before.values);
      else if (before) forget(form, key); // Sent, or thrown away, on another device.
    } else if (!isOwnNewer && shelved.version > (before?.version ?? 0)) take(shelved);
    else if (isOwnNewer && shelved.version > (before.version ?? 0)) offer(shelved);
    else if (isOwnNewer) share(before.values);
  };
  const take = (shelved: drafts.Shelved) => {
    const values = JSON.parse(shelved.content) as Values;
    form.reset();
    if (!restore(form, values)) return;
    window.clearTimeout(timer);
    timer = 0;
    store(key, { at: Date.now(), values, version: shelved.version, isSaved: true });
    one("[data-restored]", form)?.remove();
    form.prepend(notice(form, name, say("restored.elsewhere")));
  };
  /** Both were changed: what was typed here stays, and the other one is a press away. */
  const offer = (shelved: drafts.Shelved) => {
    const use = make("button", "btn btn--sm", say("restored.use_other"));
    use.type = "button";
    use.addEventListener("click", () => take(shelved));
    one("[data-restored] .bar", form)?.append(use);
  };
  return { name, meet };
}

/** Back to what the server wrote; the person was told nothing else. */
function forget(form: HTMLFormElement, key: string): void {
  drop(key);
  one("[data-restored]", form)?.remove();
  form.reset();
  all<Control>("input, textarea, select", form).forEach((control) => control.dispatchEvent(new Event("input")));
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

function notice(form: HTMLFormElement, name: string, words: string): HTMLElement {
  const note = make("div", "note note--plain note--bare");
  note.setAttribute("role", "status");
  note.dataset["restored"] = "";
  const button = make("button", "btn btn--quiet btn--sm push", say("forget"));
  button.type = "button";
  button.addEventListener("click", () => {
    forget(form, keyOf(name));
    drafts.drop(name);
  });
  const line = make("div", "bar bar--wrap");
  line.append(make("span", "", words), button);
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

function isNothing(values: Values): boolean {
  return Object.values(values).every((each) => each.join("") === "");
}

function store(key: string, kept: Kept): void {
  if (isNothing(kept.values)) {
    drop(key);
    return;
  }
  try {
    localStorage.setItem(key, JSON.stringify(kept));
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
