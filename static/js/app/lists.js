// Subjects, councils and wards to choose from, kept for when there is no line.
import { ask } from "./ask.js";
import { keep, kept } from "./store.js";
import { say, spoken } from "./words.js";

const A_DAY = 24 * 60 * 60 * 1000;
const NOTHING = { categories: [], councils: [], wards: {}, at: 0 };

export const lists = async () => (await kept("lists")) || NOTHING;

/** Brings them anew, once a day; whatever does not come stays as it was. */
export async function refreshLists() {
  const known = await lists();
  if (Date.now() - known.at < A_DAY && known.at <= Date.now()) { return; }
  const categories = await listed("/api/v1/categories/", "categories");
  const councils = await listed("/api/v1/offices/?level=halmashauri", "offices");
  if (!categories || !councils) { return; }
  const wards = {};
  for (const { code } of councils) {
    wards[code] = (await listed(`/api/v1/offices/?under=${code}&level=kata`, "offices"))?.map(office) || known.wards[code] || [];
  }
  await keep("lists", { at: Date.now(), categories: categories.map(subject), councils: councils.map(office), wards });
}

async function listed(address, name) {
  const { status, said } = await ask(address);
  return status === 200 ? said[name] : undefined;
}

const subject = ({ code, name_sw, name_en }) => ({ code, sw: name_sw, en: name_en });
const office = ({ code, short }) => ({ code, short });

const toChoose = (found) => [["", say("I do not know")], ...found];
const named = ({ code, short }) => [code, short];

export const subjectsOf = ({ categories }) =>
  toChoose(categories.map((each) => [each.code, each[spoken()]]).sort((one, other) => one[1].localeCompare(other[1])));
export const councilsOf = ({ councils }) => toChoose(councils.map(named));
export const wardsOf = ({ wards }, council) => toChoose((wards[council] || []).map(named));
