/** A form is sent once: the button says what is happening and cannot be pressed a second time. */

import { all, make, senderOf } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

/** After this long without an answer the person may try again; the server takes a repeated act as one. */
const RELEASE_AFTER = 20_000;

const faces = new WeakMap<HTMLButtonElement, Node[]>();

export function setBusy(button: HTMLButtonElement): void {
  if (faces.has(button)) return;
  faces.set(button, Array.from(button.childNodes));
  button.setAttribute("aria-busy", "true");
  button.replaceChildren(make("span", "", button.dataset["busy"] || say("busy")));
}

export function clearBusy(button: HTMLButtonElement): void {
  const face = faces.get(button);
  if (!face) return;
  faces.delete(button);
  button.removeAttribute("aria-busy");
  button.replaceChildren(...face);
}

export function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  all<HTMLButtonElement>("button[aria-busy]", form).forEach(clearBusy);
}

export function start(): void {
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", () => all<HTMLFormElement>("form[data-sent]").forEach(release));
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  if (!navigator.onLine) {
    event.preventDefault();
    toast(say("offline"), { kind: "network" });
    return;
  }
  form.dataset["sent"] = "1";
  const button = senderOf(event, form);
  // The browser reads the pressed button's name and value before this task ends; its face may change afterwards.
  if (button) window.setTimeout(() => form.dataset["sent"] && setBusy(button));
  window.setTimeout(() => release(form), RELEASE_AFTER);
}
