// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A problem document in the words of somebody who sets up a server.

import { _, format } from "../shared/i18n.js";
import { accountWords, explainFields, failureWords, retryTime } from "../shared/problems.js";

const otherCode = () =>
  _("This is not the code that the server printed last. Restart the server for a fresh one.");

// By field and code.
const fieldWords = () => ({
  ...accountWords(),
  code: {
    required: _("Enter the code that the server printed."),
    too_short: _("Enter the code that the server printed."),
    too_long: otherCode(),
    not_allowed: otherCode(),
  },
});

function generalWords(problem, desk) {
  if (problem.code !== "rate_limited") return failureWords(problem, desk);
  return format(_("Too many tries. You can try again at {time}."), { time: retryTime(problem) });
}

/** `{ fields: [{ field, text }], text }`: what each field needs, or what else is wrong. */
export function explain(problem, desk) {
  if (problem.code === "wrong_credentials")
    return { fields: [{ field: "code", text: otherCode() }] };
  const fields = explainFields(problem, fieldWords());
  return fields.length ? { fields } : { fields, text: generalWords(problem, desk) };
}
