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
  else if (address.pathname === "/today" || address.pathname === "/api/v1/phone") {
    const coming = day(request);
    event.waitUntil(coming); // it is kept also where it comes late
    event.respondWith(request.mode === "navigate" ? Promise.race([coming, late(request, coming)]) : coming);
  }
});

async function file(request) {
  const kept = await caches.match(request, { cacheName: FILES, ignoreSearch: true });
  return kept || fetch(request);
}

// The newest of the network; without one, or where the service fails or nobody is in any more, what was kept, which
// says so. An answer is waited for: the page that asked for its day shows what is kept meanwhile (`phone-link.js`).
async function day(request) {
  let answer;
  try {
    answer = await fresh(request);
  } catch (problem) {
    const held = await kept(request, "x-kept");
    if (!held) throw problem;
    return held;
  }
  const why = isShut(answer) ? "x-shut" : answer.status >= 500 ? "x-busy" : "";
  return (why && (await kept(request, why))) || answer;
}

// A page that is opened comes from the phone when the time to be in has run out; where it keeps none, it is waited for.
async function late(request, coming) {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  return (await kept(request, "x-kept")) || coming;
}

async function kept(request, why) {
  const held = await caches.match(request, { cacheName: DAYS, ignoreVary: true });
  if (!held) return null;
  const headers = new Headers(held.headers);
  headers.set(why, "1");
  return new Response(held.body, { status: held.status, headers });
}

// Whether nobody is in any more: a page is sent to the door, data get 401.
const isShut = (answer) => answer.type === "opaqueredirect" || answer.redirected || answer.status === 401;

// Whether somebody ended it (a lost phone, another password): a time that has run out brings no cookie.
async function wasEnded(answer) {
  const said = answer.status === 401 ? answer : await fetch("/api/v1/me");
  return said.headers.has("x-wangge-ended");
}

// Days that somebody else saw: whose a day is, the service says.
async function forgetOthers(days, owner) {
  for (const request of await days.keys()) {
    const held = await days.match(request, { ignoreVary: true });
    if (held && held.headers.get("x-wangge-login") !== owner) await days.delete(request);
  }
}

async function fresh(request) {
  const answer = await fetch(request);
  if (isShut(answer) && (await wasEnded(answer))) await caches.delete(DAYS); // nothing that they saw stays
  const days = await caches.open(DAYS);
  if (answer.status === 403 || answer.status === 404) await days.delete(request.url);
  if (answer.ok && !answer.redirected) {
    await forgetOthers(days, answer.headers.get("x-wangge-login"));
    const held = await days.keys();
    await Promise.all(held.slice(0, Math.max(0, held.length - DAYS_KEPT)).map((old) => days.delete(old)));
    const body = await answer.clone().blob(); // whole, before the old one goes: the network may end within it
    await days.delete(request.url);
    await days.put(request.url, new Response(body, { status: answer.status, headers: answer.headers })).catch(full);
  }
  return answer;
}

// The answer is there all the same.
function full(problem) {
  if (problem.name !== "QuotaExceededError") throw problem;
}
