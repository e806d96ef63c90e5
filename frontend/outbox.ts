/** A form with data-outbox that is sent without a network waits on this device, pictures too, and goes out when there is one.

The server knows it by the key that the form carries, so it is one proposal however often it is sent. What it refuses is
given back: the form still holds what was typed (kept.ts). */

import { all, make, one } from "./dom";
import { clearTaken } from "./kept";
import { say } from "./strings";
import { dismiss, toast } from "./toast";

interface Letter {
  key: string;
  person: string;
  page: string;
  action: string;
  kept: string;
  fields: [string, FormDataEntryValue][];
}

const me = () => document.body.dataset["person"] ?? "";

export function start(): void {
  if (!("indexedDB" in window)) return;
  for (const form of all<HTMLFormElement>("form[data-outbox]")) form.addEventListener("submit", (event) => hold(event, form));
  window.addEventListener("online", () => void sendAll());
  if (navigator.onLine && me()) void sendAll();
}

function hold(event: SubmitEvent, form: HTMLFormElement): void {
  if (navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  if (!form.reportValidity()) return;
  const fields = Array.from(new FormData(form).entries()).filter(([name]) => name !== "csrf_token");
  const key = String(fields.find(([name]) => name === "submission_key")?.[1] ?? "");
  const letter = { key, person: me(), page: location.pathname, action: form.action, kept: form.dataset["keep"] ?? "", fields };
  void shelf("readwrite", (letters) => letters.put(letter)).then(() => toast(say("outbox.waits"), { seconds: 12, kind: "network" }));
}

async function sendAll(): Promise<void> {
  const waiting = (await shelf<Letter[]>("readonly", (letters) => letters.getAll())) ?? [];
  for (const letter of waiting.filter((each) => each.person === me())) await send(letter);
}

async function send(letter: Letter): Promise<void> {
  try {
    const fresh = await read(letter.page);
    const token = one<HTMLMetaElement>('meta[name="csrf-token"]', fresh)?.content ?? "";
    const body = new FormData();
    for (const [name, value] of letter.fields) body.append(name, value);
    body.set("csrf_token", token);
    const answer = await fetch(letter.action, { method: "POST", body, credentials: "same-origin" });
    if (answer.status >= 500 || answer.status === 429) return; // It waits for the next time.
    await shelf("readwrite", (letters) => letters.delete(letter.key));
    dismiss("network");
    if (answer.ok && answer.redirected) taken(letter, answer.url, fresh);
    else toast(say("outbox.refused"), { link: { label: say("outbox.look"), href: letter.page }, kind: letter.key });
  } catch {
    // No network after all: it stays where it is.
  }
}

/** Say where the matter is now: in place of the form that was sent, else at the foot. What was written since stays. */
function taken(letter: Letter, url: string, fresh: Document): void {
  const form = all<HTMLFormElement>("form[data-outbox]").find((each) => keyField(each)?.value === letter.key);
  const key = form && keyField(form);
  if (form && isAsSent(form, letter)) {
    clearTaken(letter.kept, letter.fields);
    const note = whereItIs(url);
    form.replaceWith(note);
    note.focus();
    return;
  }
  if (key) key.value = keyField(fresh)?.value ?? ""; // Under the old one it would count as sent already.
  else clearTaken(letter.kept, letter.fields);
  toast(say("outbox.sent"), { link: { label: say("outbox.look"), href: url }, kind: letter.key });
}

function keyField(within: ParentNode): HTMLInputElement | null {
  return one<HTMLInputElement>("[name=submission_key]", within);
}

function isAsSent(form: HTMLFormElement, letter: Letter): boolean {
  const now = Array.from(new FormData(form).entries()).filter(([name]) => name !== "csrf_token");
  const same = (mine: FormDataEntryValue, other: FormDataEntryValue | undefined) =>
    mine instanceof File ? other instanceof File && other.name === mine.name && other.size === mine.size : mine === other;
  return now.length === letter.fields.length && now.every(([name, value], at) => letter.fields[at]?.[0] === name && same(value, letter.fields[at]?.[1]));
}

function whereItIs(url: string): HTMLElement {
  const note = make("div", "note note--ok note--bare");
  note.tabIndex = -1;
  note.setAttribute("role", "status");
  const link = make("a", "btn btn--main", say("outbox.look"));
  link.href = url;
  const body = make("div", "stack");
  const line = make("div", "bar");
  line.append(link);
  body.append(make("b", "", say("outbox.sent")), line);
  note.append(body);
  return note;
}

async function read(page: string): Promise<Document> {
  const answer = await fetch(page, { credentials: "same-origin" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** One act on the store of letters; undefined where this browser keeps nothing. */
function shelf<T>(mode: IDBTransactionMode, act: (letters: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
  return new Promise((resolve) => {
    const opening = indexedDB.open("outbox", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("letters", { keyPath: "key" });
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("letters", mode).objectStore("letters"));
      asked.onsuccess = () => resolve(asked.result as T);
      asked.onerror = () => resolve(undefined);
    };
  });
}
