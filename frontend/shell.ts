/** The bars: menus close when one looks elsewhere, and the theme button knows which colours stand now. */

import { all, one } from "./dom";

export function start(): void {
  closeMenusOutside();
  turnThemeButton();
  one("[data-summary]")?.focus();
}

function closeMenusOutside(): void {
  document.addEventListener("click", (event) => {
    for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all<HTMLDetailsElement>("details.menu[open]")) {
      menu.open = false;
      one("summary", menu)?.focus();
    }
  });
}

function turnThemeButton(): void {
  const button = one<HTMLButtonElement>("[data-theme-toggle]");
  const isAutomatic = document.documentElement.dataset["bsTheme"] === "auto";
  if (!button || !isAutomatic || !window.matchMedia("(prefers-color-scheme: dark)").matches) return;
  button.value = "light";
  button.setAttribute("aria-pressed", "true");
}
