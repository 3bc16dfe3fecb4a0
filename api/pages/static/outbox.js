// What was said on the way and is not yet in the office's book: it stays in the phone until the service has it.
// Every item carries an id made here, so that sending it twice writes it once.
const KEY = "wangge-outbox";
const LATER = [408, 425, 429];
const PATIENCE_MS = 30000; // a network that says nothing is none
let held = read();
let keeps = true;
const gone = new Set();
let sending = false;

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found : [];
  } catch (problem) {
    return [];
  }
}

function write() {
  try {
    localStorage.setItem(KEY, JSON.stringify(held));
    keeps = true;
  } catch (problem) {
    keeps = false;
  }
}

// What waits, the first first; `refused` says why the service does not take an item.
export function waiting() {
  return held;
}

// Whether it survives that the page is closed.
export function safe() {
  return keeps;
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "SJ" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Keep items; one that is there already is not kept twice.
export function put(...items) {
  join([...read(), ...items]);
  write();
}

export function drop(id) {
  gone.add(id);
  join(read());
  held = held.filter((item) => item.body.id !== id);
  write();
}

// Before every write: what another window kept meanwhile must not be written over. What is gone stays gone, also
// where the phone can't write any more and the old list is read again.
function join(items) {
  for (const item of items) {
    if (!gone.has(item.body.id) && !held.some((one) => one.body.id === item.body.id)) held.push(item);
  }
}

// Send what waits, in order; gives whether anything arrived. A dead network ends it, and nothing is lost. An item that
// the service fails on waits for the next time and holds up nothing but what belongs to it: the hazards of a visit.
export async function flush() {
  if (sending) return false;
  sending = true;
  let arrived = false;
  const failed = new Set();
  try {
    // what is put meanwhile goes too
    for (let item; (item = held.find((one) => !one.refused && !failed.has(one.body.id) && !failed.has(one.body.inspection_id)));) {
      const { ok, status, refused } = await post(item);
      if (ok) {
        drop(item.body.id);
        arrived = true;
      } else if (LATER.includes(status)) {
        break;
      } else if (status >= 500) {
        failed.add(item.body.id);
      } else {
        item.refused = refused;
        put();
      }
    }
  } catch (problem) {
    // no network: the next attempt comes by itself
  } finally {
    sending = false;
  }
  return arrived;
}

// The answer and, where it is a refusal, its reason: the network's patience covers both.
async function post(item) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(item.address, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(item.body),
      signal: patience.signal,
    });
    const refuses = !answer.ok && answer.status < 500 && !LATER.includes(answer.status);
    return { ok: answer.ok, status: answer.status, refused: refuses ? await reason(answer) : undefined };
  } finally {
    clearTimeout(timer);
  }
}

async function reason(answer) {
  try {
    return (await answer.json()).detail || "没有写明原因";
  } catch (problem) {
    if (problem.name === "AbortError") throw problem; // it never came: no answer
    return "服务回答 " + answer.status;
  }
}
