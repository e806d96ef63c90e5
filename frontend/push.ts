/** Web push: the page asks for it on a device of one's own, and the service worker shows what comes. */

import { one } from "./dom";
import { post, showRefusal } from "./http";

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}

/** What the server seals: notifications/channels/push.py. */
interface Pushed {
  title: string;
  body: string;
  url: string;
}

interface Worker extends EventTarget {
  registration: ServiceWorkerRegistration;
  clients: { openWindow(url: string): Promise<unknown> };
}

/** For the service worker: show what was pushed, and open what it is about when it is touched. */
export function receivePushes(worker: Worker): void {
  worker.addEventListener("push", (event) => {
    const data = (event as Extendable & { data?: { json(): Pushed } }).data?.json();
    if (!data) return;
    const { title, body, url } = data;
    // The same matter told twice stands once.
    (event as Extendable).waitUntil(worker.registration.showNotification(title, { body, tag: url, data: url }));
  });
  worker.addEventListener("notificationclick", (event) => {
    const { notification } = event as Extendable & { notification: Notification };
    notification.close();
    (event as Extendable).waitUntil(worker.clients.openWindow(String(notification.data ?? "/inbox")));
  });
}

/** On the page of wishes: two buttons that only show where this browser can do it and a worker is there. */
export function start(): void {
  const part = one("[data-push-key]");
  if (!part || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  void navigator.serviceWorker.getRegistration().then((registration) => {
    if (registration) void offer(part, registration.pushManager);
  });
}

async function offer(part: HTMLElement, manager: PushManager): Promise<void> {
  const on = one<HTMLButtonElement>("[data-push-on]", part);
  const off = one<HTMLButtonElement>("[data-push-off]", part);
  if (!on || !off) return;
  const show = (isOn: boolean) => {
    part.hidden = false;
    on.hidden = isOn;
    off.hidden = !isOn;
  };
  on.addEventListener("click", () => void switchOn(part, manager).then((done) => done && show(true)));
  off.addEventListener("click", () => void switchOff(part, manager).then((done) => done && show(false)));
  show((await manager.getSubscription()) !== null);
}

async function switchOn(part: HTMLElement, manager: PushManager): Promise<boolean> {
  const subscription = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: part.dataset["pushKey"] ?? "" }).catch(() => null);
  const { endpoint = "", keys = {} } = subscription?.toJSON() ?? {};
  if (!subscription) return false;
  const answer = await post(part.dataset["pushAdd"] ?? "", { endpoint, p256dh: keys["p256dh"] ?? "", auth: keys["auth"] ?? "" });
  if (answer.ok) return true;
  await subscription.unsubscribe();
  showRefusal(answer, part);
  return false;
}

async function switchOff(part: HTMLElement, manager: PushManager): Promise<boolean> {
  const subscription = await manager.getSubscription();
  if (!subscription) return true;
  const answer = await post(part.dataset["pushForget"] ?? "", { endpoint: subscription.endpoint });
  if (answer.ok) await subscription.unsubscribe();
  else showRefusal(answer, part);
  return answer.ok;
}
