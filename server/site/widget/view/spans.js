// SPDX-License-Identifier: MIT
//
// Draws a message's tree of spans, which the server made from Markdown. Tags come from the tables
// below and text becomes text nodes: whatever a message holds, it stays words.

import { h } from "../../shared/dom.js";

const INLINE = { b: "strong", i: "em", s: "s" };
const SAFE_LINK = /^(https?:|mailto:)/i;

function drawInline(span) {
  if (typeof span === "string") return span;
  if (span.t === "br") return h("br");
  if (span.t === "code") return h("code", {}, span.x);
  const inner = span.c.map(drawInline);
  if (span.t === "a" && SAFE_LINK.test(span.h)) {
    return h("a", { href: span.h, target: "_blank", rel: "noopener noreferrer nofollow" }, inner);
  }
  return h(INLINE[span.t] ?? "span", {}, inner);
}

function drawBlock(block) {
  switch (block.t) {
    case "pre":
      return h("pre", { tabindex: 0 }, block.x);
    case "quote":
      return h("blockquote", {}, block.c.map(drawBlock));
    case "ul":
    case "ol":
      return h(
        block.t,
        { start: block.n },
        block.c.map((item) => h("li", {}, item.map(drawBlock))),
      );
    default:
      return h("p", {}, block.c.map(drawInline));
  }
}

/** Nodes for a message's `spans`; before the server made them, its text as it was typed. */
export function drawSpans({ spans, body }) {
  return spans ? spans.map(drawBlock) : [h("p", { class: "plain" }, body)];
}
