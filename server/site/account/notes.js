// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What the page says when there is nothing to fill in: something is done, or cannot be.

import { drawCopy } from "../shared/copy.js";
import { h } from "../shared/dom.js";
import { _, format } from "../shared/i18n.js";
import { explain } from "./words.js";

function drawNote(mark, title, ...rest) {
  return h("div", { class: "outcome" }, drawTitle(mark, title), rest);
}

function drawTitle(mark, text) {
  return h("h2", { class: `news ${mark}`, tabindex: "-1" }, text);
}

export function drawLink(go, view, text) {
  const follow = (event) => {
    event.preventDefault();
    go(view);
  };
  return h("a", { href: "#", onclick: follow }, text);
}

export const notes = {
  joined: ({ user }, desk, go) =>
    drawNote(
      "good",
      format(_("Welcome, {name}"), { name: user.name }),
      h("p", {}, format(_("You sign in as {email}, with the password that you chose."), user)),
      h("p", {}, _("The agent app asks for this server’s address:")),
      drawCopy(desk.href.replace(/\/$/, ""), _("Copy Address")),
      h("p", {}, drawLink(go, "home", _("Your Account"))),
    ),

  ended: (data, desk, go) =>
    drawNote(
      "taken",
      _("This link is not good any more"),
      h("p", {}, _("It was used, taken back, or has ended. Nothing was changed now.")),
      h("p", {}, _("Ask who invited you for another one, or choose another password below.")),
      h("p", { class: "others" }, [
        drawLink(go, "signIn", _("Sign In")),
        drawLink(go, "forgotten", _("Forgot the password?")),
      ]),
    ),

  sent: ({ email }, desk, go) =>
    drawNote(
      "good",
      _("Look into your mail"),
      h("p", {}, format(_("If {email} has an account here, a link is under way."), { email })),
      h("p", {}, _("It is good for half an hour, and once.")),
      h("p", {}, drawLink(go, "signIn", _("Sign In"))),
    ),

  changed: (data, desk, go) =>
    drawNote(
      "good",
      _("Your password is changed"),
      h("p", {}, _("Sign in with it, here and on your devices.")),
      h("p", {}, drawLink(go, "signIn", _("Sign In"))),
    ),

  failed: ({ problem }, desk) =>
    drawNote("taken", _("This did not work"), h("p", {}, explain(problem, desk, {}).text)),

  codes: ({ recovery_codes: codes }, desk, go) =>
    drawNote(
      "good",
      _("Two-Step Sign-In Is On"),
      h("p", {}, _("Keep these codes where you find them without your phone. Each lets in once.")),
      drawCopy(codes.join("\n"), _("Copy Codes")),
      h("p", {}, drawLink(go, "home", _("Done"))),
    ),
};
