// What is being written: kept with every letter typed, so that a call or an empty battery takes nothing away.
import { post } from "./letters.js";
import { all, get, keep, kept, newKey, putAll } from "./store.js";
import { spoken } from "./words.js";

const NAMES = ["kind", "category", "phone", "name"];
const LONGEST_BEGINNING = 60;

/** Gives what was begun, or an empty sheet; its key stays with it whatever happens, so that it is taken once. */
export async function draft() {
  return (await kept("draft")) || { key: newKey(), values: { kind: "complaint" } };
}

export const hasDraft = async () => Boolean(await kept("draft"));
export const keepDraft = (sheet) => keep("draft", sheet);

export const photosOf = async (key) => (await all("photos")).filter((photo) => photo.letter === key);

export function addPhoto(key, name, blob) {
  return putAll({ photos: [{ id: newKey(), letter: key, name, blob, state: "draft" }] });
}

export const removePhoto = (id) => putAll({}, { photos: [id] });

/** Hands what was written to the queue; from now on its bytes are fixed. A second window with the same sheet makes another one. */
export async function finish({ key: begun, values, written_at }) {
  const key = (await get("letters", begun)) ? newKey() : begun;
  const moment = new Date(written_at || Date.now());
  const body = JSON.stringify(bodyOf(values, moment));
  const begins = beginning(values);
  await post({ key, body, begins, draft: values, written_at: moment.getTime() }, await photosOf(key), { kept: ["draft"] });
}

const beginning = (values) => (values.words || "").slice(0, LONGEST_BEGINNING);

function bodyOf(values, moment) {
  const body = { words: values.words, language: spoken(), received_at: moment.toISOString() };
  NAMES.filter((name) => values[name]).forEach((name) => { body[name] = values[name]; });
  if (values.ward || values.council) { body.place = values.ward || values.council; }
  if (values.landmark) { body.place_words = values.landmark; }
  return body;
}

/** Takes a letter that was refused back onto the sheet, with its key and photos; what lay there waits in its place. */
export async function takeBack(letter) {
  const other = await kept("draft");
  const letters = other && other.key !== letter.key ? [unfinished(other)] : [];
  const photos = (await photosOf(letter.key)).map((photo) => ({ ...photo, state: "draft" }));
  const sheet = { key: letter.key, values: letter.draft, written_at: letter.written_at };
  await putAll({ kept: [{ name: "draft", value: sheet }], photos, letters }, { letters: [letter.key] });
}

const unfinished = ({ key, values, written_at }) => ({
  key, state: "failed", why: "You had not finished this one.", tries: 0, begins: beginning(values), draft: values,
  written_at: written_at || Date.now(),
});

/** Takes a letter out of the queue, and its photos. */
export async function takeOut(letter) {
  await putAll({}, { letters: [letter.key], photos: (await photosOf(letter.key)).map((photo) => photo.id) });
}
