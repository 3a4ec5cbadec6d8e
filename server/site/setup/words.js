// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A problem document in the reader's own words: what happened, what was kept, what to do. The
// server's own words are in the server's language, so they are for what nobody foresaw.

import { _, format, language } from "../shared/i18n.js";

const otherCode = () =>
  _("This is not the code that the server printed last. Restart the server for a fresh one.");

// By field and code.
const fieldWords = () => ({
  code: {
    required: _("Enter the code that the server printed."),
    too_short: _("Enter the code that the server printed."),
    too_long: otherCode(),
    not_allowed: otherCode(),
  },
  name: {
    required: _("Enter your name."),
    too_short: _("Enter your name."),
    too_long: _("Keep your name within 200 characters."),
  },
  email: {
    required: _("Enter your e-mail address."),
    too_short: _("Enter your e-mail address."),
    bad_format: _("Write the e-mail address like name@example.com."),
    taken: _("Somebody has this e-mail address already."),
  },
  password: {
    required: _("Choose a password of at least 8 characters."),
    too_short: _("Choose a password of at least 8 characters."),
    too_long: _("Keep the password within 200 characters."),
    weak: _("This password is among those that are guessed first. A sentence is better."),
  },
});

function timeIn(seconds) {
  const shape = new Intl.DateTimeFormat(language(), { timeStyle: "medium" });
  return shape.format(Date.now() + 1000 * (Number(seconds) || 60));
}

function generalWords({ code, retry_s: seconds, request_id: id }, desk) {
  if (code === "no_answer") {
    const server = desk.host;
    return format(_("{server} did not answer. Check the address or your network."), { server });
  }
  if (code === "rate_limited")
    return format(_("Too many tries. You can try again at {time}."), { time: timeIn(seconds) });
  if (code === "unavailable") return _("The database is away for a moment. Try again.");
  if (id) return format(_("The server failed. Its log says more about request {id}."), { id });
  return _("The server failed. Its log says more.");
}

/** `{ fields: [{ field, text }], text }`: what each field needs, or what else is wrong. */
export function explain(problem, desk) {
  if (problem.code === "wrong_credentials")
    return { fields: [{ field: "code", text: otherCode() }] };
  const words = fieldWords();
  const fields = (problem.errors ?? []).map(({ field, code, detail }) => ({
    field,
    text: words[field]?.[code] ?? detail,
  }));
  return fields.length ? { fields } : { fields, text: generalWords(problem, desk) };
}
