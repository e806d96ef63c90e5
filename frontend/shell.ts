/** The bars: menus close when one looks elsewhere, and the theme button knows which colours stand now. */

import { all, one } from "./dom";

export function start(): void {
  closeMenusOutside();
  turnThemeButton();
  showSummary();
  showSample();
}

/** What went wrong stands in the middle of the window, clear of the bars above and below. */
function showSummary(): void {
  const summary = one("[data-summary]");
  summary?.focus({ preventScroll: true });
  summary?.scrollIntoView({ block: "center" });
}

/** The sample sentence follows the size of letters that is being chosen. */
function showSample(): void {
  const size = one<HTMLSelectElement>("select[name=elder_size]");
  size?.addEventListener("change", () => one("[data-sample]")?.style.setProperty("--sample", `${size.value}px`));
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
