// The sheet on which a complaint is written, with or without a line.
import { KEPT, area, back, button, choice, field, heading, line, link, make, quiet, tell, text } from "./dom.js";
import { addPhoto, draft, finish, keepDraft, photosOf, removePhoto } from "./drafts.js";
import { sendAll } from "./letters.js";
import { councilsOf, lists, subjectsOf, wardsOf } from "./lists.js";
import { smaller } from "./photos.js";
import { say } from "./words.js";

const KINDS = ["complaint", "opinion", "suggestion", "enquiry", "praise"];
const MOST_PHOTOS = 3, HEAVIEST = 8 * 1024 * 1024, LONGEST = 4000;
const PICTURES = "image/jpeg,image/png,image/webp";

export async function writePage({ again, go }) {
  const sheet = await draft(), known = await lists(), { values } = sheet;
  const wrong = sheet.wrong || {};
  const form = make("form", { novalidate: true, oninput: () => collect(sheet, form), onchange: () => collect(sheet, form) });
  const wards = choice(wardsOf(known, values.council), values.ward);
  const councils = choice(councilsOf(known), values.council);
  councils.addEventListener("change", offerLists);
  form.append(
    field("kind", "What are you sending?", choice(KINDS.map((kind) => [kind, capital(say(kind))]), values.kind)),
    field("words", "What happened?", area(values.words), { hint: HINTS.words, wrong: wrong.words }),
    field("category", "What is it about?", choice(subjectsOf(known), values.category)),
    field("council", "In which council?", councils),
    field("ward", "In which ward?", wards),
    field("landmark", "Street and close to what?", line(values.landmark, { maxlength: 200 }), { hint: HINTS.landmark }),
    await photoField(sheet, again),
    field("phone", "Phone number", line(values.phone, { type: "tel", autocomplete: "tel", maxlength: 40 }), { hint: HINTS.phone }),
    field("name", "Name", line(values.name, { autocomplete: "name", maxlength: 120 }), { hint: "Only if you wish." }),
    button("Send"),
    quiet(say("Without a connection it is kept on this phone, and sends itself later.")),
    quiet(say(DATA), " ", link("/about/#data", "What happens with my data")));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(sheet, form, again, go); });
  return [back(), heading("Write a complaint"), text("It costs nothing, and you need not give your name. Somebody is in danger now? Call 112."), form];
}

/** Offers on the sheet what there is to choose from by now; what was chosen stays. */
export async function offerLists() {
  const known = await lists();
  const [subjects, councils, wards] = ["category", "council", "ward"].map((name) => document.getElementById(name));
  if (!councils) { return; }
  offer(subjects, subjectsOf(known));
  offer(councils, councilsOf(known));
  offer(wards, wardsOf(known, councils.value));
}

function offer(control, pairs) {
  const { value } = control;
  control.replaceChildren(...choice(pairs).children);
  control.value = pairs.some(([code]) => code === value) ? value : "";
}

const FULL = "This phone could not keep it. Free some space on it, or take photos out, and try again.";
const DATA = "Your words, number and name are kept by the region's office to settle this complaint, and used for nothing else. Who works on it reads them, and each reading is written down.";
const HINTS = {
  words: "Say what happened, when, and what you ask for. Do not write the names of children.",
  landmark: "A school, a market, a bus stop that people there know.",
  phone: "With it we can ask you and answer you by SMS. You need not give it.",
};

const capital = (word) => word[0].toUpperCase() + word.slice(1);

let typing = Promise.resolve();

function collect(sheet, form) {
  sheet.values = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  sheet.wrong = undefined;
  typing = keepDraft(sheet);
  return typing;
}

async function send(sheet, form, again, go) {
  const press = form.querySelector("button[type=submit]");
  if (press.disabled) { return; }
  press.disabled = true;
  try {
    await collect(sheet, form);
    sheet.wrong = wrongIn(sheet.values);
    if (sheet.wrong) { await keepDraft(sheet); await again(); document.getElementById("words").focus(); return; }
    await finish(sheet);
    go("", say(KEPT));
    sendAll(true);
  } catch {
    press.disabled = false;
    tell(say(FULL));
  }
}

function wrongIn({ words }) {
  if (!/[\p{L}\p{N}]/u.test(words)) { return { words: "Write what happened, in words." }; }
  if (words.length > LONGEST) { return { words: "This is too long: write less." }; }
  return undefined;
}

async function photoField(sheet, again) {
  const photos = await photosOf(sheet.key);
  const control = make("input", { class: "govuk-file-upload", type: "file", accept: PICTURES, multiple: true });
  control.addEventListener("change", (event) => { event.stopPropagation(); takeIn(sheet, control, photos.length, again); });
  const chosen = photos.map((photo) => make("li", {}, `${photo.name} (${Math.ceil(photo.blob.size / 1024)} KB) `,
    make("button", { class: "govuk-button govuk-button--secondary", type: "button", onclick: () => removePhoto(photo.id).then(again) },
      say("Take out"), make("span", { class: "govuk-visually-hidden" }, ` ${photo.name}`))));
  const space = photos.length < MOST_PHOTOS && field("photos", "Photos, at most three", control);
  return make("div", {}, space || text("Photos, at most three"), chosen.length && make("ul", { class: "govuk-list" }, chosen));
}

async function takeIn(sheet, control, already, again) {
  const files = [...control.files].slice(0, MOST_PHOTOS - already);
  let heavy = control.files.length > files.length;
  await typing;
  for (const file of files) {
    const light = await smaller(file);
    if (light.size > HEAVIEST || !PICTURES.includes(light.type || "?")) { heavy = true; continue; }
    await addPhoto(sheet.key, file.name, light).catch(() => { heavy = true; });
  }
  await keepDraft(sheet);
  if (heavy) { tell(say("Some photos were left out: at most three, JPEG, PNG or WebP, each at most 8 MB.")); }
  again();
}
