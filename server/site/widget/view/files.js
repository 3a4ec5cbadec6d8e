// SPDX-License-Identifier: MIT
//
// Files: those on their way, above the field, and those in messages.

import { h, mark, write } from "../../shared/dom.js";
import { _, format } from "../../shared/i18n.js";
import { icon } from "./icons.js";

const MEGABYTE = 1024 * 1024;

/** Why the server will never take a file, or undefined. */
function refusal({ file, code, limit }) {
  const words = {
    file_too_large: _("“{file}” is larger than {n} MB and was not attached. Your text is kept."),
    file_infected: _("This file did not pass the virus check and was removed."),
    file_type_refused: _("Files of this kind are not taken."),
  };
  return words[code] && format(words[code], { file: file.name, n: limit / MEGABYTE });
}

function picture({ id, width, height }, link) {
  const image = h("img", { alt: "", width, height });
  link(id).then(({ thumbnail_url }) => (image.src = thumbnail_url), () => {});
  return image;
}

function chip(item, uploads) {
  const state = h("span");
  const again = { class: "link", type: "button", onclick: () => uploads.retry(item) };
  const retry = h("button", again, _("Retry"));
  const remove = { class: "tool", type: "button", onclick: () => uploads.cancel(item) };
  const cancel = h("button", remove, icon("close", 16));
  mark(cancel, "aria-label", format(_("Remove {file}"), { file: item.file.name }));
  const node = h("li", {}, h("bdi", {}, item.file.name), state, retry, cancel);
  const update = () => {
    const { attachment, code, percent } = item;
    mark(node, "class", code && "failed");
    mark(state, "role", code && "alert");
    write(state, code ? refusal(item) ?? _("Not sent") : attachment ? "" : `${percent} %`);
    retry.hidden = !code || Boolean(refusal(item));
    if (attachment?.thumbnail && !node.querySelector("img"))
      node.prepend(picture(attachment, uploads.link));
  };
  return { node, update };
}

/** The files that are being sent or wait for their message. */
export function fileChips(uploads) {
  const chips = new Map();
  const node = h("ul", { class: "files" });
  const update = () => {
    for (const item of uploads.items) {
      if (!chips.has(item)) {
        chips.set(item, chip(item, uploads));
        node.append(chips.get(item).node);
      }
      chips.get(item).update();
    }
    for (const [item, one] of chips) {
      if (!uploads.items.includes(item)) {
        one.node.remove();
        chips.delete(item);
      }
    }
    node.hidden = !chips.size;
  };
  return { node, update };
}

/** A file of a message; `link(id)` resolves to where it can be read. */
export function drawFile(file, link) {
  const { id, name, state, thumbnail } = file;
  const open = () =>
    link(id).then(({ url }) => window.open(url, "_blank", "noopener"), () => {});
  const about = { class: "file", type: "button", disabled: state !== "ready", onclick: open };
  const words = state === "removed" && refusal({ file, code: "file_infected" });
  const shown = thumbnail && state === "ready" && picture(file, link);
  return h("button", about, shown, h("bdi", {}, name), words);
}
