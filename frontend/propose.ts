/** While somebody writes: earlier matters that may be the same, and the corners of the chosen place. */

import { all, one } from "./dom";
import { post } from "./http";

const PAUSE = 700;
const LEAST = 8;

export function start(): void {
  const place = one<HTMLSelectElement>("select[name=place]");
  if (place && one("[data-spots]")) {
    place.addEventListener("change", () => showSpots(place.value));
    showSpots(place.value);
  }
  const shelf = one("[data-alike]");
  if (shelf) follow(shelf, place);
}

/** Only the corners of the chosen place; one ticked elsewhere is given up. */
function showSpots(code: string): void {
  for (const group of all("[data-spots]")) {
    group.hidden = group.dataset["spots"] !== code;
    if (group.hidden) all<HTMLInputElement>("input:checked", group).forEach((input) => (input.checked = false));
  }
}

function follow(shelf: HTMLElement, place: HTMLSelectElement | null): void {
  const form = shelf.closest("form");
  if (!form) return;
  let timer = 0;
  let asked = "";
  let closed = false;
  const look = async () => {
    const words = all<HTMLInputElement | HTMLTextAreaElement>("[name=title], [name=text]", form).map((field) => field.value.trim());
    const text = words.join(" ").trim();
    const code = place?.value || shelf.dataset["alikePlace"] || "";
    const question = `${code} ${text}`;
    if (closed || !code || text.length < LEAST || question === asked) return;
    asked = question;
    // Only a hint: without a network nothing is shown.
    const found = await post(shelf.dataset["alike"] ?? "", { place: code, text: text.slice(0, 1000) });
    if (!found.ok || closed || question !== asked) return;
    // Written by our own server, which escapes what people have said.
    shelf.innerHTML = String(found["html"] ?? "");
    shelf.hidden = !one("article", shelf);
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void look(), PAUSE);
  };
  form.addEventListener("input", soon);
  place?.addEventListener("change", soon);
  shelf.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-alike-close]")) return;
    closed = true;
    shelf.hidden = true;
    one<HTMLTextAreaElement>("[name=text]", form)?.focus();
  });
  soon();
}
