// SPDX-License-Identifier: MIT
//
// A small panel of emoji: arrows walk the grid, Enter takes one, Esc leaves. An emoji's name is
// what the system calls it, in the person's own language.

import { h } from "../../shared/dom.js";
import { _ } from "../../shared/i18n.js";

const COLUMNS = 8;
const EMOJI = [
  ..."😀😄😁😅😂🙂😉😊",
  ..."😍🥰😘😋😎🤗🤔😐",
  ..."😴😌😕😟😢😭😤😡",
  ..."👍👎👌🙏👏💪🙌👋",
  ..."🎉🎁⭐🔥💯✅❌❓",
  ..."📚📖📦🚚💳🏠📞⏰",
];
// Stands apart: a heart is two code points, of which the second makes it red.
const HEARTS = ["❤️", "💙", "💚", "💛", "🌸", "☕", "🌙", "☀️"];

/** `choose(emoji)` and `leave()` are called. Returns `{node, open(), close()}`. */
export function emojiPanel({ choose, leave }) {
  const buttons = [...EMOJI, ...HEARTS].map((emoji, index) =>
    h(
      "button",
      { type: "button", tabindex: index ? -1 : 0, onclick: () => choose(emoji) },
      emoji,
    ),
  );
  const node = h("div", { class: "emoji", role: "group", "aria-label": _("Emoji"), hidden: true });
  node.append(...buttons);

  function move(by) {
    const from = buttons.indexOf(node.getRootNode().activeElement);
    const to = buttons[from + by];
    if (!to) return;
    buttons[from].tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  node.addEventListener("keydown", (event) => {
    const onward = getComputedStyle(node).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: onward, ArrowLeft: -onward, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    if (event.key === "Escape") leave();
    else if (steps[event.key]) move(steps[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    node,
    open() {
      node.hidden = false;
      buttons.find((button) => button.tabIndex === 0).focus();
    },
    close() {
      node.hidden = true;
    },
  };
}
