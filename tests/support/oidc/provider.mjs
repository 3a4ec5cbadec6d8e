// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A certified OpenID provider as tests want it: node provider.mjs SETTINGS, which are JSON with
// `port`, `client` (its metadata) and `accounts` (claims by the name one signs in with; any password
// does). Its keys are new at each start. It prints `ready` when it serves.

import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const { port, client, accounts } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: String(Date.now()) };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [client],
  jwks: { keys: [key] },
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], profile: ["name", "locale"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  findAccount: (_, sub) => accounts[sub] && { accountId: sub, claims: () => ({ sub, ...accounts[sub] }) },
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
