-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of signing in: wrong tries, the second step.

-- name: try_admit
-- $1 kind, $2 who, $3 address. `until` is NULL when the try may be made.
SELECT rfc3339(t.until) AS until, to_char(t.until AT TIME ZONE 'UTC', 'HH24:MI') AS clock,
       greatest(1, ceil(extract(epoch FROM t.until - clock_timestamp())))::bigint AS seconds
FROM (SELECT try_admit($1, $2, $3) AS until) AS t;

-- name: try_right
-- $1 kind, $2 who, $3 address.
SELECT try_right($1, $2, $3);

-- name: wrong_try_purge
-- Forgets tries after a day, in bites.
DELETE FROM wrong_try WHERE subject IN (
  SELECT subject FROM wrong_try WHERE last_at < now() - interval '1 day' LIMIT 20000);

-- name: challenge_begin
-- $1 hash of the challenge's token, $2 account, $3 by which means, $4 seconds that it lives. No row: the
-- account has no second step.
INSERT INTO sign_in_challenge (token_hash, user_id, means, expires_at)
SELECT $1, f.user_id, $3, now() + make_interval(secs => $4) FROM second_factor f
WHERE f.user_id = $2 AND f.confirmed_at IS NOT NULL
RETURNING user_id;

-- name: challenge_try
-- $1 hash of the challenge's token, $2 how many tries it is good for. Counts one. No row: it is another
-- token, or it has ended.
UPDATE sign_in_challenge c SET tries = c.tries + 1
WHERE c.token_hash = $1 AND c.expires_at > now() AND c.tries < $2
RETURNING c.user_id, c.means;

-- name: challenge_end
-- $1 hash of the challenge's token. No row: it was answered a moment ago.
DELETE FROM sign_in_challenge WHERE token_hash = $1 RETURNING user_id;

-- name: challenge_purge
DELETE FROM sign_in_challenge WHERE expires_at < now();

-- name: factor_get
-- $1 account. One row; `sealed_secret` is NULL when nothing is set up.
SELECT f.sealed_secret, f.confirmed_at IS NOT NULL AS is_confirmed, f.last_step,
       json_build_object('is_on', f.confirmed_at IS NOT NULL, 'since', rfc3339(f.confirmed_at),
                         'recovery_codes_left', (SELECT count(*) FROM recovery_code r WHERE r.user_id = u.id)) AS json
FROM app_user u LEFT JOIN second_factor f ON f.user_id = u.id
WHERE u.id = $1;

-- name: factor_offer
-- $1 account, $2 sealed secret. No row: it has a second step already.
INSERT INTO second_factor AS f (user_id, sealed_secret) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, created_at = now(), last_step = 0
WHERE f.confirmed_at IS NULL
RETURNING user_id;

-- name: factor_spend_step
-- $1 account, $2 the time step of a code, $3 whether that confirms the set-up. No row: this code or a newer
-- one was used before.
UPDATE second_factor SET last_step = $2, confirmed_at = CASE WHEN $3 THEN now() ELSE confirmed_at END
WHERE user_id = $1 AND last_step < $2 AND (confirmed_at IS NULL) = $3
RETURNING user_id;

-- name: factor_spend_recovery_code
-- $1 account, $2 the code's hash. No row: there is no such code, or it was used before.
DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2 RETURNING user_id;

-- name: factor_set_recovery_codes
-- $1 account, $2 hashes of its codes, which are good from now on instead of those before.
WITH gone AS (DELETE FROM recovery_code WHERE user_id = $1)
INSERT INTO recovery_code (user_id, code_hash) SELECT $1, unnest($2::bytea[]);

-- name: factor_remove
-- $1 account. No row: it has no second step.
WITH ended AS (DELETE FROM sign_in_challenge WHERE user_id = $1)
DELETE FROM second_factor WHERE user_id = $1 RETURNING user_id;

-- name: factor_remove_of_agent
-- $1 account of somebody who answers customers. No row: it is none, or has no second step.
WITH ended AS (DELETE FROM sign_in_challenge WHERE user_id = $1)
DELETE FROM second_factor WHERE user_id = $1 AND user_id IN (SELECT user_id FROM agent) RETURNING user_id;
