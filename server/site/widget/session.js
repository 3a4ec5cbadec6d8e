// SPDX-License-Identifier: MIT
//
// Who the visitor is and how the widget asks the server: a signed visitor token, got for what the
// host site says or for nothing, and REST with errors that carry the server's problem code.

const PATIENCE_MS = 15000;

/** The server said no, or could not be reached (`code` is then "network"). */
export class Refusal extends Error {
  constructor(code, status = 0, retryAfter = 0) {
    super(code);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

async function call(address, options) {
  let reply;
  try {
    reply = await fetch(address, {
      ...options,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (reply.ok) return reply.status === 204 ? null : await reply.json();
  } catch {
    throw new Refusal("network");
  }
  const problem = await reply.json().catch(() => ({}));
  const wait = Number(reply.headers.get("Retry-After")) || 0;
  throw new Refusal(problem.code ?? "internal", reply.status, wait);
}

/** Whom the host names in an `identity`, "" when nobody. Whether it may, only the server knows. */
function userOf(identity) {
  try {
    const payload = identity.split(".")[0].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(payload)).user_id;
  } catch {
    return "";
  }
}

export class Session {
  #api;
  #storage;
  #language;
  #visitor = null;
  #ticket = null;
  #arriving = null;
  #identity = "";

  /** `base` is the desk's address with a slash at the end. */
  constructor(base, storage, language) {
    this.#api = `${base}api/v1`;
    this.#storage = storage;
    this.#language = language;
  }

  // What is in use stays in use: another tab may begin something new meanwhile, and this one must
  // not be half in its conversation.

  get token() {
    this.#visitor ??= this.#storage.get("visitor");
    return this.#visitor?.token ?? null;
  }

  /** The number of the conversation, or null before there is one. */
  get ticket() {
    this.#ticket ??= this.#storage.get("ticket");
    return this.#ticket;
  }

  set ticket(id) {
    this.#ticket = id;
    this.#storage.set("ticket", id);
  }

  /** The address of the live socket. */
  get live() {
    return `${this.#api.replace(/^http/, "ws")}/live`;
  }

  config() {
    return call(`${this.#api}/widget/config?language=${this.#language}`, {});
  }

  /** Who the host says is signed in there. Returns whether that is somebody else than before. */
  identify(identity) {
    const { owner } = this.#storage;
    this.#identity = identity;
    if (userOf(identity) === owner) return false;
    if (owner) {
      this.#send("POST", "/auth/logout").catch(() => {});
      this.#forget();
    }
    return true;
  }

  /** Gets a visitor token unless there is one. Returns whether it is another person's. */
  arrive() {
    this.#arriving ??= this.#arrive().finally(() => (this.#arriving = null));
    return this.#arriving;
  }

  async #arrive() {
    const language = this.#language;
    const { owner } = this.#storage;
    const user = userOf(this.#identity);
    if (user && user !== owner) {
      const known = { identity: this.#identity, visitor_token: this.token, language };
      try {
        const { token } = await this.#send("POST", "/visitors/identify", known);
        this.#storage.turn(user);
        this.#ticket = null;
        this.#keep(token);
        return true;
      } catch (refusal) {
        if (refusal.status !== 401) throw refusal;
        // What the server refuses it will never take: who that is, is not known.
        this.#identity = "";
      }
    }
    if (!this.token) {
      const { token } = await this.#send("POST", "/visitors", { language });
      if (owner === this.#storage.owner) this.#keep(token);
    }
    return false;
  }

  #keep(token) {
    this.#visitor = { token };
    this.#storage.set("visitor", this.#visitor);
  }

  /** Begins a conversation, or takes up the unfinished one; resolves to its ticket. */
  async begin() {
    const chat = { channel: "chat", language: this.#language };
    const { ticket } = await this.request("POST", "/tickets", chat);
    this.ticket = ticket.id;
    return ticket;
  }

  /** Resolves to the number of the chat that the desk may have begun meanwhile, or null. */
  async findUnfinished() {
    const unfinished = "open,assigned,in_progress,waiting_on_customer";
    const path = `/tickets?channel=chat&limit=1&status=${unfinished}`;
    const { tickets } = await this.request("GET", path);
    return tickets[0]?.id ?? null;
  }

  /** The token ended: the next `arrive` begins anew. Words not sent yet stay. */
  leave() {
    if (!this.follow()) this.#forget();
  }

  /** Is who another tab has become, by signing in or out; returns whether that is news. */
  follow() {
    const turned = this.#storage.look();
    if (turned) this.#visitor = this.#ticket = null;
    return turned;
  }

  #forget() {
    this.#storage.set("visitor", null);
    this.#storage.set("ticket", null);
    if (this.#storage.owner) this.#storage.turn("");
    this.#visitor = this.#ticket = null;
  }

  /** One REST request; resolves to the answer's JSON or throws a Refusal. */
  async request(method, path, body) {
    const { token } = this;
    try {
      return await this.#send(method, path, body);
    } catch (refusal) {
      if (refusal.status === 401 && token === this.token) this.leave();
      throw refusal;
    }
  }

  /**
   * Sends a file; `change` is told the `percent`, then its `attachment` or the `code` of a problem.
   * Returns what can be aborted.
   */
  upload(file, change) {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file);
    request.open("POST", `${this.#api}/attachments`);
    request.responseType = "json";
    request.setRequestHeader("Authorization", `Bearer ${this.token}`);
    request.upload.onprogress = ({ loaded, total }) =>
      change({ percent: Math.floor((loaded / total) * 99) });
    request.onloadend = () => change(request.response ?? { code: "network" });
    request.send(form);
    return request;
  }

  /** Resolves to where a file can be read for some minutes: `{url, thumbnail_url}`. */
  async link(id) {
    const { url, thumbnail_url } = await this.request("POST", `/attachments/${id}/link`);
    const whole = (path) => path && new URL(path, this.#api).href;
    return { url: whole(url), thumbnail_url: whole(thumbnail_url) };
  }

  #send(method, path, body) {
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body) headers["Content-Type"] = "application/json";
    return call(this.#api + path, { method, headers, body: body && JSON.stringify(body) });
  }
}
