-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Whom host sites vouch for, and whom visitors turn out to be.

-- name: identity_signers
SELECT json_build_object(
         'signers', coalesce(json_agg(identity_signer_json(s) ORDER BY s.id), '[]')) AS json
FROM identity_signer s;

-- name: identity_signer_add
-- $1 object, $2 the secret as it is sealed, $3 actor.
SELECT outcome, json FROM identity_signer_add($1, $2, $3);

-- name: identity_signer_remove
-- $1 signer. No row: there is none.
WITH gone AS (
  DELETE FROM identity_signer WHERE id = $1 RETURNING object),
forgotten AS (
  DELETE FROM sealed_text WHERE object IN (SELECT object FROM gone))
SELECT 'done' AS outcome, NULL AS json FROM gone;

-- name: identity_signer_secrets
SELECT s.id, s.object, t.sealed_key FROM identity_signer s JOIN sealed_text t USING (object) ORDER BY s.id;

-- name: identity_signer_use
-- $1 signer. Noted once a minute.
UPDATE identity_signer SET used_at = now()
WHERE id = $1 AND (used_at IS NULL OR used_at < now() - interval '1 minute');

-- name: identity_enter
-- $1 nonce, $2 when it ends in seconds since 1970, $3 who that is at the host, $4 name, $5 e-mail, $6 language
-- (each may be NULL), $7 the name of somebody without one, $8 session, $9 seconds until it ends, $10 address,
-- $11 user agent, $12 and $13 session and account of the visitor that they were, or NULL.
SELECT outcome, customer
FROM identity_enter($1, to_timestamp($2::bigint), $3, $4, $5, $6, $7, $8, make_interval(secs => $9), $10, $11, $12,
                    $13);

-- name: identity_nonce_purge
-- Forgets nonces that nobody can use any more, also not by a clock that is behind.
DELETE FROM identity_nonce WHERE ends_at < now() - interval '10 minutes';

-- name: session_account
-- $1 session. No row: there is none.
SELECT u.id, u.role, user_json(u) AS json FROM session s JOIN app_user u ON u.id = s.user_id WHERE s.id = $1;

-- name: visitor_join
-- $1 and $2 session and account of the visitor, $3 whom they turned out to be.
SELECT visitor_join($1, $2, $3) AS outcome, NULL AS json;
