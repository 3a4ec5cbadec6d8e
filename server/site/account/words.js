// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A problem document in the reader's own words, as the set-up page has it.

import { _, format, language } from "../shared/i18n.js";

// By field and code.
const fieldWords = () => ({
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
  current_password: {
    required: _("Enter your password."),
    too_short: _("Enter your password."),
  },
  code: {
    required: _("Enter the code."),
    too_short: _("Enter the code."),
  },
});

/** A moment, as people of the page's language write it. */
export function moment(time) {
  const shape = { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language(), shape).format(new Date(time));
}

function timeAfter({ until, retry_s: seconds }) {
  const shape = new Intl.DateTimeFormat(language(), { timeStyle: "medium" });
  return shape.format(until ? new Date(until) : Date.now() + 1000 * (Number(seconds) || 60));
}

// What the whole answer says, where no field is to blame.
function generalWords(problem, desk, view) {
  const { code, request_id: id } = problem;
  if (code === "no_answer") {
    const server = desk.host;
    return format(_("{server} did not answer. Check the address or your network."), { server });
  }
  if (code === "rate_limited") {
    const time = timeAfter(problem);
    return format(_("Too many tries. You can sign in again at {time}."), { time });
  }
  if (code === "wrong_credentials") return view.wrong?.() ?? problem.detail;
  if (code === "unauthenticated") return _("This sign-in has taken too long. Begin it again.");
  if (code === "unavailable") return _("The database is away for a moment. Try again.");
  if (code === "conflict") return problem.detail;
  if (id) return format(_("The server failed. Its log says more about request {id}."), { id });
  return _("The server failed. Its log says more.");
}

/** `{ fields: [{ field, text }], text }`: what each field needs, or what else is wrong. */
export function explain(problem, desk, view) {
  const words = fieldWords();
  const fields = (problem.errors ?? []).map(({ field, code, detail }) => ({
    field,
    text: words[field]?.[code] ?? detail,
  }));
  return fields.length ? { fields } : { fields, text: generalWords(problem, desk, view) };
}
