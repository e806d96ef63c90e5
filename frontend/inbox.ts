/** The bell's number, kept up to date while a page with a live connection is open. */

import type { Socket } from "socket.io-client";

/** Follow ``inbox.changed`` {"unread": n}; counted to 100 by the server, shown as 99+ from there. */
export function followInbox(socket: Socket): void {
  socket.on("inbox.changed", (change: { unread: number }) => showUnread(change.unread));
}

/** Write the number into the bell, and take it away at zero. The spoken label follows at the next page. */
export function showUnread(unread: number): void {
  const bell = document.querySelector<HTMLAnchorElement>('header a[href$="/inbox"]');
  if (!bell) return;
  let badge = bell.querySelector<HTMLElement>(".count");
  if (unread === 0) {
    badge?.remove();
    return;
  }
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "count";
    badge.setAttribute("aria-hidden", "true");
    bell.append(badge);
  }
  badge.textContent = unread < 100 ? String(unread) : "99+";
}
