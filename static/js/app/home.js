// The first page: what waits, what was sent, what was refused and why.
import { isAway } from "./ask.js";
import { KEPT, askAgain, button, heading, leadTo, link, make, quiet, tell, text } from "./dom.js";
import { hasDraft, photosOf, takeBack, takeOut } from "./drafts.js";
import { installing } from "./install.js";
import { sendAll } from "./letters.js";
import { all } from "./store.js";
import { dayAndHour, say } from "./words.js";

const LOOKS = { queued: ["Waits to be sent", "yellow"], sent: ["Sent", "green"], failed: ["Not taken", "red"] };

export async function homePage({ again, go }) {
  const letters = (await all("letters")).sort((one, other) => other.written_at - one.written_at);
  const waits = letters.some((letter) => letter.state === "queued");
  tellOfArrival(letters, waits);
  const cards = await Promise.all(letters.map((letter) => card(letter, again, go)));
  return [
    heading("Complaints on this phone"),
    isAway() && make("div", { class: "govuk-inset-text" }, say("There is no connection. You can write all the same: it is kept here, and sends itself later.")),
    make("div", { class: "govuk-button-group" },
      leadTo("#write", (await hasDraft()) ? "Go on with what you began" : "Write a complaint"),
      leadTo("#mine", "My complaints", "secondary"), installing()),
    letters.length ? make("ul", { class: "mlm-letters" }, cards) : text("Nothing has been written on this phone yet."),
    waits && button("Send now", () => sendAll(true), "secondary"),
    make("ul", { class: "govuk-list" }, make("li", {}, link("#forget", "Forget everything on this phone"))),
  ];
}

async function card(letter, again, go) {
  const [label, colour] = LOOKS[letter.state], photos = await photosOf(letter.key);
  return make("li", { class: "mlm-letter", "data-state": letter.state },
    make("p", { class: "govuk-body" }, make("strong", { class: `govuk-tag govuk-tag--${colour}` }, say(label)), make("br"), title(letter)),
    letter.state !== "sent" && letter.why && make("p", { class: "govuk-body" }, say(letter.why)),
    letter.tries > 0 && letter.state === "queued" && quiet(say("Next try: %(moment)s", { moment: dayAndHour(letter.next_at) })),
    quiet(say("Written: %(moment)s", { moment: dayAndHour(letter.written_at) })),
    photos.map((photo) => photoLine(letter, photo)),
    letter.state === "failed" && letter.draft && button("Change it and send again", () => takeBack(letter).then(() => go("write"))),
    letter.state !== "sent" && askAgain("Take out", "It is then lost, unless it has already arrived.", "Take out", () => takeOut(letter).then(again)));
}

/** Once all has gone, no longer says that it waits. */
function tellOfArrival([newest], waits) {
  const told = document.getElementById("said").textContent;
  if (waits || newest?.state !== "sent" || !newest.case || told !== say(KEPT)) { return; }
  tell(say("We have received it. Its number: %(number)s", { number: newest.written }));
}

function title(letter) {
  const reference = letter.case || letter.reference;
  if (!reference) { return `“${letter.begins}”`; }
  return make("a", { class: "govuk-link mlm-reference", href: `#case/${reference}` }, letter.written || reference);
}

function photoLine(letter, photo) {
  const says = photo.state === "failed" ? photo.why : "Photo, not sent yet";
  return quiet(`${photo.name}: `, say(says));
}
