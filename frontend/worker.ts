/** The service worker: what was last seen of an agenda, of a matter and of the form for proposals is there without a
network; everything else says that there is none. It keeps pages of this device's person, and signing out empties it. */

import { receivePushes } from "./push";

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Fetched extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Clients {
  claim(): Promise<void>;
  openWindow(url: string): Promise<unknown>;
}

interface Worker extends EventTarget {
  skipWaiting(): Promise<void>;
  clients: Clients;
  registration: ServiceWorkerRegistration;
}

const worker = self as unknown as Worker;
const PAGES = "pages-1";
const PARTS = "parts-1";
const OFFLINE = "/offline";
/** The newest of these stay: a telephone is no archive. */
const MOST_PAGES = 30;
const KEPT = [/^\/$/, /^\/meetings$/, /^\/meetings\/\d+$/, /^\/matters\/[^/]+$/, /^\/proposals\/new$/, /^\/offline$/];

worker.addEventListener("install", (event) => {
  (event as Extendable).waitUntil(caches.open(PAGES).then((cache) => cache.add(OFFLINE)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== PAGES && name !== PARTS).map((name) => caches.delete(name))));
  (event as Extendable).waitUntil(old.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event as Fetched;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (url.pathname === "/logout") (event as Fetched).waitUntil(caches.delete(PAGES));
  } else if (url.pathname.startsWith("/static/dist/")) (event as Fetched).respondWith(part(request));
  else if (request.mode === "navigate") (event as Fetched).respondWith(page(request, url));
});

/** Built files never change under their address. */
async function part(request: Request): Promise<Response> {
  const cache = await caches.open(PARTS);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    // The same file under an older stamp is of no use any more.
    for (const each of await cache.keys()) if (new URL(each.url).pathname === new URL(request.url).pathname) await cache.delete(each);
    await cache.put(request, answer.clone());
  }
  return answer;
}

/** From the network, and only without one what was seen last. */
async function page(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && KEPT.some((kept) => kept.test(url.pathname))) {
      await cache.put(url.pathname, answer.clone());
      const keys = await cache.keys();
      for (const each of keys.slice(0, Math.max(0, keys.length - MOST_PAGES))) if (new URL(each.url).pathname !== OFFLINE) await cache.delete(each);
    }
    return answer;
  } catch {
    return (await cache.match(url.pathname)) ?? (await cache.match(OFFLINE)) ?? Response.error();
  }
}

receivePushes(worker);
