// SPDX-License-Identifier: MIT
//
// The window's head: the desk's name, and on the strip below who answers and whether they are
// there.

import { h, mark, write } from "../../shared/dom.js";
import { _ } from "../../shared/i18n.js";
import { icon } from "./icons.js";
import { presenceWord } from "./words.js";

function initials(name) {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...word][0]).join("").toLocaleUpperCase();
}

/** `close()` and `toggleSound()` are called. Returns `{node, update(chat, config, sounds)}`. */
export function header({ close, toggleSound }) {
  const title = h("h2", { id: "title" });
  const bell = h("button", { class: "tool", type: "button", onclick: toggleSound });
  bell.setAttribute("aria-label", _("Sound"));
  const exit = h("button", { class: "tool", type: "button", onclick: close }, icon("close"));
  exit.setAttribute("aria-label", _("Close Chat"));

  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  const name = h("bdi");
  const dot = h("i", { class: "dot" });
  const word = h("span");
  const presence = h("span", { class: "presence" }, dot, word);

  function show(agent, config) {
    const state = agent ? agent.presence : config.online ? "online" : "offline";
    const face = agent ? initials(agent.name) : icon("chat", 20);
    if (avatar.dataset.face !== (agent?.name ?? "")) avatar.replaceChildren(face);
    avatar.dataset.face = agent?.name ?? "";
    write(name, agent?.name ?? _("Support team"));
    write(word, presenceWord(state));
    mark(dot, "class", `dot ${state}`);
    presence.hidden = !config.show_online_status;
  }

  return {
    // No <header>: that would be the page's second banner to a screen reader.
    node: h(
      "div",
      {},
      h("div", { class: "top" }, title, bell, exit),
      h("div", { class: "strip" }, avatar, h("span", { class: "name" }, name), presence),
    ),
    update(chat, config, sounds) {
      write(title, config.name);
      show(chat.thread.ticket?.assigned_to, config);
      if (bell.ariaPressed === String(sounds)) return;
      bell.replaceChildren(icon(sounds ? "bell" : "mute", 20));
      mark(bell, "aria-pressed", String(sounds));
    },
  };
}
