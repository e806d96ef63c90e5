/** Says when the browser has no network, and takes the banner away when it is back. */

import { all } from "./dom";
import { dismiss } from "./toast";

export function showOffline(isOffline: boolean): void {
  all("[data-offline]").forEach((banner) => (banner.hidden = !isOffline));
}

export function start(): void {
  const update = () => {
    showOffline(!navigator.onLine);
    if (navigator.onLine) dismiss("network");
  };
  window.addEventListener("online", update);
  window.addEventListener("offline", update);
  update();
}
