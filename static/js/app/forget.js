// A phone that many use: everything is forgotten at one press.
import { ask } from "./ask.js";
import { back, button, heading, make, text } from "./dom.js";
import { waiting } from "./letters.js";
import { changed } from "./news.js";
import { forgetAll, kept } from "./store.js";
import { say } from "./words.js";

export async function forgetPage({ go }) {
  const unsent = (await waiting()).length;
  return [
    back(), heading("Forget everything on this phone"),
    text("What you wrote, your photos, the numbers and codes of your complaints and your phone's proof are taken off this phone. The office keeps what it has received."),
    text("Write down number and code first: without them, or your phone number, you cannot open a complaint again."),
    unsent > 0 && make("div", { class: "govuk-warning-text" },
      make("span", { class: "govuk-warning-text__icon", "aria-hidden": "true" }, "!"),
      make("strong", { class: "govuk-warning-text__text" },
      say("Not sent yet, and lost: %(number)s", { number: unsent }))),
    button("Forget everything", () => forget(go), "warning"),
  ];
}

async function forget(go) {
  const token = await kept("token");
  await forgetAll();
  changed();
  go("", say("Everything on this phone is forgotten."));
  if (token) { await ask("/api/v1/phones/token/", { method: "DELETE", headers: { Authorization: `Bearer ${token}` } }); }
}
