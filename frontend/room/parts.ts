/** The elements that the three pages of the room are made of, and how a region is drawn anew without losing anything. */

import { make, one } from "../dom";

type Child = Node | string | null | undefined | false;

let sprite = "";

/** Icons come from the sheet of the site until a copy of it stands in this page: then they are there without a server. */
export async function keepSprite(address: string): Promise<void> {
  sprite = address;
  const response = await fetch(address);
  if (!response.ok) return;
  const sheet = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
  sheet.setAttribute("hidden", "");
  document.body.append(document.importNode(sheet, true));
  sprite = "";
}

/** An element with children; a string child is text and never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = make(tag, className);
  for (const child of children) if (child) element.append(child);
  return element;
}

export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "ic");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

export function plate(text: string): HTMLElement | null {
  return text ? h("span", "plate", text) : null;
}

/** A button that does something in the room; `key` lets the focus find it again after its region was drawn anew. */
export function button(text: string, className: string, run: () => void, options: { icon?: string; key?: string; off?: string; kbd?: string } = {}): HTMLButtonElement {
  const element = h("button", `btn ${className}`, options.icon ? icon(options.icon) : null, text);
  element.type = "button";
  if (options.kbd) element.append(keyCap(options.kbd));
  if (options.key) element.dataset["key"] = options.key;
  if (options.off) {
    element.disabled = true;
    element.title = options.off;
  } else element.addEventListener("click", run);
  return element;
}

const DOUBLE_TAP = 1000;
let pressed = { key: "", at: -DOUBLE_TAP };

/** A double tap is one press: on a control that turns, the second would take back what the first did. */
export function isDoubleTap(key: string): boolean {
  const now = performance.now();
  if (pressed.key === key && now - pressed.at < DOUBLE_TAP) return true;
  pressed = { key, at: now };
  return false;
}

/** The letter on a button; its name stays what it does, and aria-keyshortcuts says the letter. */
function keyCap(letter: string): HTMLElement {
  const cap = h("span", "kbd", letter);
  cap.setAttribute("aria-hidden", "true");
  return cap;
}

const drawn = new WeakMap<Element, string>();

/** Draw a region again when what it shows has changed. Never while somebody is filling in a form inside it. */
export function region(name: string, shows: unknown, build: () => Child[]): void {
  const place = one(`[data-region="${name}"]`);
  if (!place) return;
  const fingerprint = JSON.stringify(shows);
  if (drawn.get(place) === fingerprint || isBeingFilled(place)) return;
  const focused = document.activeElement instanceof HTMLElement && place.contains(document.activeElement) ? document.activeElement.dataset["key"] : undefined;
  const children = build().filter((child): child is Node | string => Boolean(child));
  place.replaceChildren(...children);
  place.hidden = children.length === 0;
  drawn.set(place, fingerprint);
  if (focused) one<HTMLElement>(`[data-key="${focused}"]`, place)?.focus();
}

/** A form counts as being filled in from the first keystroke until it is sent or closed. */
function isBeingFilled(place: Element): boolean {
  return one("form[data-open]", place) !== null;
}
