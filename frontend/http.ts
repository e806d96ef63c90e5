/** Sending without leaving the page. The server answers {ok, code, sentence, fields}; losing the network is an answer too. */

import { make, one } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

export interface Answer {
  ok: boolean;
  code?: string;
  sentence?: string;
  fields?: Record<string, string[]>;
  /** Where the server led a form that it took. */
  location?: string;
  [extra: string]: unknown;
}

const PATIENCE = 20_000;

export function csrfToken(): string {
  return one<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Post form fields. Never rejects: a lost network or a broken server comes back as a refusal with a sentence. */
export async function post(url: string, data: FormData | Record<string, string>): Promise<Answer> {
  const body = data instanceof FormData ? data : new URLSearchParams(data);
  const control = new AbortController();
  const timer = window.setTimeout(() => control.abort(), PATIENCE);
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      signal: control.signal,
    });
    return await read(response);
  } catch {
    return { ok: false, code: "network", sentence: say("network") };
  } finally {
    window.clearTimeout(timer);
  }
}

async function read(response: Response): Promise<Answer> {
  if (response.headers.get("Content-Type")?.includes("json")) {
    const answer = (await response.json()) as Partial<Answer>;
    return { ...answer, ok: answer.ok ?? response.ok };
  }
  if (response.ok) return { ok: true, location: response.url };
  return { ok: false, code: "server", sentence: say("server") };
}

/** Show a refusal beside what was asked for, or as a toast when there is no such place. */
export function showRefusal(answer: Answer, beside?: Element | null): void {
  const sentence = answer.sentence ?? say("server");
  if (!beside) {
    toast(sentence, { seconds: 10 });
    return;
  }
  const old = one("[data-refusal]", beside);
  const note = make("div", "note note--bad note--bare");
  note.dataset["refusal"] = "";
  note.setAttribute("role", "alert");
  note.append(make("div", "", [sentence, ...Object.values(answer.fields ?? {}).flat()].join(" ")));
  if (old) old.replaceWith(note);
  else beside.append(note);
}
