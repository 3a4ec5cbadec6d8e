// SPDX-License-Identifier: MIT
//
// The strips around the thread, each shown only while it has something to say: the line is lost,
// the place in the queue, and how a chat ends.

import { h, mark, write } from "../../shared/dom.js";
import { _, format } from "../../shared/i18n.js";
import { icon } from "./icons.js";
import { placeInQueue, systemLine } from "./words.js";

/** What the connection bar says, or null. */
export function lineWords(link) {
  if (link.broken) return _("Connection lost. Messages are kept and sent later.");
  return link.restored ? _("Connected. All is up to date.") : null;
}

/** The bar that tells of a lost line three seconds after it fell, and of its return. */
export function connectionBar() {
  const words = h("span");
  const bars = { lost: icon("offline", 20), back: icon("check", 20) };
  const node = h("div", { class: "bar", hidden: true }, bars.lost, bars.back, words);
  return {
    node,
    update({ link }) {
      const said = lineWords(link);
      node.hidden = !said;
      mark(node, "class", link.broken ? "bar lost" : "bar back");
      if (said) write(words, said);
    },
  };
}

/** The place in the queue as a number to see from afar, and the sentence. */
export function queueStrip() {
  const place = h("span", { class: "place", "aria-hidden": "true" });
  const words = h("span", { class: "words" });
  const node = h("div", { class: "queue", hidden: true }, place, words);
  return {
    node,
    update({ thread }) {
      node.hidden = !thread.position;
      if (!thread.position) return;
      write(place, format("{n}", { n: thread.position.place }));
      write(words, placeInQueue(thread.position));
    },
  };
}

/**
 * "Is this solved?" under a resolved chat, what can be done with a closed one, when a silent one
 * ends, and where else to look for who cannot write here.
 */
export function endingPanel(chat, portal) {
  const elsewhere = h("a", { class: "link", href: portal }, _("Your Conversations"));
  const words = h("span", { class: "words" });
  const first = h("button", { class: "primary", type: "button" });
  const second = h("button", { class: "secondary", type: "button" });
  const choices = h("div", { class: "choices" }, first, second);
  const about = { class: "ending", role: "group", hidden: true };
  const node = h("div", about, words, choices, elsewhere);

  function ask(question, yes, onyes, no, onno) {
    write(words, question);
    write(first, yes);
    first.onclick = onyes;
    second.hidden = !no;
    write(second, no);
    second.onclick = onno;
  }

  return {
    node,
    /** Returns whether writing is possible. */
    update({ thread, ending, blocked }) {
      const status = thread.ticket?.status;
      const asking = status === "resolved" && ending.solved < thread.last;
      const over = blocked || status === "closed";
      const last = thread.messages.at(-1);
      const idle = last?.data?.closes_at;
      node.hidden = !asking && !over && !idle;
      choices.hidden = blocked;
      elsewhere.hidden = !blocked;
      if (blocked) {
        write(words, _("You can't write here at the moment."));
      } else if (idle) {
        ask(systemLine(last), _("Keep Open"), chat.keepOpen);
      } else if (asking) {
        ask(
          _("Is this solved?"),
          _("Yes"),
          () => ending.answer(true, thread.last),
          _("No, Continue"),
          () => ending.answer(false, thread.last),
        );
      } else if (over) {
        ask(
          _("This chat is closed."),
          _("New Chat"),
          () => chat.renew(),
          _("Reopen"),
          () => ending.reopen(),
        );
      }
      return !over;
    },
  };
}
