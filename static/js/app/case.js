// One complaint: how it stands, what was said, and what its citizen may do now; read again and written to without a line too.
import { caseWith, lookAt } from "./cases.js";
import { KEPT, area, askAgain, back, button, field, heading, make, quiet, tell, text, words } from "./dom.js";
import { takeOut } from "./drafts.js";
import { post, sendAll } from "./letters.js";
import { all, change, newKey, putAll } from "./store.js";
import { day, dayAndHour, say } from "./words.js";

const ANSWERS = ["reply", "confirm", "dispute"];
const WARNS = { withdraw: "warning", dispute: "secondary", reopen: "secondary" };

export async function casePage({ argument: reference, again }) {
  const known = await caseWith(reference);
  if (!known) { return [back(), heading("My complaints"), text("This phone knows no such complaint.")]; }
  lookAt(reference);
  const { seen, looked_at, secret, trouble } = known;
  if (known.news) { await change("cases", reference, { news: false }); }
  return [
    back(), caption(known),
    trouble && make("div", { class: "govuk-inset-text" }, say(trouble)),
    seen ? standing(seen) : text("How it stands is shown when there is a connection."),
    ...(await unsent(reference, again)),
    ...(seen ? story(seen, again) : []),
    secret && heading("Your receipt", "m"),
    secret && text("Number: %(number)s. Code: %(code)s. Who has both opens this complaint.", { number: known.written, code: secret }),
    looked_at && quiet(say("As it stood: %(moment)s", { moment: dayAndHour(looked_at) })),
    askAgain("Take it off this phone", "You can open it again with its number and code, or with your phone number.", "Take it off this phone", () => takeOff(known)),
  ];
}

const caption = ({ written, reference }) => make("h1", { class: "govuk-heading-l" },
  make("span", { class: "govuk-caption-l" }, say("Your complaint")), " ", make("span", { class: "mlm-reference" }, written || reference));

function standing(seen) {
  const facts = [["It stands", seen.state_says], ["It is with", seen.office], [seen.due_says, seen.due_at && day(seen.due_at)]];
  return make("dl", { class: "govuk-summary-list" }, facts.filter(([label, fact]) => label && fact).map(([label, fact]) =>
    make("div", { class: "govuk-summary-list__row" },
      make("dt", { class: "govuk-summary-list__key" }, say(label)), make("dd", { class: "govuk-summary-list__value" }, fact))));
}

/** Shows what was said to the office and has not reached it. */
async function unsent(reference, again) {
  const letters = (await all("letters")).filter((letter) => letter.reference === reference && letter.state !== "sent");
  return letters.map((letter) => make("div", { class: "mlm-panel" },
    make("p", { class: "govuk-body" }, make("strong", { class: `govuk-tag govuk-tag--${letter.state === "failed" ? "red" : "yellow"}` },
      say(letter.state === "failed" ? "Not taken" : "Waits to be sent")), " ", letter.begins),
    letter.why && text(letter.why),
    askAgain("Take out", "It is then lost, unless it has already arrived.", "Take out", () => takeOut(letter).then(again))));
}

function story(seen, again) {
  const first = seen.asks ? seen.moves.filter(({ move }) => ANSWERS.includes(move)) : [];
  const more = seen.moves.filter((each) => !first.includes(each));
  return [
    seen.asks && make("section", { class: "mlm-panel", "aria-labelledby": "asks" },
      make("h2", { class: "govuk-heading-m", id: "asks" }, seen.asks), seen.said && words(seen.said),
      first.map((move) => moveForm(seen, move, again))),
    heading("What has happened", "m"), make("ol", { class: "mlm-steps" }, seen.steps.map(step)),
    seen.words && heading("What you wrote", "m"), seen.words && words(seen.words),
    ...more.map((move) => make("details", { class: "govuk-details" },
      make("summary", { class: "govuk-details__summary" }, make("span", { class: "govuk-details__summary-text" }, move.title || move.button)),
      make("div", { class: "govuk-details__text" }, moveForm(seen, move, again)))),
  ];
}

const step = ({ at, what, office, words: said }) => make("li", { class: "mlm-steps__step" },
  make("p", {}, make("strong", {}, what), office && ` · ${office}`),
  make("p", { class: "mlm-quiet" }, make("time", { datetime: at }, dayAndHour(at))),
  said && make("div", { class: "mlm-said mlm-said--citizen" }, said));

function moveForm(seen, { move, button: label, explains, words_label, words_needed }, again) {
  const control = words_label && area("", 4);
  const form = make("form", { novalidate: true },
    explains && make("p", { class: "govuk-body" }, explains),
    control && field(`words-${move}`, words_label, control), button(label, undefined, WARNS[move] || ""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = control ? control.value : "";
    if (words_needed && !/[\p{L}\p{N}]/u.test(said)) { tell(say("Write what happened, in words.")); return control.focus(); }
    form.querySelector("button").disabled = true;
    return write(seen.reference, move, said, label).then(again);
  });
  return form;
}

/** Hands a word to the office to the queue. */
async function write(reference, move, said, label) {
  const body = JSON.stringify({ move, words: said });
  await post({ key: newKey(), reference, body, begins: said.slice(0, 60) || label });
  tell(say(KEPT));
  sendAll(true);
}

async function takeOff({ reference }) {
  const theirs = (await all("letters")).filter((letter) => [letter.case, letter.reference].includes(reference));
  const keys = theirs.map((letter) => letter.key);
  const photos = (await all("photos")).filter((photo) => keys.includes(photo.letter)).map((photo) => photo.id);
  await putAll({}, { cases: [reference], letters: keys, photos });
  location.hash = "mine";
}
