// What is known on the phone: the office's day, and what the phone has that the office does not yet.
import * as outbox from "/static/outbox.js";
import * as position from "/static/position.js";

export let day = null, since = null; // as the office told it last, and the moment
let tag = "";

// Ask the office for the day, if it is another than that known. Gives the answer, whose status and `x-kept` say more.
export async function ask(address, signal) {
  const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {}, signal });
  if (answer.status === 304) since = answer.headers.get("Date");
  if (answer.status === 200) await take(answer);
  return answer;
}

// Take the day that the phone keeps, where it keeps one.
export async function takeKept(address) {
  const held = "caches" in window && (await caches.match(address, { cacheName: "wangge-days", ignoreVary: true }));
  if (held && !day) await take(held, () => !day);
}

async function take(answer, wanted = () => true) {
  const told = await answer.json();
  if (wanted()) [day, tag, since] = [told, answer.headers.get("ETag") || "", answer.headers.get("Date")];
}

export const route = () => day.route;
export const who = () => ({ officer: route().officer, by: route().by, role: day.role });
export const placeOf = (id) => day.places.find((place) => place.id === id) || stopPlace(id);

function stopPlace(id) {
  const stop = route().stops.find((one) => one.place_id === id);
  return stop ? { ...stop, id, owes: [] } : { id, name: id, lon: null, lat: null, owes: [] };
}

export function stops() {
  const found = route().stops.map((stop) => ({ ...stop }));
  for (const { body, kind, refused: no, sent } of outbox.said()) {
    if (no || (kind !== "inspection" && kind !== "skip") || body.officer !== route().officer) continue;
    if (kind === "skip" && body.date !== route().date) continue;
    const stop = found.find((one) => one.place_id === body.place_id);
    if (!stop) continue;
    stop.waits = !sent;
    if (kind === "inspection") Object.assign(stop, { state: "visited", done_at: clock(body.at) });
    else if (stop.state !== "visited" && stop.state !== "by_other") {
      const gone = body.state === "skipped";
      Object.assign(stop, { state: gone ? "skipped" : "not_done", reason: body.reason, note: body.note });
    }
  }
  return found;
}

export function visited() {
  return new Set(outbox.said().filter((item) => item.kind === "inspection" && !item.refused).map((item) => item.body.place_id));
}

// Duties that an inspection by who is in meets; of a day that was kept before the office told them apart, all.
export const owed = (place) => place.owes.filter((one) => one.own !== false);
export const isLate = (place) => owed(place).some((one) => one.state === "overdue");

// Places that owe something and were not visited meanwhile, or those that are looked for; the nearest first where the
// phone knows where it is.
export function due(wanted) {
  const gone = visited(), spot = position.here();
  const named = (place) => [place.name, place.address, place.id].some((text) => text && text.includes(wanted));
  const owing = day.places.filter((place) => (wanted ? named(place) : owed(place).length && !gone.has(place.id)));
  if (!spot) return owing;
  const far = (place) => (place.lon === null ? Infinity : position.metres(spot, place));
  return owing.map((place) => ({ ...place, far: far(place) })).sort((one, other) => one.far - other.far);
}

export function rechecks() {
  const done = new Map(outbox.said().filter((item) => item.kind === "step" && !item.refused).map((item) => [item.hazard, item]));
  return day.hazards.map((hazard) => {
    const step = done.get(hazard.id);
    return { ...hazard, recheck: hazard.recheck && !step, done: step && (step.sent ? "已复查" : "已复查，还没上传") };
  });
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}
