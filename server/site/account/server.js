// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What this page says to the server. An answer is `{ body }` or `{ problem }`, a problem document
// as docs/protocol.md has it; `no_answer` stands for none at all. The token lives as long as the
// page.

const API = "api/v1";

const session = { token: null };

function request(desk, method, path, body, more) {
  const headers = { "Content-Type": "application/json" };
  if (session.token) headers.Authorization = `Bearer ${session.token}`;
  const address = new URL(API + path, desk);
  return fetch(address, { method, headers, body: body && JSON.stringify(body), ...more });
}

/** Asks the server at `desk`; `body` is sent as JSON. */
export async function ask(desk, method, path, body) {
  const reply = await request(desk, method, path, body).catch(() => null);
  if (!reply) return { problem: { code: "no_answer" } };
  if (reply.status === 204) return { body: {} };
  const answer = await reply.json().catch(() => ({ code: "internal" }));
  if (reply.ok) return { body: answer };
  return { problem: { ...answer, retry_s: reply.headers.get("Retry-After") } };
}

/** Goes on as whoever this answer to a sign-in is for; null signs nobody in. */
export function signIn(answer) {
  session.token = answer?.access_token ?? null;
}

export function isSignedIn() {
  return session.token !== null;
}

/** Ends the session rather than leave it behind; also when the page is on its way out. */
export function signOut(desk) {
  if (!session.token) return;
  request(desk, "POST", "/auth/logout", null, { keepalive: true }).catch(() => null);
  session.token = null;
}
