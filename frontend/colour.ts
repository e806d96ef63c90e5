/** A colour that is typed as six digits can be picked too, where the browser has a picker. */

import { all, make } from "./dom";

export function start(): void {
  for (const field of all<HTMLInputElement>("input[data-colour]")) offer(field);
}

function offer(field: HTMLInputElement): void {
  const picker = make("input", "colourpick");
  picker.type = "color";
  if (picker.type !== "color") return;
  picker.setAttribute("aria-label", field.dataset["colour"] ?? "");
  const follow = () => {
    const digits = field.value.trim().replace(/^#/, "");
    if (/^[0-9a-f]{6}$/i.test(digits)) picker.value = `#${digits.toLowerCase()}`;
  };
  follow();
  field.addEventListener("input", follow);
  picker.addEventListener("input", (event) => {
    event.stopPropagation();
    field.value = picker.value.toUpperCase();
    // What is picked counts as typed: the preview and the kept text follow the field.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const row = make("span", "withpick");
  field.replaceWith(row);
  row.append(field, picker);
}
