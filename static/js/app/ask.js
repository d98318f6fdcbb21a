// Asks the public API, and tells an answer of the service from a line that broke or somebody else's page.
import { changed } from "./news.js";
import { kept } from "./store.js";

let lost = false;

/** Says whether there is no line, as far as the browser knows or the last question has shown: a mast without a net looks like a line. */
export const isAway = () => navigator.onLine === false || lost;

function noteLine(reached) {
  if (lost === reached) { lost = !reached; changed(); }
}

const PATIENCE = 90000; // milliseconds: 2G needs some of them for 64 KB

/** Asks; gives status, headers and what was said. Status 0: no answer of the service came. */
export async function ask(address, { method = "GET", headers = {}, body } = {}) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), PATIENCE);
  const spoken = { "Accept-Language": (await kept("language")) || "sw" };
  const how = { method, body, credentials: "omit", cache: "no-store", signal: stop.signal };
  try {
    const answer = await fetch(address, { ...how, headers: { ...spoken, ...headers } });
    const said = await saidIn(answer);
    noteLine(true);
    return { status: answer.status, headers: answer.headers, said };
  } catch {
    noteLine(false);
    return { status: 0, headers: new Headers(), said: {} };
  } finally {
    clearTimeout(clock);
  }
}

async function saidIn(answer) {
  const text = await answer.text();
  const isOurs = /json/.test(answer.headers.get("Content-Type") || "");
  return isOurs ? JSON.parse(text) : {};
}

export const asJSON = (body) => ({ method: "POST", body, headers: { "Content-Type": "application/json" } });

/** Says whether to come again later: no line, a server that rests, or a page of somebody's between us and the service. */
export function isForLater({ status, said }) {
  return status < 400 || status >= 500 || [408, 425, 429].includes(status) || !said.detail;
}

/** Gives the words of a refusal. */
export function why({ status, said }) {
  if (status === 0) { return "There is no connection."; }
  const errors = (said.errors || []).map((error) => error.detail).join(" ");
  return errors || said.detail || "The service did not answer as it should.";
}

/** Gives how many seconds the service asks us to wait. */
export const secondsToWait = ({ headers }) => Number(headers.get("Retry-After")) || 0;

/** Gives the headers by which a case is opened: the code of its receipt, else the token of this phone. */
export async function proofOf(reference, secret) {
  if (secret) { return { "X-Complaint-Code": secret }; }
  const token = await kept("token");
  return token ? { Authorization: `Bearer ${token}` } : {};
}
