// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The one request of this page. It resolves to `{ user }` or to `{ problem }`, a problem document
// as docs/protocol.md has it; `no_answer` stands for none at all.

const API = "api/v1/auth/";

function post(address, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch(address, { method: "POST", headers, body: body && JSON.stringify(body) });
}

export async function makeAdmin(desk, values) {
  const reply = await post(new URL(`${API}setup`, desk), values).catch(() => null);
  if (!reply) return { problem: { code: "no_answer" } };
  const body = await reply.json().catch(() => ({ code: "internal" }));
  if (!reply.ok) return { problem: { ...body, retry_s: reply.headers.get("Retry-After") } };
  // Set-up signs in, and this page has no use for that: it ends the session rather than leave it.
  await post(new URL(`${API}logout`, desk), null, body.access_token).catch(() => null);
  return { user: body.user };
}
