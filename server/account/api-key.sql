-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of API keys.

-- name: api_key_add
-- $1 owner, $2 hash of the key, $3 name, $4 what of the key is shown, $5 permissions, $6 days that it lives,
-- $7 how many somebody may have, $8 address, $9 user agent. No row: the owner has as many already.
WITH begun AS (
  INSERT INTO session (id, user_id, expires_at, address, user_agent, means)
  SELECT $2, $1, now() + make_interval(days => $6), $8, $9, 'api_key'
  WHERE (SELECT count(*) FROM session s
         WHERE s.user_id = $1 AND s.means = 'api_key' AND s.revoked_at IS NULL AND s.expires_at > now()) < $7
  RETURNING id, expires_at),
added AS (
  INSERT INTO api_key (session_id, name, prefix, permissions)
  SELECT id, $3, $4, $5::text[] FROM begun RETURNING *)
SELECT api_key_json(added, begun.expires_at) AS json FROM added, begun;

-- name: api_key_list
-- $1 owner. Those that are good, newest first.
SELECT json_build_object('api_keys', coalesce(json_agg(api_key_json(k, s.expires_at) ORDER BY k.id DESC), '[]')) AS json
FROM api_key k JOIN session s ON s.id = k.session_id
WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now();

-- name: api_key_revoke
-- $1 owner, $2 key. No row: there is no such key any more.
UPDATE session s SET revoked_at = now() FROM api_key k
WHERE k.session_id = s.id AND k.id = $2 AND s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
RETURNING s.id;
