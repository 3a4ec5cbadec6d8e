// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The form. The server alone judges the values; its answer comes back as `trouble`, is listed in a
// summary that takes the focus, and stands beside each field.

import { h, svg } from "../shared/dom.js";
import { _ } from "../shared/i18n.js";

const PASSWORD_MIN = 8;
const EYE = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.500 12 18.500 2.500 12 2.500 12z";

const focusField = (name) => document.getElementById(name).focus();

/** What stands in the form. Spaces around a name or an address are slips of the hand. */
export function readForm(form) {
  const { code, name, email, password } = Object.fromEntries(new FormData(form));
  return { code: code.trim(), name: name.trim(), email: email.trim(), password };
}

/** The first field that is still to be filled. */
export function focusForm(values) {
  focusField(values.code ? "name" : "code");
}

function drawField({ name, label, hint, value, error, beside, ...more }) {
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

function drawEye(input) {
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

function drawPassword(field) {
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

function drawSummary({ fields, text }) {
  const links = fields.map(({ field, text }) => {
    const jump = (event) => {
      event.preventDefault();
      focusField(field);
    };
    return h("li", {}, h("a", { href: `#${field}`, onclick: jump }, text));
  });
  const title = h("h3", { id: "summary" }, _("No admin was made yet. What you typed is kept."));
  return h(
    "div",
    { class: "summary news", tabindex: "-1", role: "group", "aria-labelledby": "summary" },
    title,
    text && h("p", {}, text),
    links.length > 0 && h("ul", {}, links),
  );
}

/** The form with `values`, and with `trouble` as explain() gives it, or null. */
export function drawForm(values, trouble, submit) {
  const errors = new Map(trouble?.fields.map(({ field, text }) => [field, text]));
  const field = (name, label) => ({ name, label, value: values[name], error: errors.get(name) });
  return h(
    "form",
    { novalidate: true, onsubmit: submit },
    h("h2", {}, _("Make the First Admin")),
    trouble && drawSummary(trouble),
    drawField({
      ...field("code", _("Code")),
      hint: _("The server printed it when it started."),
      class: "code",
      dir: "ltr",
      autocomplete: "off",
      autocapitalize: "characters",
    }),
    drawField({ ...field("name", _("Your name")), autocomplete: "name" }),
    drawField({
      ...field("email", _("E-mail")),
      type: "email",
      dir: "ltr",
      autocomplete: "username",
    }),
    drawPassword(field),
    h("button", { class: "strong", type: "submit" }, _("Create Admin")),
  );
}
