/** Dialogs of the room: each holds one form, so that what happens in the room meanwhile never touches what is typed. */

import { all, make } from "../dom";
import { clear, keep } from "../kept";
import { say } from "../strings";
import type { Payload } from "./acts";
import type { Link } from "./link";
import { button, h } from "./parts";

export interface Opened {
  box: HTMLDialogElement;
  body: HTMLFormElement;
}

let count = 0;

export function dialog(title: string, className = ""): Opened {
  const box = make("dialog", `dialog ${className}`);
  const head = h("h2", "", title);
  head.id = `room-form-${++count}`;
  box.setAttribute("aria-labelledby", head.id);
  const body = h("form", "stack");
  body.method = "dialog";
  box.append(head, body);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  return { box, body };
}

export function foot(box: HTMLDialogElement, yes: string): HTMLElement {
  const send = h("button", "btn btn--main", yes);
  send.type = "submit";
  return h("div", "dialog__go", button(say("not_now"), "", () => box.close()), send);
}

export function onSubmit({ body }: Opened, run: () => void): void {
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
}

/** Send once, however often it is pressed, and close when the server has taken it; else the form stays as it is. */
export async function send(link: Link, { box, body }: Opened, name: string, payload: Payload, forget?: () => void): Promise<void> {
  if (body.dataset["sending"] !== undefined) return;
  body.dataset["sending"] = "";
  const buttons = all<HTMLButtonElement>("[type=submit], [data-publish]", body);
  for (const each of buttons) each.disabled = true;
  const answer = await link.act(name, payload);
  for (const each of buttons) each.disabled = false;
  delete body.dataset["sending"];
  if (!answer.ok) return;
  forget?.();
  box.close();
}

/** A control with its label above it, and a line below that says how. */
export function field(label: string, control: HTMLElement, hint = ""): HTMLElement {
  control.id ||= `room-field-${++count}`;
  const words = h("label", "", label);
  words.htmlFor = control.id;
  const line = hint ? h("p", "tiny muted", hint) : null;
  if (line) {
    line.id = `${control.id}-hint`;
    control.setAttribute("aria-describedby", line.id);
  }
  return h("div", "field", words, control, line);
}

export function tick(label: string, name: string): HTMLElement {
  const box = h("input");
  box.type = "checkbox";
  box.name = name;
  box.value = "true";
  return h("label", "pick", box, h("span", "", label));
}

interface InputOptions {
  type?: string;
  required?: boolean;
  min?: string;
  max?: string;
  longest?: number;
  value?: string;
}

export function input(name: string, { type = "text", required = false, min, max, longest, value }: InputOptions = {}): HTMLInputElement {
  const element = h("input", "in");
  Object.assign(element, { type, name, required });
  if (min !== undefined) element.min = min;
  if (max !== undefined) element.max = max;
  if (longest !== undefined) element.maxLength = longest;
  if (value !== undefined) element.value = value;
  return element;
}

export function area(name: string, { rows = 4, longest = 1000, least = 2, value = "", required = true } = {}): HTMLTextAreaElement {
  const element = h("textarea", "in word");
  Object.assign(element, { name, rows, maxLength: longest, required, value });
  if (required) element.minLength = least;
  return element;
}

export interface Choice {
  value: string | number;
  name: string;
}

export function choose(name: string, choices: Choice[]): HTMLSelectElement {
  const list = h("select", "in");
  list.name = name;
  for (const each of choices) list.append(new Option(each.name, String(each.value)));
  return list;
}

/** Remember what is typed into the form of a dialog, here and on the person's other devices, until it has been taken. */
export function remember({ body }: Opened, name: string): () => void {
  body.dataset["keep"] = name;
  keep(body);
  return () => clear(name);
}
