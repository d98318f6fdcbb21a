// The queue: what was written is sent by itself, oldest first, and once, however often the line breaks in between.
import { ask, asJSON, isAway, isForLater, proofOf, secondsToWait, why } from "./ask.js";
import { changed } from "./news.js";
import { sendPhoto } from "./photos.js";
import { all, change, get, putAll } from "./store.js";

const SOON = 15000, RARELY = 60 * 60 * 1000; // milliseconds between tries: twice as long each time
const MOST_CONFLICTS = 3;

/** Keeps what is finished until it is sent: the same key and the same bytes each time, so that it counts once. */
export async function post(letter, photos = [], gone = {}) {
  const waiting = { state: "queued", tries: 0, next_at: 0, not_before: 0, why: "", written_at: Date.now() };
  const pictures = photos.map((photo) => ({ ...photo, ...waiting, letter: letter.key }));
  await putAll({ letters: [{ ...waiting, ...letter }], photos: pictures }, gone);
  navigator.storage?.persist?.().catch(() => false);
  changed();
  await askToBeWoken();
}

/** Lets the browser wake the worker when the line returns, where it can. */
async function askToBeWoken() {
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.sync?.register("send").catch(() => undefined);
}

/** Sends all that is due; `hurried`, also what would wait a little longer. Gives how many still wait. */
export async function sendAll(hurried = false) {
  const work = () => sendDue((thing) => isOver(hurried ? thing.not_before : thing.next_at));
  const lock = { ifAvailable: true }; // whoever holds it is sending already
  await (navigator.locks ? navigator.locks.request("send", lock, (mine) => mine && work()) : work());
  return (await waiting()).length;
}

// A moment further away than we ever wait was said by a phone whose clock was wrong.
const isOver = (moment) => moment <= Date.now() || moment > Date.now() + 2 * RARELY;

/** Gives what waits to be sent. */
export async function waiting() {
  const letters = await all("letters");
  const refused = new Set(letters.filter((letter) => letter.state === "failed").map((letter) => letter.key));
  const photos = (await all("photos")).filter((photo) => !refused.has(photo.letter));
  return [...letters, ...photos].filter((thing) => thing.state === "queued");
}

async function sendDue(isDue) {
  if (navigator.onLine === false) { return; }
  for (const shelf of ["letters", "photos"]) {
    for (const thing of (await all(shelf)).filter((each) => each.state === "queued" && isDue(each)).sort(byAge)) {
      await (shelf === "letters" ? sendLetter(thing) : sendPicture(thing));
      changed();
      if (isAway()) { return; }
    }
  }
}

const byAge = (one, other) => one.written_at - other.written_at;

function sendLetter(letter) {
  return letter.reference ? sendMessage(letter) : sendComplaint(letter);
}

async function sendComplaint(letter) {
  const answer = await sent(letter, "/api/v1/complaints/");
  const { reference, written, secret } = answer.said;
  if (answer.status !== 201 || !reference) { return notSent("letters", letter, withoutMoment(letter, answer)); }
  // The words are with the office now: a phone may be lost or lent.
  const changes = { state: "sent", sent_at: Date.now(), case: reference, written, body: "", begins: "", draft: null, why: "" };
  await change("letters", letter.key, changes, { cases: [{ reference, written, secret }] });
}

// A phone whose clock is wrong says a moment that cannot be: then the service's own moment counts.
function withoutMoment(letter, answer) {
  const errors = answer.said.errors || [];
  if (answer.status !== 400 || errors.length !== 1 || errors[0].field !== "received_at") { return answer; }
  const { received_at: _moment, ...body } = JSON.parse(letter.body);
  letter.body = JSON.stringify(body);
  return { status: 0, headers: answer.headers, said: {} };
}

async function sendMessage(letter) {
  const known = await get("cases", letter.reference);
  const proof = await proofOf(letter.reference, known?.secret);
  const answer = await sent(letter, `/api/v1/complaints/${letter.reference}/messages/`, proof);
  if (answer.status !== 201 || !answer.said.reference) { return notSent("letters", letter, answer); }
  const seen = { seen: answer.said, tag: answer.headers.get("ETag"), looked_at: Date.now(), news: false };
  await change("letters", letter.key, { state: "sent", sent_at: Date.now(), body: "", begins: "", why: "" });
  await change("cases", letter.reference, seen);
}

function sent(letter, address, proof = {}) {
  const how = asJSON(letter.body);
  return ask(address, { ...how, headers: { ...how.headers, ...proof, "Idempotency-Key": letter.key } });
}

async function sendPicture(photo) {
  const letter = await get("letters", photo.letter);
  if (!letter?.case) { return; }
  const known = await get("cases", letter.case);
  const answer = await sendPhoto(photo, letter.case, await proofOf(letter.case, known?.secret));
  if (answer.status !== 201) { return notSent("photos", photo, answer); }
  await putAll({}, { photos: [photo.id] });
}

/** Says why, and when to try again; or that it cannot be taken as it is. */
function notSent(shelf, thing, answer) {
  const tries = thing.tries + 1, said = { tries, why: why(answer) };
  const again = isForLater(answer) || (answer.status === 409 && (isComplaint(thing) || tries < MOST_CONFLICTS));
  if (!again) { return change(shelf, keyOf(thing), { ...said, state: "failed" }); }
  const not_before = Date.now() + Math.min(secondsToWait(answer) * 1000, RARELY);
  const next_at = Math.max(not_before, Date.now() + pause(tries));
  return change(shelf, keyOf(thing), { ...said, next_at, not_before, ...(thing.body && { body: thing.body }) });
}

const isComplaint = (thing) => Boolean(thing.body) && !thing.reference;
const keyOf = (thing) => thing.key || thing.id;

// Some a little earlier, some later: after a broken mast all phones of a ward come back at once.
const pause = (tries) => Math.min(RARELY, SOON * 2 ** Math.min(tries, 12)) * (0.75 + Math.random() / 2);
