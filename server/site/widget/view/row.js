// SPDX-License-Identifier: MIT
//
// Draws one row of the thread.

import { h } from "../../shared/dom.js";
import { _, format } from "../../shared/i18n.js";
import { drawFile } from "./files.js";
import { icon } from "./icons.js";
import { drawSpans } from "./spans.js";

const MARKS = {
  queued: "clock",
  sent: "check",
  delivered: "checks",
  read: "checks",
  failed: "alert",
};

function markWord(mark) {
  const words = {
    queued: _("Waiting to be sent"),
    sent: _("Sent"),
    delivered: _("Delivered"),
    read: _("Read"),
    failed: _("Not sent"),
  };
  return words[mark];
}

function drawMark(mark) {
  return h(
    "span",
    { class: `mark ${mark}`, title: markWord(mark) },
    icon(MARKS[mark], 16),
    h("span", { class: "spoken" }, markWord(mark)),
  );
}

function drawFoot(row, retry) {
  if (row.mark === "failed") {
    const words = _("Your message was not sent. It is saved here.");
    const again = h("button", { class: "link", type: "button", onclick: retry }, _("Retry"));
    return h("div", { class: "foot failed" }, icon("alert", 16), words, " ", again);
  }
  if (!row.time && !row.edited) return null;
  const edited = row.edited && h("span", { class: "edited" }, _("Edited"));
  const time = row.time && h("time", { datetime: row.at }, row.time);
  return h("div", { class: "foot" }, edited, time, row.time && row.mark && drawMark(row.mark));
}

function drawWords(row) {
  if (row.gone) return h("p", {}, _("This message was taken back."));
  return row.body && drawSpans(row);
}

function drawBubble(row, retry, link) {
  const sides = ["row", row.own ? "own" : "theirs", row.head && "head", row.tail && "tail"];
  const files = (row.files ?? []).map((file) => drawFile(file, link));
  const speaker = row.own ? _("You") : row.name;
  return h(
    "div",
    { class: sides.filter(Boolean).join(" ") },
    row.head && speaker && h("div", { class: row.own ? "spoken" : "speaker" }, speaker),
    h("div", { class: row.gone ? "bubble gone" : "bubble", dir: "auto" }, drawWords(row), files),
    drawFoot(row, retry),
  );
}

function drawIntro({ name, lasting }) {
  const words = lasting
    ? _("You can leave this page and come back. Your chat stays here.")
    : _("This chat ends when you leave the page.");
  return h(
    "div",
    { class: "row intro" },
    h("span", { class: "face", "aria-hidden": "true" }, icon("chat", 36)),
    h("strong", {}, h("bdi", {}, name)),
    h("span", {}, words),
  );
}

function drawTyping({ name }) {
  const dots = h("span", { class: "dots" }, h("i"), h("i"), h("i"));
  const words = format(_("{name} is typing…"), { name });
  return h("div", { class: "row theirs typing" }, dots, h("span", {}, words));
}

/**
 * `retry` is called when the person asks to send a failed message again, `link(id)` to read a file.
 */
export function drawRow(row, retry, link) {
  if (row.kind === "bubble") return drawBubble(row, retry, link);
  if (row.kind === "typing") return drawTyping(row);
  if (row.kind === "intro") return drawIntro(row);
  return h("div", { class: `row ${row.kind}` }, h("span", {}, row.text));
}
