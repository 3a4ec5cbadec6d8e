// SPDX-License-Identifier: MIT
//
// Problem documents in the reader's own words: what happened, what was kept, what to do. The
// server's own words are in the server's language, so they are for what nobody foresaw.

import { _, format, language } from "./i18n.js";

/** What the fields of an account need, by field and code. */
export const accountWords = () => ({
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

/** When somebody who tried too often can try again, as a clock shows it. */
export function retryTime({ until, retry_s: seconds }) {
  const shape = new Intl.DateTimeFormat(language(), { timeStyle: "medium" });
  return shape.format(until ? new Date(until) : Date.now() + 1000 * (Number(seconds) || 60));
}

/** What the whole answer says where neither a field nor whoever filled it in is to blame. */
export function failureWords({ code, request_id: id }, desk) {
  if (code === "no_answer") {
    const server = desk.host;
    return format(_("{server} did not answer. Check the address or your network."), { server });
  }
  if (code === "unavailable") return _("The database is away for a moment. Try again.");
  if (id) return format(_("The server failed. Its log says more about request {id}."), { id });
  return _("The server failed. Its log says more.");
}

/** What each field that is to blame needs, by `words`: `[{ field, text }]`. */
export function explainFields(problem, words) {
  return (problem.errors ?? []).map(({ field, code, detail }) => ({
    field,
    text: words[field]?.[code] ?? detail,
  }));
}
