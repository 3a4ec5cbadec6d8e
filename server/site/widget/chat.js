// SPDX-License-Identifier: MIT
//
// One visitor's conversation: begins it, keeps it true to what the server says, and offers what a
// person can do. Views read its state and are told when it changed; they change nothing themselves.

import { pause, sleep } from "./backoff.js";
import { Delivery } from "./delivery.js";
import { Ending } from "./ending.js";
import { Link } from "./link.js";
import { Outbox, wordsOf } from "./outbox.js";
import { Thread, isIncoming, isTakenBack } from "./thread.js";
import { Typing } from "./typing.js";
import { Uploads } from "./uploads.js";

const [PAGE, MOST] = [50, 200];

export class Chat {
  #session;
  #hooks;
  #link;
  #delivery;
  #joining = null;
  #refreshing = null;
  #stale = false;
  #behind = false;
  #catching = null;

  thread = new Thread();
  keepOpen = () => this.#ask("POST", "/keep-open").catch(() => {});
  /** Whether the desk takes no words of this visitor. */
  blocked = false;

  /**
   * `hooks`: `changed()`; `incoming(messages)`, what the desk's side wrote just now;
   * `presence(state)` of somebody of the desk; `missed()`, what that said may be wrong by now.
   */
  constructor(session, storage, hooks) {
    this.#session = session;
    this.storage = storage;
    this.#hooks = hooks;
    this.outbox = new Outbox(storage);
    this.uploads = new Uploads(session, hooks.changed);
    window.addEventListener("storage", () => session.follow() && this.#restart());
    this.#link = new Link({
      address: () => session.live,
      token: () => session.token,
      welcome: (frame) => this.#welcome(frame),
      frame: (frame) => this.#hear(frame),
      poll: () => this.#poll(),
      expired: () => this.#expire(),
      changed: () => this.#linkChanged(),
    });
    this.#delivery = new Delivery(this.outbox, this.#link, {
      ticket: () => session.ticket,
      post: (item) => this.#post(item),
      accepted: (message) => this.#accept(message),
      renew: () => this.renew(),
      changed: hooks.changed,
    });
    this.typing = new Typing(
      (on) => this.#link.send({ type: "typing", ticket: session.ticket, on }),
      hooks.changed,
    );
    this.ending = new Ending({
      move: (status) => this.#move(status),
      renew: () => this.renew(),
      changed: hooks.changed,
    });
  }

  get link() {
    return this.#link;
  }

  /** Whether there is a conversation from an earlier page. */
  get begun() {
    return this.#session.ticket !== null || this.outbox.items.length > 0;
  }

  /** Joins the conversation, or begins one. Keeps trying until it works; safe to call again. */
  join() {
    this.#joining ??= this.#untilJoined().finally(() => (this.#joining = null));
    return this.#joining;
  }

  /** The host site says who is signed in there; see docs/host-sites.md. */
  identify(identity) {
    if (this.#session.identify(identity)) this.#restart();
  }

  send(body) {
    this.outbox.add(body, this.uploads.take());
    this.ending.forget();
    this.storage.set("draft", null);
    this.typing.say(false);
    this.#hooks.changed();
    if (this.#link.state === "idle") this.join();
    this.#delivery.flush();
  }

  retry(item) {
    this.outbox.retry(item);
    this.#hooks.changed();
    this.#delivery.flush();
  }

  /** The visitor writes: kept, and said to the other side now and then. */
  write(draft) {
    this.storage.set("draft", draft || null);
    this.typing.say(draft.trim() !== "");
  }

  /** Everything shown has been seen. */
  async markRead() {
    const { ticket, last: seq, unread } = this.thread;
    if (!unread) return;
    this.thread.merge({ user_read_seq: seq });
    this.#hooks.changed();
    if (this.#link.send({ type: "read", ticket: ticket.id, seq })) return;
    await this.#ask("POST", "/read", { seq }).catch(() => {});
  }

  /** What came in is here, though nobody may have looked at it yet. */
  async #markDelivered() {
    const { ticket, last: seq, unread } = this.thread;
    if (!unread || seq <= ticket.user_delivered_seq) return;
    this.thread.merge({ user_delivered_seq: seq });
    if (this.#link.send({ type: "delivered", ticket: ticket.id, seq })) return;
    await this.#ask("POST", "/delivered", { seq }).catch(() => {});
  }

  /** Fetches older messages; resolves to whether there were any. */
  async loadOlder() {
    const { first } = this.thread;
    if (first <= 1) return false;
    const { messages } = await this.#ask("GET", `/messages?before=${first}&limit=${PAGE}`);
    this.thread.prepend(messages);
    this.#hooks.changed();
    return this.thread.first < first;
  }

  /** Begins a new conversation in the place of a closed one; one can write in it at once. */
  renew() {
    this.ending.forget();
    this.#session.ticket = null;
    this.thread = new Thread();
    this.#hooks.changed();
    return this.join();
  }

  #linkChanged() {
    if (!this.#link.live) this.#delivery.abandon();
    this.#hooks.changed();
  }

  async #untilJoined() {
    for (let failures = 1; ; failures++) {
      try {
        if (await this.#session.arrive()) this.outbox.load();
        if (!this.#session.ticket) await this.#begin();
        break;
      } catch (refusal) {
        if (this.#hearBlock(refusal)) break;
        this.#link.lost();
        await sleep(Math.max(refusal.retryAfter * 1000 || 0, pause(failures)));
      }
    }
    this.#link.start();
    this.#hooks.changed();
  }

  async #begin() {
    const ticket = await this.#session.begin();
    if (ticket.last_seq) this.#refresh().catch(() => {});
    else this.thread.load({ ticket, messages: [], position: null });
    this.#hooks.changed();
    this.#delivery.flush();
  }

  /** The token ended, or is another person's: begin anew with what is kept for that one. */
  #restart() {
    this.outbox.load();
    this.thread = new Thread();
    this.#hooks.changed();
    if (this.#link.state === "idle") return;
    this.#link.stop();
    this.join();
  }

  #expire() {
    this.#session.leave();
    this.#restart();
  }

  /** Returns whether a refusal says that the desk takes no words of this visitor. */
  #hearBlock({ code }) {
    if (code === "blocked") this.#setBlocked(true);
    return this.blocked;
  }

  #setBlocked(blocked) {
    this.blocked = blocked;
    if (!blocked && !this.#session.ticket) this.#begin().catch(() => {});
    this.#hooks.changed();
  }

  async #ask(method, path, body) {
    try {
      return await this.#session.request(method, `/tickets/${this.#session.ticket}${path}`, body);
    } catch (refusal) {
      if (refusal.status === 401) this.#restart();
      this.#hearBlock(refusal);
      throw refusal;
    }
  }

  async #move(status) {
    const { ticket } = await this.#ask("PUT", "/status", { status });
    if (ticket.id === this.#session.ticket) this.thread.merge(ticket);
  }

  async #post(item) {
    const { message } = await this.#ask("POST", "/messages", wordsOf(item));
    // A message can move its ticket, into the queue or out of a rest: the next poll asks.
    this.#stale = true;
    return message;
  }

  /** The server has a message of ours: in the ticket that follows, when this one ended long ago. */
  #accept(message) {
    if (message.ticket_id !== this.#session.ticket) this.#goOn(message.ticket_id);
    this.#take([message]);
  }

  /** The conversation is this ticket from here on. */
  #goOn(ticket) {
    this.#session.ticket = ticket;
    this.thread = new Thread();
    this.#refresh().catch(() => {});
  }

  #welcome(frame) {
    if (!frame.resumed) this.#hooks.missed();
    this.blocked = frame.blocked;
    // A new conversation that could not begin yet begins now.
    if (!this.#session.ticket) this.#begin().catch(() => {});
    else if (!frame.resumed || this.#stale) this.#refresh().catch(() => {});
    this.#delivery.flush();
  }

  #hear(frame) {
    const elsewhere = frame.ticket && frame.ticket !== this.#session.ticket;
    if (elsewhere && frame.kind === "ticket.created") this.#hearBeginning(frame.data.ticket);
    if (elsewhere && frame.type !== "ack") return;
    switch (frame.type) {
      case "event":
        this.#apply(frame);
        break;
      case "ack":
      case "refused":
        this.#hearBlock(frame);
        this.#delivery.answer(frame);
        break;
      case "typing":
        this.typing.hear(frame);
        break;
      case "position":
        this.thread.position = frame;
        this.#hooks.changed();
        break;
      case "resync":
        this.#hooks.missed();
        this.#refresh().catch(() => {});
        break;
    }
  }

  #apply({ kind, data, seq }) {
    if (kind === "presence.changed") this.#setPresence(data.agent);
    else if (kind === "customer.updated") this.#setBlocked(data.customer.is_blocked);
    else if (data.ticket) this.thread.merge(data.ticket);
    // It opened or closed.
    else if (data.department) this.#hooks.missed();
    // An undone merge gives what follows it other numbers.
    const next = kind === "messages.removed" ? this.#session.ticket : data.ticket?.merged_into;
    if (next) this.#goOn(next);
    else if (data.message) this.#take([{ ...data.message, seq }]);
    else this.#hooks.changed();
  }

  /** The desk began a conversation, and ours is over or was none. */
  #hearBeginning(ticket) {
    if (ticket.channel !== "chat" || !this.thread.over) return;
    this.#goOn(ticket.id);
    this.thread.load({ ticket, messages: [] });
  }

  #setPresence({ id, state }) {
    const agent = this.thread.ticket?.assigned_to;
    if (agent?.id === id) this.thread.merge({ assigned_to: { ...agent, presence: state } });
    this.#hooks.presence(state);
  }

  /** Takes messages from wherever they came, and fetches what is missing before them. */
  #take(messages) {
    const { whole } = this.#absorb(messages);
    if (!whole) this.#catchUp().catch(() => {});
  }

  #absorb(messages) {
    const known = this.thread.last;
    const whole = this.thread.append(messages);
    const news = this.thread.messages.filter((message) => message.seq > known);
    this.#notice(news);
    return { whole, news };
  }

  /** Fetches what came after the last message; resolves to the messages that are new. */
  #catchUp() {
    this.#catching ??= this.#untilCaughtUp().finally(() => (this.#catching = null));
    return this.#catching;
  }

  async #untilCaughtUp() {
    const all = [];
    let page;
    do {
      const answer = await this.#ask("GET", `/messages?after=${this.thread.last}&limit=${MOST}`);
      const { messages, revision, ...ticket } = answer;
      page = messages;
      this.#behind = revision > this.thread.ticket.revision;
      this.thread.merge(ticket);
      all.push(...this.#absorb(page).news);
    } while (page.length === MOST);
    return all;
  }

  /** What is new in the thread settles the outbox, ends typing, and is told to the person. */
  #notice(news) {
    const incoming = news.filter((message) => isIncoming(message) && !isTakenBack(message));
    for (const message of news) if (message.client_id) this.outbox.settle(message.client_id);
    if (incoming.length) this.typing.name = null;
    this.#hooks.changed();
    if (incoming.length) this.#hooks.incoming(incoming);
    // After the drawing that changed() has queued: what is looked at is read, and need not be said.
    queueMicrotask(() => this.#markDelivered());
  }

  /** Fetches the conversation as it is now; a call during a fetch makes it fetch once more. */
  #refresh() {
    this.#stale = true;
    this.#refreshing ??= this.#untilFresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #untilFresh() {
    for (let failures = 1; this.#stale; ) {
      try {
        this.#stale = false;
        const { ticket } = this.#session;
        const answer = await this.#ask("GET", "");
        if (ticket !== this.#session.ticket) continue;
        this.#notice(this.thread.load(answer));
        for (const { client_id } of this.thread.messages) this.outbox.settle(client_id);
        await this.#lookOn();
      } catch (refusal) {
        this.#stale = refusal.status !== 404;
        if (!this.#stale) await this.renew();
        else if (!this.#link.up) throw refusal;
        else await sleep(pause(failures++));
      }
    }
    this.#hooks.changed();
  }

  /** Goes on where the conversation does: merged, or over while the desk began another. */
  async #lookOn() {
    const { ticket, over } = this.thread;
    const next = ticket.merged_into ?? (over && (await this.#session.findUnfinished()));
    if (next) this.#goOn(next);
  }

  /** One round of asking over REST, where sockets are blocked. */
  async #poll() {
    if (!this.#session.ticket) await this.#begin();
    if (this.#stale || !this.thread.loaded) await this.#refresh();
    await this.#catchUp();
    if (this.#behind) await this.#refresh();
    else if (this.thread.ticket.waiting) await this.#askPlace();
    this.#delivery.flush();
    this.#hooks.missed();
  }

  async #askPlace() {
    const { position } = await this.#ask("GET", "/position");
    if (position) this.thread.position = position;
    else await this.#refresh();
    this.#hooks.changed();
  }
}
