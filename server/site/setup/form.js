// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The form. The server alone judges the values; its answer comes back as `trouble`, is listed in a
// summary that takes the focus, and stands beside each field.

import { h } from "../shared/dom.js";
import { drawField, drawNewPassword, drawSummary, focusField } from "../shared/fields.js";
import { _ } from "../shared/i18n.js";

/** What stands in the form. Spaces around a name or an address are slips of the hand. */
export function readForm(form) {
  const { code, name, email, password } = Object.fromEntries(new FormData(form));
  return { code: code.trim(), name: name.trim(), email: email.trim(), password };
}

/** The first field that is still to be filled. */
export function focusForm(values) {
  focusField(values.code ? "name" : "code");
}

/** The form with `values`, and with `trouble` as explain() gives it, or null. */
export function drawForm(values, trouble, submit) {
  const errors = new Map(trouble?.fields.map(({ field, text }) => [field, text]));
  const field = (name, label) => ({ name, label, value: values[name], error: errors.get(name) });
  return h(
    "form",
    { novalidate: true, onsubmit: submit },
    h("h2", {}, _("Make the First Admin")),
    trouble && drawSummary(trouble, _("No admin was made yet. What you typed is kept.")),
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
    drawNewPassword(field),
    h("button", { class: "strong", type: "submit" }, _("Create Admin")),
  );
}
