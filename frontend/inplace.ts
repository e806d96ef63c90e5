/** Forms marked data-inplace are sent without leaving the page, so a refusal or a lost network costs no typed text. */

import { release } from "./busy";
import { one, senderOf } from "./dom";
import { type Answer, post, showRefusal } from "./http";
import { toast } from "./toast";

export function start(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("inplace" in form.dataset)) return;
    // Busy.ts has already answered for a second press or a missing network.
    if (event.defaultPrevented) return;
    event.preventDefault();
    void send(form, senderOf(event, form));
  });
}

async function send(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  one("[data-refusal]", form)?.remove();
  const answer: Answer = await post(form.action, data);
  release(form);
  // Pages that show the outcome themselves listen for this and cancel it.
  const untouched = form.dispatchEvent(new CustomEvent<Answer>("answered", { bubbles: true, cancelable: true, detail: answer }));
  if (!untouched) return;
  if (!answer.ok) showRefusal(answer, form);
  else if (answer.location) window.location.assign(answer.location);
  else if (answer.sentence) toast(answer.sentence);
}
