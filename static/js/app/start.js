// Starts the app: words, the page that the address names, the queue, and the worker that lets it open without a line.
import { lookAt, lookAtAll } from "./cases.js";
import { casePage } from "./case.js";
import { tell } from "./dom.js";
import { forgetPage } from "./forget.js";
import { homePage } from "./home.js";
import { watchForOffer } from "./install.js";
import { sendAll } from "./letters.js";
import { refreshLists } from "./lists.js";
import { minePage } from "./mine.js";
import { whenChanged } from "./news.js";
import { learn, say, speak } from "./words.js";
import { offerLists, writePage } from "./write.js";

const PAGES = new Map([["", homePage], ["write", writePage], ["mine", minePage], ["case", casePage], ["forget", forgetPage]]);
const TICK = 30000; // milliseconds between looks whether something is due
const main = document.getElementById("page");
let latest = 0, current = ["", ""], about = "", turning = false;

async function show(moved) {
  const [name, argument = ""] = location.hash.slice(1).split("/");
  if (PAGES.has(name)) { current = [name, argument]; } // anything else is a link within the page
  turning ||= moved;
  const mine = ++latest;
  const pieces = await PAGES.get(current[0])({ argument: current[1], again: () => show(false), go });
  if (mine !== latest) { return; }
  main.replaceChildren(...pieces.filter(Boolean));
  document.title = `${main.querySelector("h1").textContent} – ${say("Malalamiko")}`;
  if (turning) { turning = false; focusHeading(); }
}

/** Leads to another page of the app, and says there what has just happened. */
function go(name, said = "") {
  about = said;
  if (location.hash.slice(1) === name) { turn(); } else { location.hash = name; }
}

async function turn() {
  if (location.hash.slice(1) === "main") { return; }
  const said = about;
  about = "";
  tell(said);
  await show(true);
}

function focusHeading() {
  const first = main.querySelector("h1");
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Shows anew what has changed behind the page, but never while somebody is writing on it; a page that is only coming may have read too early. */
function showUnlessWriting() {
  if (turning) { show(false); return; }
  const writes = current[0] === "write" || main.querySelector("textarea:focus, input:focus, details[open]") || typed();
  if (!writes) { show(false); }
}

const typed = () => [...main.querySelectorAll("textarea, input:not([type=file])")].some((control) => control.value !== control.defaultValue);

async function online(hurried) {
  if (navigator.onLine === false) { return; }
  await sendAll(hurried);
  if (document.visibilityState === "visible") { await lookAround(); }
}

async function lookAround() {
  if (current[0] === "case") { await lookAt(current[1]); }
  await lookAtAll();
}

async function bringLists() {
  await refreshLists();
  if (current[0] === "write") { await offerLists(); }
}

function watch() {
  addEventListener("hashchange", turn);
  addEventListener("online", () => { showUnlessWriting(); online(true); bringLists(); });
  addEventListener("offline", showUnlessWriting);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { online(false); } });
  document.querySelectorAll("[data-speak]").forEach((button) => {
    button.addEventListener("click", () => speak(button.dataset.speak).then(() => show(false)));
  });
  whenChanged(showUnlessWriting);
  setInterval(() => { online(false); }, TICK);
}

async function start() {
  watchForOffer();
  await learn(document.documentElement.querySelector("[data-words]").dataset.words);
  await show(false);
  watch();
  // The worker fetches the shell after the page itself is there: on a slow line both at once would be late.
  await navigator.serviceWorker?.register("/sw.js", { scope: "/app/", type: "module" }).catch(() => undefined);
  await online(true);
  await bringLists();
}

start();
