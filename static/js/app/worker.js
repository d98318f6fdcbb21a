// The service worker: keeps the shell of the app, never an answer of the API, and sends what waits when the line returns.
import { sendAll } from "./letters.js";

const OURS = "malalamiko-";

/** Serves one version of the shell; the first file is the page itself. */
export function serve(version, shell) {
  const name = OURS + version;
  self.addEventListener("install", (event) => { event.waitUntil(fill(name, shell)); });
  self.addEventListener("activate", (event) => { event.waitUntil(takeOver(name)); });
  self.addEventListener("fetch", (event) => {
    const { request } = event, { origin, pathname, search } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) { return; }
    if (request.mode === "navigate" && pathname === "/app/") { event.respondWith(kept(name, shell[0], request)); }
    else if (shell.includes(pathname + search)) { event.respondWith(kept(name, pathname + search, request)); }
  });
  self.addEventListener("sync", (event) => { if (event.tag === "send") { event.waitUntil(sendOrComeAgain()); } });
}

// All files or none: half a shell would not open without a line.
async function fill(name, shell) {
  await (await caches.open(name)).addAll(shell);
  await self.skipWaiting();
}

async function takeOver(name) {
  const old = (await caches.keys()).filter((each) => each.startsWith(OURS) && each !== name);
  await Promise.all(old.map((each) => caches.delete(each)));
  await self.clients.claim();
}

async function kept(name, address, request) {
  return (await (await caches.open(name)).match(address)) || fetch(request);
}

// An error makes the browser wake us once more.
async function sendOrComeAgain() {
  if (await sendAll(true)) { throw new Error("something still waits"); }
}
