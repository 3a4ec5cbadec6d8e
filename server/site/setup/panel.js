// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The side of the page that says what this is and what comes after it.

import { h } from "../shared/dom.js";
import { _ } from "../shared/i18n.js";

function drawStep(text, state) {
  const done = state === "done" && h("span", { class: "unseen" }, _("Done:"), " ");
  return h("li", { class: state, "aria-current": state === "now" && "step" }, done, text);
}

/** `stage` is "form", "done" or "taken". */
export function drawPanel(stage) {
  const first = stage === "form" ? "now" : "done";
  const later = stage === "form" ? "next" : "now";
  return h(
    "header",
    { class: "panel" },
    h("img", { class: "bell", src: "bell.svg", alt: "" }),
    h("h1", {}, _("Set Up Deskbell")),
    h("p", {}, _("The first account is the admin’s. It may do everything on this server.")),
    h(
      "ol",
      {},
      drawStep(_("Make the first admin"), first),
      drawStep(_("Sign in"), later),
      drawStep(_("Put the chat on your pages"), "next"),
      drawStep(_("Add those who answer"), "next"),
    ),
  );
}
