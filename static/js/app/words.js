// Says everything in Swahili or English, with or without a line: an English sentence is its own key.
import { keep, kept } from "./store.js";

let language = "sw", swahili = {};

export const spoken = () => language;

/** Learns the sentences, and which language this phone speaks. */
export async function learn(address) {
  swahili = await (await fetch(address)).json();
  language = (await kept("language")) || document.documentElement.lang;
  sayAll();
}

export async function speak(other) {
  language = other;
  await keep("language", other);
  sayAll();
}

/** Gives a sentence in the language of this phone, with its parts filled in; what is no sentence of ours stays as it is. */
export function say(words, parts = {}) {
  const text = (language === "sw" && swahili[words]) || words;
  return text.replace(/%\((\w+)\)s/g, (_all, name) => parts[name] ?? "");
}

/** Says anew whatever stands on the page from the beginning. */
function sayAll() {
  document.documentElement.lang = language;
  document.querySelector(".govuk-skip-link").textContent = say("Skip to the main content");
  document.querySelectorAll("[data-say]").forEach((place) => { place.textContent = say(place.dataset.say, place.dataset); });
  document.querySelectorAll("[data-speak]").forEach((button) => {
    button.hidden = false;
    if (button.dataset.speak === language) { button.setAttribute("aria-current", "true"); } else { button.removeAttribute("aria-current"); }
  });
}

const HERE = { timeZone: "Africa/Dar_es_Salaam", day: "numeric", month: "long", year: "numeric" };
const HOUR = { hour: "2-digit", minute: "2-digit", hour12: false };
const written = (moment, how) => new Intl.DateTimeFormat(language === "sw" ? "sw-TZ" : "en-GB", how).format(new Date(moment));

export const day = (moment) => written(moment, HERE);
export const dayAndHour = (moment) => written(moment, { ...HERE, ...HOUR });
