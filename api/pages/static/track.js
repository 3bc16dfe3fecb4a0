// The way an officer goes while the page is open: only after a plain yes, in pieces, never what was thrown away.
import { all, change, newId } from "/static/phone-data.js";
import * as outbox from "/static/outbox.js";
import * as position from "/static/position.js";

const APART_MS = 10000, ROUGH_M = 60, PIECE = 30; // thirty fixes: about five minutes
const LOCK = "wangge-track"; // of several windows one records
let me = null, officer = "", on = false, fixes = [], lastAt = 0, last = 0, release = () => {}, changed = () => {};

// Take up what a page that died left behind: it stays its own officer's, and waits for who recorded it. `whose` is who
// is in, as in the outbox; `officer` whose day it is.
export async function open(whose, itsOfficer, told) {
  [me, officer, changed] = [whose, itsOfficer, told];
  if (!(await hold())) return; // another window is recording
  const left = (await all("fixes")).sort((one, other) => one.order - other.order), ways = new Map();
  last = Math.max(0, ...left.map((fix) => fix.order));
  for (const fix of left) {
    const key = JSON.stringify([fix.owner.login, fix.owner.officer, fix.officer]);
    ways.set(key, [...(ways.get(key) || []), fix]);
  }
  for (const way of ways.values()) await outbox.putTrack(pieceOf(way), way.map((fix) => fix.id));
  release();
}

// Get the lock, until `release`; false where another window has it.
async function hold() {
  if (!navigator.locks) return true;
  return new Promise((got) => {
    navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      got(Boolean(lock));
      return lock ? new Promise((done) => { release = done; }) : null;
    });
  });
}

export const running = () => on;
export const unsent = () => fixes.length + outbox.waiting()
  .filter((item) => item.kind === "track").reduce((sum, item) => sum + item.body.fixes.length, 0);

// Gives whether it records: false where another window does.
export async function start() {
  if (on || !(await hold())) return on;
  on = true;
  lastAt = 0;
  position.begin("track", take);
  changed();
  return on;
}

export async function stop() {
  end();
  await pack(true);
  release();
  changed();
}

function end() {
  on = false;
  position.end("track");
}

export async function throwAway() {
  end();
  const ids = outbox.waiting().filter((item) => item.kind === "track").map((item) => item.id);
  await change({ drop: { fixes: fixes.map((fix) => fix.id) } });
  fixes = [];
  for (const id of ids) await outbox.drop(id);
  release();
  changed();
}

async function take() {
  const spot = position.here();
  if (!on || !spot || spot.accuracy > ROUGH_M || Math.abs(spot.at - lastAt) < APART_MS) return changed();
  lastAt = spot.at;
  last += 1; // in the order they were taken, whatever the phone's clock does
  const fix = { id: newId(), order: last, owner: me, officer, at: spot.at, lon: spot.lon, lat: spot.lat };
  fixes.push(fix);
  await change({ put: { fixes: [fix] } });
  if (fixes.length >= PIECE) await pack(false);
  changed();
}

// Make an item of the fixes; the last one begins the next piece, unless this is the end.
async function pack(end) {
  const piece = fixes.slice(), done = end || piece.length < 2 ? piece : piece.slice(0, -1);
  fixes = fixes.filter((fix) => !done.includes(fix));
  await outbox.putTrack(pieceOf(piece), done.map((fix) => fix.id));
}

// An item of fixes of one owner and officer; none of less than two.
function pieceOf(piece) {
  if (piece.length < 2) return null;
  const id = newId(), [first] = piece;
  const told = piece.map(({ at, lon, lat }) => ({ at: new Date(at).toISOString(), lon, lat }));
  const body = { id, officer: first.officer, fixes: told };
  return { id, kind: "track", method: "POST", address: "/api/v1/tracks", name: "轨迹", owner: first.owner, body };
}
