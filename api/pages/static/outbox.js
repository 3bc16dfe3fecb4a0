// What was said on the way and is not yet in the office's book: it stays in the phone until the service has it.
// Every item has an id made here, so that sending it twice writes it once; `needs` names the items that go before it.
// Every item has an `owner`, who said it: the page of another neither sends it nor gives it up.
import { all, change } from "/static/phone-data.js";

const OLD_KEY = "wangge-outbox"; // where pages of before kept it
const SEEN = ["inspection", "skip", "step"]; // what shows on the page until the office tells of it
const LATER = [401, 408, 425, 429];
const PATIENCE_MS = 60000; // a network that says nothing is none; a photo takes its time
const told = "BroadcastChannel" in window ? new BroadcastChannel("wangge-outbox") : null;
let arrived = []; // what is wholly in the office's book since it was asked: `{ name, at }`
let held = [], homeless = [], sending = false, shut = false, heard = () => {}, last = 0, me = null;

// Reads what is kept; `changed` is called whenever another window changes it. `whose` is who is in: `{ login, officer,
// name }`, the login empty where nobody has an account.
export async function open(whose, changed) {
  me = whose;
  heard = changed;
  // somebody went out in another window: what is shown here is no longer for those who look
  if (told) told.onmessage = ({ data }) => (data === "left" && safe() ? leave() : read().then(heard));
  await adopt();
  await read();
}

export let isLeft = false; // nobody is asked about what stands in a form: it is not theirs who look

function leave() {
  isLeft = true;
  location.reload();
}

async function adopt() {
  const old = localStorage.getItem(OLD_KEY);
  if (!old) return;
  const kept = JSON.parse(old), officers = new Map(kept.map(({ body }) => [body.id, body.officer]));
  const items = kept.map((item, at) => {
    const visit = item.body.inspection_id, officer = item.body.officer || officers.get(visit) || "";
    const owner = { login: "", officer, name: officer };
    return { ...item, id: item.body.id, order: at, method: "POST", needs: visit ? [visit] : [], owner };
  });
  await change({ put: { items } });
  localStorage.removeItem(OLD_KEY);
}

async function read() {
  const kept = await all("items");
  kept.sort((one, other) => one.order - other.order);
  last = Math.max(last, ...kept.map((item) => item.order)); // also where the phone's clock was put back
  const away = new Set(homeless.map((item) => item.id));
  held = kept.filter((item) => !away.has(item.id)).concat(homeless);
}

// Whether something is of who is in. What was said before anybody had an account is the officer's.
export function isOwn({ owner }) {
  return owner.login ? owner.login === me.login : owner.officer === me.officer;
}

// What waits of the own, the first first; `refused` says why the service does not take an item.
export const waiting = () => said().filter((item) => !item.sent);

// What waits and may go by itself, put together as it was said: a visit with its hazards and photos is one group.
export function groups() {
  const found = new Map();
  for (const item of waiting().filter((one) => !one.refused)) found.set(groupOf(item), [...(found.get(groupOf(item)) || []), item]);
  return [...found.values()];
}

const groupOf = (item) => item.group || item.id;

export function takeArrived() {
  const all = arrived;
  arrived = [];
  return all;
}

// The same, and what arrived but is not yet in what the office told the phone.
export const said = () => held.filter(isOwn);
export const sent = () => said().filter((item) => item.sent).map((item) => item.id);

// Who else has something waiting in this phone, and how much: `{ owner, count }`.
export function ofOthers() {
  const found = new Map();
  for (const { owner } of held.filter((item) => !item.sent && !isOwn(item))) {
    const key = owner.login ? "@" + owner.login : owner.officer, one = found.get(key) || { owner, count: 0 };
    found.set(key, { owner, count: one.count + 1 });
  }
  return [...found.values()];
}
export const forget = (ids) => (ids.length ? keep([], ids) : null);

// Whether somebody has to come in (log in) before anything is taken.
export const shutOut = () => shut;

// Whether it survives that the page is closed.
export const safe = () => homeless.every((item) => item.sent);

// Keep items, in their order; gives whether the phone could. Where it can't they stay as long as the page does.
export async function put(...items) {
  const known = new Set(held.map((item) => item.id));
  const fresh = items.filter((item) => !known.has(item.id)).map((item) => ({ needs: [], group: items[0].id, ...item, owner: me, order: next() }));
  return keep(fresh);
}

// Keep a piece of track, which names its owner, in the place of its fixes, both at once.
export async function putTrack(item, fixes) {
  await keep(item ? [{ needs: [], ...item, order: next() }] : [], [], fixes);
}

function next() {
  last += 1;
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
  const item = said().find((one) => one.id === id);
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
  const item = said().find((one) => one.id === id);
  if (item) await keep([{ ...item, refused: undefined, ...other }]);
}

// Put another photo in the place of one that is refused; what waits for the one waits for the other then.
export async function instead(id, photo) {
  const item = said().find((one) => one.id === id);
  if (!item || item.photo === photo.id) return again(id);
  const links = new URLSearchParams(item.address.split("?")[1]);
  links.set("name", photo.name.slice(-200));
  const other = { photo: photo.id, type: photo.type, body: photo.body, refused: undefined, address: `/api/v1/photos/${photo.id}?${links}` };
  const fresh = { ...item, ...other, id: item.id.replace(item.photo, photo.id) };
  const swap = (all, one, by) => all.map((each) => (each === one ? by : each));
  const kept = behind(id).filter((one) => one.body.photos).map((one) => (
    { ...one, needs: swap(one.needs, id, fresh.id), body: { ...one.body, photos: swap(one.body.photos, item.photo, photo.id) } }));
  return keep([fresh, ...kept], [id]);
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
  let any = false;
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
        land(item);
        any = true;
      } else if (refused) await keep([{ ...item, refused }]);
      else if (LATER.includes(status)) break;
      else failed.add(item.id);
    }
  } catch (problem) {
    if (!(problem instanceof TypeError) && problem.name !== "AbortError") throw problem;
    // no network: the next attempt comes by itself
  }
  return any;
}

// Note what is there with all that was said together.
function land(item) {
  if (item.kind === "track" || waiting().some((one) => groupOf(one) === groupOf(item))) return;
  arrived.push({ name: item.name, at: Date.now() });
}

function ready(failed) {
  const here = new Set(waiting().map((item) => item.id));
  return waiting().find((item) => !item.refused && !failed.has(item.id) && !item.needs.some((need) => here.has(need)));
}

// The answer and, where it is a refusal, its reason: the network's patience covers both.
async function post(item) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  // another may have come in since in another window: the service refuses what would go under the wrong name
  const headers = { "content-type": item.type || "application/json", "x-wangge-login": encodeURIComponent(me.login) };
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
