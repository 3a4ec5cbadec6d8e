// SPDX-License-Identifier: MIT
//
// A line to be taken elsewhere, with its Copy button. Browsers give the clipboard to pages over
// HTTPS and of this machine only; elsewhere the line is selected for the keyboard.

import { h, write } from "./dom.js";
import { _ } from "./i18n.js";

const SHOWN_MS = 3000;

function copy(text) {
  if (!navigator.clipboard) return Promise.resolve(false);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}

/** `name` tells this button from others. */
export function drawCopy(text, name) {
  const line = h("code", { dir: "ltr", translate: "no" }, text);
  const face = h("span", { "aria-hidden": "true" }, _("Copy"));
  const status = h("span", { class: "unseen", role: "status" });
  let timer = null;

  function say(shown, spoken) {
    clearTimeout(timer);
    write(face, shown);
    write(status, spoken);
    timer = setTimeout(() => say(_("Copy"), ""), SHOWN_MS);
  }

  async function press() {
    if (await copy(text)) return say(_("Copied"), _("Copied"));
    getSelection().selectAllChildren(line);
    return say(_("Press Ctrl+C"), _("Press Ctrl+C"));
  }

  const button = h("button", { type: "button", "aria-label": name, onclick: press }, face);
  return h("div", { class: "copy" }, line, button, status);
}
