/** A form with data-outbox that is sent without a network waits on this device, pictures too, and goes out when there is one.

The server knows it by the key that the form carries, so it is one proposal however often it is sent. What it refuses is
given back: the form still holds what was typed (kept.ts). */

import { all, one } from "./dom";
import { clear } from "./kept";
import { say } from "./strings";
import { toast } from "./toast";

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
  void shelf("readwrite", (letters) => letters.put(letter)).then(() => toast(say("outbox.waits"), { seconds: 12 }));
}

async function sendAll(): Promise<void> {
  const waiting = (await shelf<Letter[]>("readonly", (letters) => letters.getAll())) ?? [];
  for (const letter of waiting.filter((each) => each.person === me())) await send(letter);
}

async function send(letter: Letter): Promise<void> {
  try {
    const token = one<HTMLMetaElement>('meta[name="csrf-token"]', await read(letter.page))?.content ?? "";
    const body = new FormData();
    for (const [name, value] of letter.fields) body.append(name, value);
    body.set("csrf_token", token);
    const answer = await fetch(letter.action, { method: "POST", body, credentials: "same-origin" });
    if (answer.status >= 500 || answer.status === 429) return; // It waits for the next time.
    await shelf("readwrite", (letters) => letters.delete(letter.key));
    if (answer.ok && answer.redirected) {
      clear(letter.kept);
      toast(say("outbox.sent"), { action: { label: say("outbox.look"), run: () => location.assign(answer.url) } });
    } else toast(say("outbox.refused"), { action: { label: say("outbox.look"), run: () => location.assign(letter.page) } });
  } catch {
    // No network after all: it stays where it is.
  }
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
