// What the phone keeps itself (IndexedDB): `items` wait for the office, `fixes` are a track's that is not packed yet.
const NAME = "wangge-phone", STORES = ["items", "fixes"];
let opened = null;

function base() {
  opened = opened || new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name, { keyPath: "id" }));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

export async function all(store) {
  const held = await base();
  return new Promise((resolve, reject) => {
    const asked = held.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// Rows to put and ids to take away, store by store, all or nothing; done when it stands on the phone's disk.
export async function change({ put = {}, drop = {} }) {
  const held = await base();
  return new Promise((resolve, reject) => {
    const one = held.transaction(STORES, "readwrite", { durability: "strict" });
    one.oncomplete = () => resolve();
    one.onabort = () => reject(one.error);
    one.onerror = () => {}; // an abort follows
    for (const [store, rows] of Object.entries(put)) rows.forEach((row) => one.objectStore(store).put(row));
    for (const [store, ids] of Object.entries(drop)) ids.forEach((id) => one.objectStore(store).delete(id));
  });
}

// What waits in this phone of who is in: `user` as the service tells of them.
export async function unsentOf(user) {
  const own = ({ owner, sent }) => !sent && (owner.login ? owner.login === user.login : owner.officer === user.officer);
  const tracks = (await all("fixes")).some(own) ? 1 : 0;
  return (await all("items")).filter(own).length + tracks;
}

// Forget the days that the phone keeps for want of a network (`phone-worker.js`). What is not sent yet stays.
export async function forgetDays() {
  if ("caches" in window) await caches.delete("wangge-days");
}

// Tell the phone's pages in other windows that nobody is in any more.
export function tellLeft() {
  if ("BroadcastChannel" in window) new BroadcastChannel("wangge-outbox").postMessage("left");
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "SJ" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Asks the browser not to clear this away when the phone runs short; how full it is (0 … 1), null where nobody knows.
export async function room() {
  if (!navigator.storage || !navigator.storage.estimate) return null;
  if (navigator.storage.persist) await navigator.storage.persist();
  const { usage, quota } = await navigator.storage.estimate();
  return quota ? usage / quota : null;
}
