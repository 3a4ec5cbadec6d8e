// SPDX-License-Identifier: MIT
//
// Sentences and times that several views need, in the reader's language.

import { _, format, language, ngettext } from "../../shared/i18n.js";

const MINUTE_S = 60;

const CLOCK = { hour: "numeric", minute: "2-digit" };
const DAY = { weekday: "long", day: "numeric", month: "long" };

function write(at, shape) {
  return new Intl.DateTimeFormat(language(), shape).format(new Date(at));
}

/** "14:02", as the reader's language writes it. */
export function clock(at) {
  return write(at, CLOCK);
}

/** "Today", "Yesterday" or the date. */
export function day(at) {
  const then = new Date(at);
  const now = new Date();
  const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(then)) / 86400000);
  if (days === 0) return _("Today");
  if (days === 1) return _("Yesterday");
  const year = then.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return write(at, { ...DAY, year });
}

/** Until when nobody is there, by the visitor's clock; far ahead, an hour alone does not say it. */
export function closedUntil(at) {
  const time = write(at, { ...(new Date(at) - Date.now() > 72e6 && DAY), ...CLOCK });
  return format(_("Closed until {time}. Leave a message and we will answer by e-mail."), { time });
}

/** The place in the queue and the wait, as one spoken line. */
export function placeInQueue({ place, wait_low_s, wait_high_s, next_open_at }) {
  if (next_open_at) return closedUntil(next_open_at);
  const a = Math.max(1, Math.floor(wait_low_s / MINUTE_S));
  const b = Math.ceil(wait_high_s / MINUTE_S);
  const values = { n: place, a, b };
  // TRANSLATORS: {n} is the visitor's place in the queue, {a} and {b} are minutes.
  if (wait_high_s == null) return format(_("You are number {n}."), values);
  if (b <= 1) return format(_("You are number {n}. It takes less than a minute."), values);
  if (a >= b) return format(_("You are number {n}. It takes about {b} minutes."), values);
  return format(_("You are number {n}. It takes about {a} to {b} minutes."), values);
}

/** "Online", "Away" or "Offline". */
export function presenceWord(presence) {
  if (presence === "online") return _("Online");
  return presence === "away" ? _("Away") : _("Offline");
}

export function newMessages(n) {
  return format(ngettext("{n} new message", "{n} new messages", n), { n });
}

/** A system line. `before` is who had the chat until then, or null. */
export function systemLine({ body, data }, before) {
  const name = data?.name;
  switch (body) {
    case "assigned":
      return before && before !== name
        ? format(_("{name} is taking over from {before} and can see this chat."), { name, before })
        : format(_("{name} is here and can help you now."), { name });
    case "returned":
      // TRANSLATORS: the agent left; the chat waits for another one.
      return _("You are back in the queue and keep your place.");
    case "reminded":
      return _("Is this solved?");
    case "warned":
      return format(
        ngettext(
          "Still there? This chat closes in {minutes} minute.",
          "Still there? This chat closes in {minutes} minutes.",
          data.minutes,
        ),
        data,
      );
    case "resolved":
      return _("Marked as solved");
    case "closed":
      return _("Chat closed");
    case "reopened":
      return _("Reopened");
    case "merged":
      // TRANSLATORS: {number} is a ticket's, as in TKT-000042.
      return format(_("{number} goes on here."), { number: data?.ticket_number });
    default:
      return null;
  }
}
