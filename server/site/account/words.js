// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A problem document in the words of somebody who signs in or keeps an account.

import { _, format, language } from "../shared/i18n.js";
import { accountWords, explainFields, failureWords, retryTime } from "../shared/problems.js";

// By field and code.
const fieldWords = () => ({
  ...accountWords(),
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

function generalWords(problem, desk, view) {
  const { code } = problem;
  if (code === "rate_limited") {
    const time = retryTime(problem);
    return format(_("Too many tries. You can sign in again at {time}."), { time });
  }
  if (code === "wrong_credentials") return view.wrong?.() ?? problem.detail;
  if (code === "unauthenticated") return _("This sign-in has taken too long. Begin it again.");
  if (code === "conflict") return problem.detail;
  return failureWords(problem, desk);
}

/** `{ fields: [{ field, text }], text }`: what each field needs, or what else is wrong. */
export function explain(problem, desk, view) {
  const fields = explainFields(problem, fieldWords());
  return fields.length ? { fields } : { fields, text: generalWords(problem, desk, view) };
}
