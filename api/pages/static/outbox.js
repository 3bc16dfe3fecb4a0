// What was said on the way and is not yet in the office's book: it stays in the phone until the service has it.
// Every item has an id made here, so that sending it twice writes it once; `needs` names the items that go before it.
import { all, change } from "/static/phone-data.js";

const OLD_KEY = "wangge-outbox"; // where pages of before kept it
const SEEN = ["inspection", "skip", "step"]; // what shows on the page until the office tells of it
const LATER = [401, 408, 425, 429];
const PATIENCE_MS = 60000; // a network that says nothing is none; a photo takes its time
const told = "BroadcastChannel" in window ? new BroadcastChannel("wangge-outbox") : null;
let held = [], homeless = [], sending = false, shut = false, heard = () => {}, last = 0;

// Reads what is kept; `changed` is called whenever another window changes it.
export async function open(changed) {
  heard = changed;
  if (told) told.onmessage = () => read().then(heard);
  await adopt();
  await read();
}

async function adopt() {
  const old = localStorage.getItem(OLD_KEY);
  if (!old) return;
  const items = JSON.parse(old).map((item, at) => ({
    ...item, id: item.body.id, order: at, method: "POST", needs: item.body.inspection_id ? [item.body.inspection_id] : [],
  }));
  await change({ put: { items } });
  localStorage.removeItem(OLD_KEY);
}

async function read() {
  const kept = await all("items");
  kept.sort((one, other) => one.order - other.order);
  const away = new Set(homeless.map((item) => item.id));
  held = kept.filter((item) => !away.has(item.id)).concat(homeless);
}

// What waits, the first first; `refused` says why the service does not take an item.
export const waiting = () => held.filter((item) => !item.sent);

// The same, and what arrived but is not yet in what the office told the phone.
export const said = () => held;
export const sent = () => held.filter((item) => item.sent).map((item) => item.id);
export const forget = (ids) => (ids.length ? keep([], ids) : null);

// Whether somebody has to come in (log in) before anything is taken.
export const shutOut = () => shut;

// Whether it survives that the page is closed.
export const safe = () => homeless.every((item) => item.sent);

// Keep items, in their order; gives whether the phone could. Where it can't they stay as long as the page does.
export async function put(...items) {
  const known = new Set(held.map((item) => item.id));
  const fresh = items.filter((item) => !known.has(item.id)).map((item) => ({ needs: [], ...item, order: next() }));
  return keep(fresh);
}

// Keep a piece of track in the place of its fixes, both at once.
export async function putTrack(item, fixes) {
  await keep(item ? [{ needs: [], ...item, order: next() }] : [], [], fixes);
}

function next() {
  last = Math.max(Date.now(), last + 1);
  return last;
}

// On the phone's disk; where that is full, new items stay as long as the page does, and what should go stays too: it is
// sent once more, which writes nothing twice.
async function keep(items, drop = [], fixes = []) {
  const ids = new Set(items.map((item) => item.id).concat(drop));
  homeless = homeless.filter((item) => !ids.has(item.id));
  try {
    await change({ put: { items }, drop: { items: drop, fixes } });
  } catch (problem) {
    if (problem.name !== "QuotaExceededError") throw problem;
    homeless = homeless.concat(items);
  }
  await read();
  if (told) told.postMessage("changed");
  return safe();
}

// Put the homeless where they survive, once there is room.
async function house() {
  if (!homeless.length) return;
  const items = homeless;
  homeless = [];
  await keep(items);
}

// The items that can't go without one: those that need it, and those that need them.
export function behind(id) {
  const found = new Set([id]);
  for (const item of waiting()) if (item.needs.some((need) => found.has(need))) found.add(item.id);
  found.delete(id);
  return waiting().filter((item) => found.has(item.id));
}

// Give an item up. A photo that is given up is taken out of the step that waits for it; what else needs it goes with it.
export async function drop(id) {
  const item = held.find((one) => one.id === id);
  if (!item) return;
  const gone = [id], kept = [];
  for (const other of behind(id)) {
    const photos = item.photo && other.body.photos ? other.body.photos.filter((photo) => photo !== item.photo) : null;
    if (photos) {
      const body = { ...other.body, photos };
      kept.push({ ...other, body, needs: other.needs.filter((need) => need !== id) });
    } else gone.push(other.id);
  }
  await keep(kept, gone);
}

// Try a refused item again, as it is or as something else.
export async function again(id, other = {}) {
  const item = held.find((one) => one.id === id);
  if (item) await keep([{ ...item, refused: undefined, ...other }]);
}

// Send what waits; gives whether anything arrived. Of several windows one sends.
export async function flush() {
  if (sending) return false;
  sending = true;
  try {
    if (!navigator.locks) return await flushAll();
    return await navigator.locks.request("wangge-send", { ifAvailable: true }, (lock) => (lock ? flushAll() : false));
  } finally {
    sending = false;
  }
}

// In order. A dead network ends it, and nothing is lost. What the service fails on waits for the next time and holds up
// nothing but what needs it. What is put meanwhile goes too.
async function flushAll() {
  let arrived = false;
  const failed = new Set();
  await read();
  try {
    for (let item; (item = ready(failed)); heard()) {
      const { ok, status, refused } = await post(item);
      shut = status === 401;
      if (ok) {
        failed.add(item.id); // once is enough, also where it can't be taken away
        if (SEEN.includes(item.kind)) await keep([{ ...item, sent: true }]);
        else await keep([], [item.id]);
        await house();
        arrived = true;
      } else if (refused) await keep([{ ...item, refused }]);
      else if (LATER.includes(status)) break;
      else failed.add(item.id);
    }
  } catch (problem) {
    if (!(problem instanceof TypeError) && problem.name !== "AbortError") throw problem;
    // no network: the next attempt comes by itself
  }
  return arrived;
}

function ready(failed) {
  const here = new Set(waiting().map((item) => item.id));
  return waiting().find((item) => !item.refused && !failed.has(item.id) && !item.needs.some((need) => here.has(need)));
}

// The answer and, where it is a refusal, its reason: the network's patience covers both.
async function post(item) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const headers = { "content-type": item.type || "application/json" };
  if (item.key) headers["idempotency-key"] = item.key;
  try {
    const body = item.type ? item.body : JSON.stringify(item.body);
    const answer = await fetch(item.address, { method: item.method, headers, body, signal: patience.signal });
    const waits = LATER.includes(answer.status) || answer.headers.has("retry-after") || answer.status >= 500;
    return { ok: answer.ok, status: answer.status, refused: answer.ok || waits ? undefined : await reason(answer) };
  } finally {
    clearTimeout(timer);
  }
}

async function reason(answer) {
  try {
    return (await answer.json()).detail || "没有写明原因";
  } catch (problem) {
    if (problem instanceof SyntaxError) return "服务回答 " + answer.status;
    throw problem; // it never came: no answer
  }
}
