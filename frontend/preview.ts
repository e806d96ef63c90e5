/** A form that shows what it means while it is being filled in.

A form with data-preview="url" is sent there as it stands, and the answer's html, which the server escaped, takes the
place of what [data-preview-shown] holds. Without a script the form has a button that does the same. */

import { all, one } from "./dom";
import { post } from "./http";

const PAUSE = 350;

export function start(): void {
  for (const form of all<HTMLFormElement>("form[data-preview]")) follow(form);
}

function follow(form: HTMLFormElement): void {
  const shown = one("[data-preview-shown]");
  if (!shown) return;
  let timer = 0;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const answer = await post(form.dataset["preview"] ?? "", new FormData(form));
    // An answer that has been overtaken by a newer question is dropped; a lost network leaves what stands there.
    if (mine === asked && typeof answer["html"] === "string") shown.innerHTML = answer["html"];
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void show(), PAUSE);
  });
}
