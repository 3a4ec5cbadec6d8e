// SPDX-License-Identifier: MIT
//
// The conversation as the server knows it: the ticket, and messages by their sequence number, which
// has no gaps. So it can always say whether it holds everything, and from where to ask.

const PEOPLE = new Set(["agent", "admin"]);
const ENDED = new Set(["resolved", "closed"]);
const MARKS = ["user_delivered_seq", "user_read_seq", "agent_delivered_seq", "agent_read_seq"];

/** Whether somebody on the desk's side wrote it. */
export function isIncoming(message) {
  return message.type !== "system" && PEOPLE.has(message.author?.role);
}

/** Whether its author took it back: its place stays, its words are gone. */
export function isTakenBack(message) {
  return Boolean(message.taken_back_at);
}

export class Thread {
  ticket = null;
  messages = [];

  /** The place in the queue, `{place, of, wait_low_s, wait_high_s, next_open_at}`, or null. */
  position = null;

  /** Whether a snapshot has been taken: before it, nothing can be said about the conversation. */
  loaded = false;

  /** The last sequence number up to which nothing is missing. */
  get last() {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get first() {
    return this.messages[0]?.seq ?? 1;
  }

  /** Whether there is nothing to go on with here. */
  get over() {
    return !this.ticket || ENDED.has(this.ticket.status);
  }

  get unread() {
    const read = this.ticket?.user_read_seq ?? 0;
    return this.messages.filter(
      (message) => message.seq > read && isIncoming(message) && !isTakenBack(message),
    ).length;
  }

  /** Takes `GET /tickets/{id}`. Returns the messages that are news. */
  load({ ticket, messages, position }) {
    const known = this.loaded ? this.last : Infinity;
    if (ticket.id !== this.ticket?.id) this.messages = [];
    this.loaded = true;
    this.merge(ticket);
    this.position = position ?? null;
    // More than a page was missed: what is older can be fetched by scrolling up.
    if (messages.length && messages[0].seq > this.last + 1) this.messages = [...messages];
    else this.append(messages);
    return this.messages.filter((message) => message.seq > known);
  }

  /** Merges changed fields of the ticket, unless what we have is newer; marks only move on. */
  merge(changes) {
    const old = this.ticket?.id === changes.id || !changes.id ? this.ticket : null;
    const newer = !(changes.revision < old?.revision);
    const furthest = (mark) => [mark, Math.max(old?.[mark] ?? 0, changes[mark] ?? 0)];
    this.ticket = {
      ...old,
      ...(newer && changes),
      ...Object.fromEntries(MARKS.map(furthest)),
    };
    if (!this.ticket.waiting) this.position = null;
  }

  /**
   * Takes messages in order. Returns false when one is missing before them: then nothing of what
   * follows the gap was taken, and `last` says from where to fetch.
   */
  append(messages) {
    for (const message of messages) {
      if (message.seq > this.last + 1) return false;
      if (message.seq === this.last + 1) this.messages.push(message);
      else this.#replace(message);
    }
    return true;
  }

  /** Takes older messages, which end right before `first`. */
  prepend(messages) {
    const older = messages.filter((message) => message.seq < this.first);
    if (older.at(-1)?.seq === this.first - 1) this.messages.unshift(...older);
  }

  #replace(message) {
    const index = message.seq - this.first;
    if (index >= 0) this.messages[index] = { ...this.messages[index], ...message };
  }
}
