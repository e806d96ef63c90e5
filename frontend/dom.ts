/** Small helpers for finding and making elements. */

export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return Array.from(within.querySelectorAll<T>(selector));
}

export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T | null {
  return within.querySelector<T>(selector);
}

/** An element with a class and plain text; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** The button that sends the form: the one pressed, else the first one it has. */
export function senderOf(event: SubmitEvent, form: HTMLFormElement): HTMLButtonElement | null {
  const pressed = event.submitter;
  if (pressed instanceof HTMLButtonElement) return pressed;
  return one<HTMLButtonElement>("button:not([type]), button[type=submit]", form);
}
