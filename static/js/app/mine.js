// The complaints of this phone, and two ways to bring others: the receipt's code, or a code by SMS.
import { ask, asJSON, why } from "./ask.js";
import { bringMine, cases, lookAtAll, openWith } from "./cases.js";
import { back, button, field, heading, line, make, quiet, tell, text } from "./dom.js";
import { keep, kept } from "./store.js";
import { day, say } from "./words.js";

export async function minePage({ again, go }) {
  const known = await cases();
  lookAtAll();
  return [
    back(), heading("My complaints"),
    known.length ? make("ul", { class: "mlm-letters" }, known.map(card)) : text("This phone knows no complaint yet."),
    heading("Open a complaint with its receipt", "m"), receiptForm(go),
    heading("All complaints of my phone number", "m"), ...(await phoneForms(again)),
  ];
}

function card({ reference, written, seen, news }) {
  return make("li", { class: "mlm-letter" },
    make("p", { class: "govuk-body" },
      make("a", { class: "govuk-link mlm-reference", href: `#case/${reference}` }, written || reference),
      news && " ", news && make("strong", { class: "govuk-tag govuk-tag--yellow" }, say("News"))),
    seen && quiet(seen.state_says, seen.due_at && seen.due_says ? ` · ${seen.due_says} ${day(seen.due_at)}` : ""));
}

/** Makes a form that asks the service, says what it answers, and keeps what was typed. */
function asking(fields, label, send) {
  const said = make("p", { class: "govuk-error-message", role: "alert" });
  const form = make("form", { novalidate: true }, fields, said, button(label));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    const refused = await send(Object.fromEntries(new FormData(form)));
    if (refused) { said.textContent = say(refused); }
  });
  return form;
}

const DIGITS = { inputmode: "numeric", autocomplete: "off", maxlength: 40 };

function receiptForm(go) {
  const fields = [
    field("reference", "Number of the complaint", line("", DIGITS)),
    field("code", "Code of the receipt", line("", { autocomplete: "off", autocapitalize: "none", maxlength: 40 })),
  ];
  return asking(fields, "Open", async ({ reference, code }) => {
    if (!reference.trim() || !/^[\x20-\x7e]+$/.test(code)) { return "Give the number and the code of your receipt."; }
    const answer = await openWith(reference.trim(), code.trim());
    if (answer.status !== 200) { return why(answer); }
    go(`case/${answer.said.reference}`);
    return "";
  });
}

async function phoneForms(again) {
  if (await kept("token")) {
    return [text("This phone number is proved."), button("Bring them anew", () => bringMine().then(again), "secondary")];
  }
  const phone = await kept("phone");
  const asked = asking([field("phone", "Phone number", line(phone, { type: "tel", autocomplete: "tel", maxlength: 40 }))], "Send me a code",
    async (body) => {
      const answer = await ask("/api/v1/phones/", asJSON(JSON.stringify(body)));
      if (answer.status !== 202) { return why(answer); }
      await keep("phone", body.phone);
      tell(answer.said.detail);
      again();
      return "";
    });
  return phone ? [asked, codeForm(phone, again)] : [asked];
}

function codeForm(phone, again) {
  const code = field("sms-code", "The six digits that came by SMS", line("", { ...DIGITS, autocomplete: "one-time-code" }));
  return asking([code], "Prove my number", async (said) => {
    const answer = await ask("/api/v1/phones/verify/", asJSON(JSON.stringify({ phone, code: said["sms-code"].trim() })));
    if (answer.status !== 201) { return why(answer); }
    await keep("token", answer.said.token);
    await keep("phone", "");
    await bringMine();
    again();
    return "";
  });
}
