/** Checking a receipt here and not on the server: the way from the ballot's leaf up to the log's signed root. */

import { make, one } from "./dom";
import { say } from "./strings";

interface Proof {
  leaf_hash: string;
  placed: boolean;
  index: number;
  size: number;
  root: string;
  proof: string[];
  head: Head;
}

interface Receipt {
  leaf_hash: string;
  is_current: boolean;
  /** What the leaf of a secret ballot says; of a named one nobody is told. */
  leaf?: string;
}

interface Head {
  at: string | null;
  root: string;
  size: number;
  signature: string;
}

const found = one("[data-verify]");
if (found) start(found);

function start(part: HTMLElement): void {
  const form = one<HTMLFormElement>("form", part);
  const list = one("[data-steps]", part);
  if (form && list) form.addEventListener("submit", (event) => check(event, part, form, list));
}

function check(event: Event, part: HTMLElement, form: HTMLFormElement, list: HTMLElement): void {
  event.preventDefault();
  const code = new FormData(form).get("code");
  list.replaceChildren();
  void verify(Number(part.dataset["verify"]), String(code), (text, holds) => list.append(step(text, holds))).catch(() =>
    list.append(step(say("verify.offline"), false)),
  );
}

function step(text: string, holds: boolean): HTMLElement {
  return make("li", holds ? "d" : "n", text);
}

async function fetched<T>(path: string): Promise<T | null> {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as T) : null;
}

async function verify(voteId: number, code: string, tell: (text: string, holds: boolean) => void): Promise<void> {
  if (!window.isSecureContext || !crypto.subtle) return tell(say("verify.insecure"), false);
  const receipt = await fetched<Receipt>(`/votes/${voteId}/receipt/${encodeURIComponent(code.trim())}`);
  if (!receipt) return tell(say("verify.unknown"), false);
  if (!(await belongs(receipt, code, voteId))) return tell(say("verify.other_leaf"), false);
  tell(say(receipt.is_current ? "verify.found" : "verify.replaced"), receipt.is_current);
  const proof = await fetched<Proof>(`/audit/proof/${receipt.leaf_hash}.json`);
  if (!proof?.placed) return tell(say("verify.waiting"), false);
  const { head } = proof;
  const isOne = proof.leaf_hash === receipt.leaf_hash && proof.size === head.size && proof.root === head.root;
  if (!isOne || (await climb(proof)) !== head.root) return tell(say("verify.root_wrong"), false);
  tell(say("verify.leaf", { index: proof.index + 1, size: proof.size }), true);
  tell(say("verify.root", { root: `${head.root.slice(0, 16)}…` }), true);
  const signed = await isSigned(head);
  if (signed === null) tell(say("verify.no_signature"), false);
  else tell(say(signed ? "verify.signed" : "verify.signature_wrong"), signed);
}

/** Whether the leaf that the server names is the one the code was made from, so that it cannot show another's. */
async function belongs(receipt: Receipt, code: string, voteId: number): Promise<boolean> {
  if (receipt.leaf === undefined) return isCodeOf(code, receipt.leaf_hash);
  const said = JSON.parse(receipt.leaf) as { receipt: string; vote: number };
  const data = new Uint8Array([0, ...new TextEncoder().encode(receipt.leaf)]);
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data)));
  return digest === receipt.leaf_hash && said.vote === voteId && isCodeOf(code, said.receipt);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A code is all 64 digits, or their first sixty bits in letters of five bits (RFC 4648). */
function isCodeOf(code: string, digest: string): boolean {
  const given = code.replace(/[\s-]/g, "");
  if (given.length === 64) return given.toLowerCase() === digest;
  const bits = Array.from(digest.slice(0, 15), (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join("");
  return given.toUpperCase() === letters;
}

/** RFC 9162, section 2.1.3.2: the root that the leaf and its siblings lead to; empty when the proof does not fit. */
async function climb({ leaf_hash, index, size, proof }: Proof): Promise<string> {
  let [position, last] = [index, size - 1];
  let hash: Uint8Array = bytes(leaf_hash);
  for (const sibling of proof.map(bytes)) {
    if (last === 0) return "";
    if (position % 2 === 1 || position === last) {
      hash = await node(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
    } else hash = await node(hash, sibling);
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hex(hash) : "";
}

async function node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  const joined = new Uint8Array([1, ...left, ...right]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
}

/** Whether the installation's key signed this head; nothing when this browser does not know Ed25519. */
async function isSigned({ at, root, size, signature }: Head): Promise<boolean | null> {
  const published = await fetched<{ ed25519: string }>("/audit/key");
  if (!published) return null;
  try {
    const key = await crypto.subtle.importKey("raw", bytes(published.ed25519), "Ed25519", false, ["verify"]);
    const text = new TextEncoder().encode(JSON.stringify({ at, root, size }));
    return await crypto.subtle.verify("Ed25519", key, bytes(signature), text);
  } catch {
    return null;
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

function hex(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
