// The way an officer goes while the page is open: only after a plain yes, in pieces, never what was thrown away.
import { all, change, newId } from "/static/phone-data.js";
import * as outbox from "/static/outbox.js";
import * as position from "/static/position.js";

const APART_MS = 10000, ROUGH_M = 60, PIECE = 30; // thirty fixes: about five minutes
let officer = "", on = false, fixes = [], lastAt = 0, changed = () => {};

// Take up what a page that died left behind.
export async function open(whose, told) {
  officer = whose;
  changed = told;
  fixes = (await all("fixes")).sort((one, other) => one.at - other.at);
  await pack(true);
}

export const running = () => on;
export const unsent = () => fixes.length + outbox.waiting()
  .filter((item) => item.kind === "track").reduce((sum, item) => sum + item.body.fixes.length, 0);

export function start() {
  on = true;
  lastAt = 0;
  position.begin("track", take);
  changed();
}

export async function stop() {
  on = false;
  position.end("track");
  await pack(true);
  changed();
}

export async function throwAway() {
  on = false;
  position.end("track");
  const ids = outbox.waiting().filter((item) => item.kind === "track").map((item) => item.id);
  await change({ drop: { fixes: fixes.map((fix) => fix.id) } });
  fixes = [];
  for (const id of ids) await outbox.drop(id);
  changed();
}

async function take() {
  const spot = position.here();
  if (!on || !spot || spot.accuracy > ROUGH_M || spot.at - lastAt < APART_MS) return changed();
  lastAt = spot.at;
  const fix = { id: newId(), at: spot.at, lon: spot.lon, lat: spot.lat };
  fixes.push(fix);
  await change({ put: { fixes: [fix] } });
  if (fixes.length >= PIECE) await pack(false);
  changed();
}

// Make an item of the fixes; the last one begins the next piece, unless this is the end.
async function pack(end) {
  const piece = fixes.slice(), done = end || piece.length < 2 ? piece : piece.slice(0, -1), id = newId();
  const told = piece.map(({ at, lon, lat }) => ({ at: new Date(at).toISOString(), lon, lat }));
  const body = { id, officer, fixes: told };
  const item = { id, kind: "track", method: "POST", address: "/api/v1/tracks", name: "轨迹", body };
  fixes = fixes.filter((fix) => !done.includes(fix));
  await outbox.putTrack(piece.length < 2 ? null : item, done.map((fix) => fix.id));
}
