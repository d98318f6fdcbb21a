// What this phone keeps by itself, in the browser's own database.
const SHELVES = { letters: "key", photos: "id", cases: "reference", kept: "name" };
let opened;

function open() {
  opened ||= new Promise((done, fail) => {
    const asked = indexedDB.open("malalamiko", 1);
    asked.onupgradeneeded = () => {
      for (const [shelf, keyPath] of Object.entries(SHELVES)) { asked.result.createObjectStore(shelf, { keyPath }); }
    };
    asked.onerror = () => { opened = undefined; fail(asked.error); };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = undefined; };
      done(asked.result);
    };
  });
  return opened;
}

// All or nothing, and on the disk when it is done: a phone's battery ends at any moment.
async function dealing(mode, work) {
  const deal = (await open()).transaction(Object.keys(SHELVES), mode, { durability: "strict" });
  const ended = new Promise((done, fail) => {
    deal.oncomplete = done;
    deal.onabort = () => fail(deal.error);
  });
  const given = work((shelf) => deal.objectStore(shelf));
  await ended;
  return given && given.result;
}

export const get = (shelf, key) => dealing("readonly", (on) => on(shelf).get(key));
export const all = (shelf) => dealing("readonly", (on) => on(shelf).getAll());

/** Puts things on their shelves and takes others away, together: `{letters: [..]}`, `{kept: ["draft"]}`. */
export function putAll(things, gone = {}) {
  return dealing("readwrite", (on) => {
    for (const [shelf, each] of Object.entries(things)) { each.forEach((thing) => on(shelf).put(thing)); }
    for (const [shelf, keys] of Object.entries(gone)) { keys.forEach((key) => on(shelf).delete(key)); }
  });
}

/** Changes what is still there; what was forgotten meanwhile stays forgotten. Others are put only together with it. */
export function change(shelf, key, changes, others = {}) {
  return dealing("readwrite", (on) => {
    const found = on(shelf).get(key);
    found.onsuccess = () => {
      if (!found.result) { return; }
      on(shelf).put({ ...found.result, ...changes });
      for (const [other, each] of Object.entries(others)) { each.forEach((thing) => on(other).put(thing)); }
    };
  });
}

/** Gives a key that nobody guesses. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const keep = (name, value) => putAll({ kept: [{ name, value }] });
export const kept = async (name) => (await get("kept", name))?.value;

/** Forgets all that was written or learned on this phone, save the language. */
export async function forgetAll() {
  const language = await kept("language");
  await dealing("readwrite", (on) => { Object.keys(SHELVES).forEach((shelf) => on(shelf).clear()); });
  if (language) { await keep("language", language); }
}
