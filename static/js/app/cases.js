// What this phone knows of complaints that were received: number, code, and how they stood when it last looked.
import { ask, isAway, isForLater, proofOf, why } from "./ask.js";
import { changed } from "./news.js";
import { all, change, get, keep, kept, putAll } from "./store.js";

const OFTEN = 60 * 1000, RARELY = 15 * 60 * 1000; // milliseconds between looks at an open page, and at all the others

export const caseWith = (reference) => get("cases", reference);

export async function cases() {
  return (await all("cases")).sort((one, other) => other.reference.localeCompare(one.reference));
}

/** Looks how a complaint stands; nothing is sent back when it is as before. Gives the answer. */
export async function look(known) {
  const headers = await proofOf(known.reference, known.secret);
  if (known.tag && known.seen) { headers["If-None-Match"] = known.tag; }
  const answer = await ask(`/api/v1/complaints/${known.reference}/`, { headers });
  if (answer.status !== 200 || !answer.said.reference) { await noteAnswer(known, answer); return answer; }
  const news = Boolean(known.seen) && (known.news || isNews(known.seen, answer.said));
  const seen = { seen: answer.said, tag: answer.headers.get("ETag"), looked_at: Date.now(), news, trouble: "" };
  await change("cases", known.reference, seen);
  changed();
  return answer;
}

async function noteAnswer(known, answer) {
  const trouble = answer.status === 304 || isForLater(answer) ? "" : why(answer);
  const looked = answer.status ? { looked_at: Date.now() } : {};
  await change("cases", known.reference, { ...looked, trouble });
  if (trouble !== (known.trouble || "")) { changed(); }
}

const isNews = (before, now) => before.state !== now.state || before.steps.length !== now.steps.length;

/** Looks at all that are open and were not looked at lately. */
export async function lookAtAll() {
  for (const known of await cases()) {
    if (isAway()) { return; }
    if (known.seen?.state !== "ended" && Date.now() - (known.looked_at || 0) > RARELY) { await look(known); }
  }
}

/** Looks at the one whose page is open, each minute at most. */
export async function lookAt(reference) {
  const known = await caseWith(reference);
  if (known && Date.now() - (known.looked_at || 0) > OFTEN) { await look(known); }
}

/** Opens a complaint by the code of its receipt; gives the answer. */
export async function openWith(reference, secret) {
  const answer = await ask(`/api/v1/complaints/${encodeURIComponent(reference)}/`, { headers: { "X-Complaint-Code": secret } });
  if (answer.status !== 200 || !answer.said.reference) { return answer; }
  const { reference: digits, written } = answer.said;
  const tag = answer.headers.get("ETag");
  await putAll({ cases: [{ reference: digits, written, secret, seen: answer.said, tag, looked_at: Date.now() }] });
  return answer;
}

/** Brings the complaints of the phone that was proved. */
export async function bringMine() {
  const token = await kept("token");
  if (!token) { return; }
  const answer = await ask("/api/v1/complaints/", { headers: { Authorization: `Bearer ${token}` } });
  if (answer.status === 401) { await keep("token", ""); }
  const known = new Set((await cases()).map((each) => each.reference));
  const fresh = (answer.said.complaints || []).filter((each) => !known.has(each.reference));
  await putAll({ cases: fresh.map(({ reference, written }) => ({ reference, written })) });
  for (const each of fresh) { await look(each); }
}
