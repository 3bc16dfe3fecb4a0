// What the page needs stands in the phone: it opens without a network. `VERSION` and `SHELL` are written above by the
// service: another content of any file is another version.
const FILES = "wangge-files-" + VERSION, DAYS = "wangge-days", PATIENCE_MS = 6000, DAYS_KEPT = 8;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forget().then(() => self.clients.claim()));
});

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("wangge-files-") && name !== FILES).map((name) => caches.delete(name)));
}

// A page that was opened before this program ran asks that itself and its data be kept, and hears when they are.
self.addEventListener("message", (event) => {
  const kept = Promise.all(event.data.keep.map((address) => fresh(new Request(address)).catch(() => null)));
  event.waitUntil(kept.then(() => event.ports[0].postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (SHELL.includes(address.pathname)) event.respondWith(file(request));
  else if (address.pathname === "/today" || address.pathname === "/api/v1/phone") event.respondWith(day(request));
});

async function file(request) {
  const kept = await caches.match(request, { cacheName: FILES, ignoreSearch: true });
  return kept || fetch(request);
}

// The newest of the network; without one what was kept, which says so. What is no longer theirs to see goes.
async function day(request) {
  try {
    return await Promise.race([fresh(request), late()]);
  } catch (problem) {
    const kept = await caches.match(request, { cacheName: DAYS, ignoreVary: true });
    if (!kept) throw problem;
    const headers = new Headers(kept.headers);
    headers.set("x-kept", "1");
    return new Response(kept.body, { status: kept.status, headers });
  }
}

function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new TypeError("no answer")), PATIENCE_MS));
}

async function fresh(request) {
  const answer = await fetch(request);
  if (answer.status >= 500) throw new TypeError("the service fails");
  // nobody is in any more (a page is sent to the door, data get 401): nothing that they saw stays
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 401) await caches.delete(DAYS);
  const days = await caches.open(DAYS);
  if (answer.status === 403 || answer.status === 404) await days.delete(request.url);
  if (answer.ok && !answer.redirected) {
    const kept = await days.keys();
    await Promise.all(kept.slice(0, Math.max(0, kept.length - DAYS_KEPT)).map((old) => days.delete(old)));
    const body = await answer.clone().blob(); // whole, before the old one goes: the network may end within it
    await days.delete(request.url);
    await days.put(request.url, new Response(body, { status: answer.status, headers: answer.headers }));
  }
  return answer;
}
