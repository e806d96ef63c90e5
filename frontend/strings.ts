/** Sentences in the reader's language, written into the page by the server; scripts hold no text of their own. */

import { all } from "./dom";

let known: Record<string, string> | null = null;

function load(): Record<string, string> {
  const blocks = all<HTMLScriptElement>('script[type="application/json"]#strings, script[type="application/json"][data-strings]');
  const sentences: Record<string, string> = {};
  for (const block of blocks) Object.assign(sentences, JSON.parse(block.textContent || "{}"));
  return sentences;
}

/** The sentence called `key`, its {names} filled from `values`; the key itself when the page lacks it. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  known ??= load();
  const sentence = known[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
