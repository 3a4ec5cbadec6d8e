-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of signing in with other services, and of browsers that sign apps in.

-- name: provider_list
-- One row: all providers, by name, for admins.
SELECT json_build_object(
         'providers', coalesce(json_agg(identity_provider_json(p) ORDER BY p.name, p.id), '[]')) AS json
FROM identity_provider p;

-- name: provider_buttons
-- Whoever signs in may choose one of these.
SELECT p.id, p.name FROM identity_provider p
WHERE p.is_active AND (p.for_customers OR p.for_staff) ORDER BY p.name, p.id;

-- name: provider_get
-- $1 provider. No row: there is none. What the server itself needs to know.
SELECT p.kind, p.name, p.issuer, p.client_id, p.client_secret, t.sealed_key, p.algorithm, p.is_active,
       p.asks_second_step
FROM identity_provider p JOIN sealed_text t ON t.object = p.client_secret
WHERE p.id = $1;

-- name: provider_add
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request; $4 kind, $5 name, $6 issuer, $7 client
-- id, $8 object of the secret and $9 what it was sealed as, $10 algorithm, $11 to $16 its switches in
-- order; $17 how many providers there may be. No row: there are that many. Raises
-- identity_provider_issuer_taken.
WITH asked AS MATERIALIZED (
  SELECT outcome, made FROM request_find($1, $2, $3)
),
kept AS (
  INSERT INTO sealed_text (object, sealed_key)
  SELECT $8::text, $9::text FROM identity_provider
  HAVING count(*) < $17::integer AND (SELECT outcome FROM asked) IS NULL
  RETURNING object
),
made AS (
  INSERT INTO identity_provider (kind, name, issuer, client_id, client_secret, algorithm, is_active, for_customers,
                                 creates_customers, for_staff, is_trusted_for_staff, asks_second_step)
  SELECT $4, $5, $6, $7, kept.object, $10, $11::boolean, $12::boolean, $13::boolean, $14::boolean, $15::boolean,
         $16::boolean
  FROM kept
  RETURNING *
),
remembered AS MATERIALIZED (
  SELECT request_remember($1, $2, $3, id) FROM made
)
SELECT coalesce(asked.outcome, 'done') AS outcome, json_build_object('provider', identity_provider_json(entry)) AS json
FROM asked LEFT JOIN remembered ON true
JOIN LATERAL (
  SELECT * FROM made UNION ALL SELECT * FROM identity_provider was WHERE was.id = asked.made) AS entry ON true;

-- name: provider_change
-- $1 provider; $2 name, $3 client id, $4 object of a new secret and $5 what it was sealed as, $6
-- algorithm, $7 to $12 its switches in order: each NULL to leave it. No row: there is no such provider.
WITH kept AS (
  INSERT INTO sealed_text (object, sealed_key)
  SELECT $4::text, $5::text WHERE $4::text IS NOT NULL AND EXISTS (SELECT FROM identity_provider WHERE id = $1)
  RETURNING object),
changed AS (
  UPDATE identity_provider AS p
  SET name = coalesce($2, name), client_id = coalesce($3, client_id),
      client_secret = coalesce((SELECT object FROM kept), client_secret), algorithm = coalesce($6, algorithm),
      is_active = coalesce($7::boolean, is_active), for_customers = coalesce($8::boolean, for_customers),
      creates_customers = coalesce($9::boolean, creates_customers), for_staff = coalesce($10::boolean, for_staff),
      is_trusted_for_staff = coalesce($11::boolean, is_trusted_for_staff),
      asks_second_step = coalesce($12::boolean, asks_second_step)
  WHERE id = $1
  RETURNING identity_provider_json(p) AS json)
SELECT 'done' AS outcome, json_build_object('provider', json) AS json FROM changed;

-- name: provider_remove
-- $1 provider. Who came in by it is remembered: the same issuer may be set up again. No row: there is
-- no such provider.
WITH gone AS (DELETE FROM identity_provider WHERE id = $1 RETURNING id)
SELECT 'done' AS outcome, NULL AS json FROM gone;

-- name: attempt_begin
-- $1 hash of the state, $2 hash of the browser's secret, $3 provider, $4 where to go on, $5 session
-- that links or NULL, $6 seconds that it lives.
INSERT INTO sign_in_attempt (state_hash, browser_hash, provider_id, next, session_id, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6));

-- name: attempt_end
-- $1 hash of the state, $2 hash of the browser's secret, $3 provider. An attempt is good once. No row:
-- it was never begun, in another browser, with another provider, or it is over.
DELETE FROM sign_in_attempt
WHERE state_hash = $1 AND browser_hash = $2 AND provider_id = $3 AND expires_at > now()
RETURNING next, session_id;

-- name: attempts_purge
DELETE FROM sign_in_attempt WHERE expires_at < now();

-- name: social_sign_in
-- $1 provider, $2 subject, $3 verified e-mail or NULL, $4 e-mail as it is said or NULL, $5 name for
-- a new customer, $6 language for one.
SELECT s.outcome, s.account AS id FROM social_sign_in($1, $2, $3, $4, $5, $6) AS s;

-- name: social_link
-- $1 provider, $2 subject, $3 e-mail as it is said or NULL, $4 session.
SELECT l.outcome, l.account AS id FROM social_link($1, $2, $3, $4) AS l;

-- name: linked_identity_list
-- $1 account. One row: its identities, and the providers that it could link. A provider that is gone
-- leaves the name of its issuer.
SELECT json_build_object(
  'identities', (
    SELECT coalesce(json_agg(json_build_object(
             'id', i.id, 'provider', coalesce(p.name, i.issuer), 'email', i.email,
             'created_at', rfc3339(i.created_at), 'used_at', rfc3339(i.used_at)) ORDER BY i.id), '[]')
    FROM linked_identity i LEFT JOIN identity_provider p ON p.issuer = i.issuer WHERE i.user_id = u.id),
  'providers', (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'name', p.name) ORDER BY p.name, p.id), '[]')
    FROM identity_provider p
    WHERE p.is_active AND provider_refuses(p, u) IS NULL
      AND NOT EXISTS (SELECT FROM linked_identity i WHERE i.user_id = u.id AND i.issuer = p.issuer))) AS json
FROM app_user u WHERE u.id = $1;

-- name: linked_identity_remove
-- $1 account, $2 identity. Answers `conflict` for the last way in. No row: it is none of theirs.
WITH asked AS (
  SELECT i.id, u.password_hash IS NULL
               AND NOT EXISTS (SELECT FROM linked_identity o WHERE o.user_id = u.id AND o.id <> i.id) AS is_last
  FROM linked_identity i JOIN app_user u ON u.id = i.user_id WHERE i.user_id = $1 AND i.id = $2),
gone AS (
  DELETE FROM linked_identity WHERE id IN (SELECT id FROM asked WHERE NOT is_last) RETURNING id)
SELECT CASE WHEN is_last THEN 'conflict' ELSE 'done' END AS outcome, NULL AS json
FROM asked LEFT JOIN gone USING (id);

-- name: app_code_make
-- $1 the code's hash, $2 account, $3 how that one proved who they are, $4 challenge, $5 seconds that it
-- lives.
INSERT INTO app_code (code_hash, user_id, means, challenge, expires_at)
VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5));

-- name: app_code_spend
-- $1 the code's hash. No row: there is no such code, or it was used before.
DELETE FROM app_code WHERE code_hash = $1 AND expires_at > now() RETURNING user_id, means, challenge;

-- name: app_codes_purge
DELETE FROM app_code WHERE expires_at < now();
