// SPDX-License-Identifier: MIT
//
// What the thread shows, from top to bottom, as plain data: a welcome, days, bubbles in groups,
// system lines, typing. The thread view draws a row anew only when it is not what it was.

import { _ } from "../../shared/i18n.js";
import { isIncoming, isTakenBack } from "../thread.js";
import { clock, day, systemLine } from "./words.js";

const GROUP_MS = 3 * 60 * 1000;

/** How far one of the visitor's own messages got. */
function markOf({ seq }, { agent_read_seq, agent_delivered_seq }) {
  if (seq <= agent_read_seq) return "read";
  return seq <= agent_delivered_seq ? "delivered" : "sent";
}

function bubbleOf(message, ticket) {
  const incoming = isIncoming(message);
  const gone = isTakenBack(message);
  return {
    kind: "bubble",
    key: !incoming && message.client_id ? message.client_id : `m${message.seq}`,
    own: !incoming,
    name: incoming ? message.author.name : null,
    body: message.body,
    spans: message.spans,
    files: message.attachments,
    at: message.created_at,
    edited: Boolean(message.edited_at) && !gone,
    gone,
    mark: incoming || gone ? null : markOf(message, ticket),
  };
}

function bubbleOfUnsent(item) {
  return {
    kind: "bubble",
    key: item.client_id,
    own: true,
    name: null,
    body: item.body,
    files: item.attachments,
    at: new Date(item.at).toISOString(),
    mark: item.failed ? "failed" : item.sent ? "sent" : "queued",
  };
}

function together(a, b) {
  return (
    a?.kind === "bubble" &&
    b?.kind === "bubble" &&
    a.own === b.own &&
    a.name === b.name &&
    new Date(b.at) - new Date(a.at) < GROUP_MS
  );
}

/** Gives each bubble its place in a group, and its time where a group or its state ends. */
function group(rows) {
  rows.forEach((row, index) => {
    if (row.kind !== "bubble") return;
    row.head = !together(rows[index - 1], row);
    row.tail = !together(row, rows[index + 1]);
    const ends = row.tail || row.mark !== rows[index + 1].mark;
    row.time = ends && row.at ? clock(row.at) : null;
  });
  return rows;
}

function* conversation({ thread, outbox }, newFrom) {
  const shown = new Set();
  let lastDay = null;
  let holder = null;
  for (const message of thread.messages) {
    const today = day(message.created_at);
    if (today !== lastDay) yield { kind: "day", key: `d${message.seq}`, text: today };
    lastDay = today;
    if (message.seq === newFrom) yield { kind: "news", key: "news", text: _("New messages") };
    if (message.type === "system") {
      const text = systemLine(message, holder);
      if (text) yield { kind: "line", key: `m${message.seq}`, text };
      if (message.body === "assigned") holder = message.data?.name ?? null;
      if (message.body === "returned") holder = null;
    } else {
      shown.add(message.client_id);
      yield bubbleOf(message, thread.ticket);
    }
  }
  for (const item of outbox.items) if (!shown.has(item.client_id)) yield bubbleOfUnsent(item);
}

/**
 * The rows of a chat with the desk of that `name`. `greeting` stands before the first message;
 * `newFrom` is the seq above which "New messages" stands, or 0.
 */
export function rowsOf(chat, { name, greeting, newFrom }) {
  const rows = [];
  if (chat.thread.first <= 1) {
    rows.push({ kind: "intro", key: "intro", name, lasting: chat.storage.lasting });
    if (greeting) rows.push({ kind: "bubble", key: "hello", body: greeting });
  }
  rows.push(...conversation(chat, newFrom));
  const writer = chat.typing.name;
  if (writer) rows.push({ kind: "typing", key: "typing", name: writer });
  return group(rows);
}
