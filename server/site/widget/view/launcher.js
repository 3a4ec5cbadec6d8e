// SPDX-License-Identifier: MIT
//
// The round button in the corner of the page, with the number of unread messages.

import { h, mark, write } from "../../shared/dom.js";
import { _, format, ngettext } from "../../shared/i18n.js";
import { icon } from "./icons.js";

/** `toggle()` is called. Returns `{node, focus(), update(chat, open)}`. */
export function launcher(toggle) {
  const pill = h("span", { class: "pill", "aria-hidden": "true", hidden: true });
  const node = h(
    "button",
    { class: "launcher", type: "button", "aria-haspopup": "dialog", onclick: toggle },
    icon("chat", 28),
    icon("down", 28),
    pill,
  );
  return {
    node,
    focus: () => node.focus(),
    update({ thread: { unread: n } }, open) {
      const words = n
        ? format(ngettext("Open chat, {n} unread", "Open chat, {n} unread", n), { n })
        : _("Open chat");
      mark(node, "aria-label", open ? _("Close Chat") : words);
      mark(node, "aria-expanded", String(open));
      pill.hidden = open || n === 0;
      write(pill, format(n > 99 ? "{n}+" : "{n}", { n: Math.min(n, 99) }));
    },
  };
}
