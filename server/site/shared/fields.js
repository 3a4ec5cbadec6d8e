// SPDX-License-Identifier: MIT
//
// Parts of the forms in our own pages. The server alone judges values; what it says is listed in a
// summary that takes the focus, and stands beside each field.

import { h, svg } from "./dom.js";
import { _ } from "./i18n.js";

const PASSWORD_MIN = 8;
const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.500 12 18.500 2.500 12 2.500 12z";

export const focusField = (name) => document.getElementById(name).focus();

/** A label with its input; `beside` draws what stands in the box with it. */
export function drawField({ name, label, hint, value, error, beside, ...more }) {
  const told = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  const input = h("input", {
    id: name,
    name,
    value: value ?? "",
    required: true,
    spellcheck: "false",
    "aria-invalid": String(Boolean(error)),
    "aria-describedby": told || null,
    ...more,
  });
  return h(
    "div",
    { class: error ? "field wrong" : "field" },
    h("label", { for: name }, label),
    h("div", { class: "box" }, input, beside?.(input)),
    error && h("p", { class: "error", id: `${name}-error` }, error),
    hint && h("p", { class: "hint", id: `${name}-hint` }, hint),
  );
}

/** The button that shows what stands in a password field. */
export function drawEye(input) {
  const lid = svg("path", { class: "lid", d: "M4 4l16 16" });
  const pupil = svg("circle", { cx: 12, cy: 12, r: 3 });
  const picture = { viewBox: "0 0 24 24", "aria-hidden": "true" };
  const eye = svg("svg", picture, svg("path", { d: EYE }), pupil, lid);
  const toggle = (event) => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    event.currentTarget.setAttribute("aria-pressed", shown);
  };
  const name = _("Show Password");
  const button = { class: "eye", type: "button", "aria-pressed": "false", onclick: toggle };
  return h("button", { ...button, "aria-label": name, title: name }, eye);
}

/** A field for a password that is being chosen; `field` says what stands in it. */
export function drawNewPassword(field) {
  const isLong = (input) => [...input.value].length >= PASSWORD_MIN;
  const node = drawField({
    ...field("password", _("Password")),
    hint: _("8 to 200 characters. A sentence is easy to keep in mind."),
    type: "password",
    autocomplete: "new-password",
    beside: drawEye,
    oninput: ({ target }) => node.classList.toggle("met", isLong(target)),
  });
  node.classList.toggle("met", isLong(node.querySelector("input")));
  return node;
}

/** What went wrong, as words.js explains it, under a title. */
export function drawSummary({ fields, text }, title) {
  const links = fields.map(({ field, text }) => {
    const jump = (event) => {
      event.preventDefault();
      focusField(field);
    };
    return h("li", {}, h("a", { href: `#${field}`, onclick: jump }, text));
  });
  return h(
    "div",
    { class: "summary news", tabindex: "-1", role: "group", "aria-labelledby": "summary" },
    h("h3", { id: "summary" }, title),
    text && h("p", {}, text),
    links.length > 0 && h("ul", {}, links),
  );
}
