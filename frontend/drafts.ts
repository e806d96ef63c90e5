/** What is typed and ticked lies on the server too, for whoever is signed in, so that another device finds it.

This device's own copy (kept.ts, ballot_paper.ts) comes first and works without a network; what could not be sent yet is
sent when the network is back or the page is opened again. Nobody but the person reads it. Never for secret ballots. */

import { csrfToken, post } from "./http";

export interface Shelved {
  content: string;
  version: number;
  saved_at: string;
}

const PAUSE = 1500;
/** A browser sends no more than this once a page has gone. */
const LARGEST_LAST = 60_000;

interface Waiting {
  content: string;
  done: (version: number) => void;
  timer: number;
}

const waiting = new Map<string, Waiting>();
const dropping = new Set<Promise<unknown>>();
let listens = false;

/** Whether there is anybody to keep drafts for. */
export function isKept(): boolean {
  return Boolean(document.body.dataset["person"]);
}

/** The person's drafts by key; null when the server could not be asked. */
export async function pull(keys: string[]): Promise<Map<string, Shelved> | null> {
  if (!isKept() || !keys.length) return null;
  const query = keys.map((key) => `key=${encodeURIComponent(key)}`).join("&");
  await Promise.all(dropping); // What has just been sent must not come back.
  try {
    const response = await fetch(`/me/drafts?${query}`, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!response.ok) return null;
    const { drafts } = (await response.json()) as { drafts: Record<string, Shelved> };
    return new Map(Object.entries(drafts));
  } catch {
    return null;
  }
}

/** Send a draft a moment after the last change; `done` gets its number once it is there. */
export function push(key: string, content: string, done: (version: number) => void): void {
  if (!isKept()) return;
  listen();
  window.clearTimeout(waiting.get(key)?.timer);
  waiting.set(key, { content, done, timer: window.setTimeout(() => void send(key), PAUSE) });
}

/** The form was sent or its text thrown away. */
export function drop(key: string): void {
  if (!isKept()) return;
  window.clearTimeout(waiting.get(key)?.timer);
  waiting.delete(key);
  const dropped = post("/me/drafts/drop", { key });
  dropping.add(dropped);
  void dropped.then(() => dropping.delete(dropped));
}

async function send(key: string): Promise<void> {
  const draft = waiting.get(key);
  if (!draft) return;
  const answer = await post("/me/drafts", { key, content: draft.content });
  if (answer.ok) draft.done(Number(answer["version"]));
  // What was typed meanwhile waits for its own turn; a lost network, for the next one.
  if (waiting.get(key) === draft && (answer.ok || answer.code !== "network")) waiting.delete(key);
}

function listen(): void {
  if (listens) return;
  listens = true;
  window.addEventListener("online", () => [...waiting.keys()].forEach((key) => void send(key)));
  window.addEventListener("pagehide", () => {
    for (const [key, { content }] of waiting) last(key, content);
  });
}

/** On the way out nobody waits for an answer; this device's own copy still says that it has none. */
function last(key: string, content: string): void {
  const body = new URLSearchParams({ key, content });
  if (String(body).length > LARGEST_LAST) return;
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  void fetch("/me/drafts", { method: "POST", body, headers, credentials: "same-origin", keepalive: true }).catch(() => undefined);
}
