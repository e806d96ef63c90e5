/** Acts that cannot be taken back ask first. Without a script the server's own page is the only question. */

import { make, senderOf } from "./dom";
import { say } from "./strings";

export interface Question {
  text: string;
  title?: string;
  yes?: string;
  no?: string;
  danger?: boolean;
}

let count = 0;

/** Open a dialog and wait; true only when the person pressed the button that names the act. */
export function ask(question: Question): Promise<boolean> {
  const dialog = make("dialog", "dialog");
  const title = make("h2", "", question.title || say("confirm_title"));
  title.id = `ask-${++count}`;
  dialog.setAttribute("aria-labelledby", title.id);
  const no = make("button", "btn", question.no || say("confirm_no"));
  const yes = make("button", question.danger ? "btn btn--danger" : "btn btn--main", question.yes || say("confirm_yes"));
  no.type = yes.type = "button";
  no.autofocus = true;
  const go = make("div", "dialog__go");
  go.append(no, yes);
  dialog.append(title, make("p", "soft small pre", question.text), go);
  document.body.append(dialog);
  return new Promise((resolve) => {
    yes.addEventListener("click", () => dialog.close("yes"));
    no.addEventListener("click", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    dialog.showModal();
  });
}

export function start(): void {
  document.addEventListener("submit", onSubmit, true);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const button = senderOf(event, form);
  const told = button?.dataset["confirm"] ? button.dataset : form.dataset;
  const text = told["confirm"];
  if (!text) return;
  if (form.dataset["confirmed"]) {
    delete form.dataset["confirmed"];
    return;
  }
  if (lacksSomething(form, button)) return; // The server says what is missing; there is nothing to confirm yet.
  event.preventDefault();
  event.stopImmediatePropagation();
  const danger = button?.classList.contains("btn--danger") ?? false;
  void ask({ text, title: told["confirmTitle"], yes: told["confirmYes"] || button?.textContent?.trim(), danger }).then((agreed) => {
    if (!agreed) {
      button?.focus();
      return;
    }
    form.dataset["confirmed"] = "1";
    form.requestSubmit(button);
  });
}

/** Whether a form that leaves checking to the server is sent with a demanded entry empty: it will be refused. */
function lacksSomething(form: HTMLFormElement, button: HTMLButtonElement | null): boolean {
  if (!form.noValidate || button?.formNoValidate) return false;
  return (Array.from(form.elements) as HTMLInputElement[]).some((control) => control.validity?.valueMissing);
}
