// Makes the pieces of a page; whatever was written by people becomes text, never HTML.
import { say } from "./words.js";

/** Makes an element: attributes by name, `on…` for what is done, and inside it elements or texts. */
export function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) { element.addEventListener(name.slice(2), value); }
    else if (value !== false && value !== undefined && value !== null) { element.setAttribute(name, value === true ? "" : value); }
  }
  element.append(...inside.flat().filter((each) => each !== null && each !== undefined && each !== false && each !== "" && each !== 0));
  return element;
}

export const heading = (words, size = "l") => make(size === "l" ? "h1" : "h2", { class: `govuk-heading-${size}` }, say(words));
export const text = (words, parts) => make("p", { class: "govuk-body" }, say(words, parts));
export const quiet = (...inside) => make("p", { class: "govuk-body-s mlm-quiet" }, ...inside);
export const link = (address, words) => make("a", { class: "govuk-link", href: address }, say(words));
export const back = () => make("a", { class: "govuk-back-link", href: "#" }, say("Back"));
export const words = (said) => make("p", { class: "mlm-words" }, said);

export function button(label, onclick, look = "") {
  return make("button", { class: `govuk-button ${look && `govuk-button--${look}`}`, type: onclick ? "button" : "submit", onclick }, say(label));
}

/** Gives a button that leads to another page of the app. */
export const leadTo = (address, label, look = "") =>
  make("a", { class: `govuk-button ${look && `govuk-button--${look}`}`, role: "button", draggable: "false", href: address }, say(label));

/** Gives a field with its label, hint, and what is wrong with it. */
export function field(name, label, control, { hint, wrong } = {}) {
  const told = [hint && `${name}-hint`, wrong && `${name}-error`].filter(Boolean).join(" ");
  control.id = name;
  control.name = name;
  if (told) { control.setAttribute("aria-describedby", told); }
  if (wrong) { control.setAttribute("aria-invalid", "true"); }
  return make("div", { class: `govuk-form-group ${wrong ? "govuk-form-group--error" : ""}` },
    make("label", { class: "govuk-label govuk-label--s", for: name }, say(label)),
    hint && make("div", { class: "govuk-hint", id: `${name}-hint` }, say(hint)),
    wrong && make("p", { class: "govuk-error-message", id: `${name}-error` }, say(wrong)),
    control);
}

export const line = (value = "", more = {}) => make("input", { class: "govuk-input", value, ...more });

export function area(value = "", rows = 6) {
  const control = make("textarea", { class: "govuk-textarea", rows });
  control.value = value;
  return control;
}

/** Gives a list to choose from: pairs of value and label, the labels as they are to be read. */
export function choice(pairs, value = "") {
  const control = make("select", { class: "govuk-select" }, pairs.map(([code, label]) => make("option", { value: code }, label)));
  control.value = value;
  return control;
}

/** Asks once more before something is lost. */
export function askAgain(summary, warning, label, onclick) {
  return make("details", { class: "govuk-details" },
    make("summary", { class: "govuk-details__summary" }, make("span", { class: "govuk-details__summary-text" }, say(summary))),
    make("div", { class: "govuk-details__text" }, text(warning), button(label, onclick, "warning")));
}

export const KEPT = "Kept on this phone. It is sent as soon as there is a connection.";

/** Lets a screen reader, and everybody else, hear of something that has just happened. */
export function tell(said) {
  document.getElementById("said").textContent = said;
}
