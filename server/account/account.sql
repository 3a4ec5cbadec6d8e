-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of accounts and sessions.

-- name: account_by_email
-- $1 e-mail. No row: nobody who may sign in has it.
SELECT id, password_hash FROM app_user
WHERE lower(email) = lower($1) AND NOT is_visitor AND is_active;

-- name: account_password
-- $1 account. No row: there is no such account any more.
SELECT email, password_hash FROM app_user WHERE id = $1;

-- name: sign_in_failed
-- $1 account, or NULL, $2 what was wrong, $3 the address that was typed, or NULL.
SELECT audit_note('sign_in_failed', 'account', $1,
                  jsonb_strip_nulls(jsonb_build_object('wrong', $2::text, 'email', $3::text)));

-- name: account_create
-- $1 role, $2 name, $3 e-mail, $4 password hash. Raises user_email_taken.
SELECT account_create($1::text::user_role, $2, $3, $4) AS id;

-- name: account_has_admin
SELECT EXISTS (SELECT FROM app_user WHERE role = 'admin') AS answer;

-- name: account_rights
-- $1 session. No row: it ended, was revoked, or its account is not active. Asked now and then while a
-- session is in use, so it also notes when its customer was seen, or its API key used.
WITH seen AS (
  UPDATE app_user u SET last_seen_at = now()
  FROM session s
  WHERE s.id = $1 AND u.id = s.user_id AND u.role = 'customer'
    AND (u.last_seen_at IS NULL OR u.last_seen_at < now() - interval '5 minutes')),
used AS (
  UPDATE api_key SET last_used_at = now()
  WHERE session_id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '5 minutes'))
SELECT u.id, u.name, u.language, blocked.is_blocked, k.id IS NOT NULL AS is_key,
       extract(epoch FROM s.expires_at)::bigint AS expires_at,
       CASE WHEN u.role = 'admin' AND NOT 'admin' = ANY (k.permissions) THEN 'agent' ELSE u.role END AS role,
       (SELECT string_agg(p.permission, ',') FROM role_permission p
        WHERE p.role = u.role AND (k.id IS NULL OR p.permission = ANY (k.permissions))
          AND NOT (blocked.is_blocked AND permission_is_writing(p.permission))) AS permissions
FROM session s
JOIN app_user u ON u.id = s.user_id
LEFT JOIN api_key k ON k.session_id = s.id
CROSS JOIN LATERAL (SELECT u.role = 'customer' AND session_is_blocked(s) AS is_blocked) AS blocked
WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now() AND u.is_active;

-- name: role_list
SELECT role_list() AS json;

-- name: role_permit
-- $1 role, $2 all it may.
SELECT role_permit($1::text::user_role, $2::text[]) AS json;

-- name: account_me
-- $1 account, $2 its session. No row: there is no such account any more.
SELECT CASE u.role
         WHEN 'customer' THEN json_build_object('user', user_json(u), 'permissions', held.names)
         ELSE json_build_object('user', user_json(u), 'permissions', held.names,
                                'presence', coalesce(a.presence, 'offline'), 'away_until', rfc3339(a.away_until),
                                'capacity', coalesce(places.json, '{}'))
       END AS json
FROM app_user u
LEFT JOIN agent a ON a.user_id = u.id
LEFT JOIN api_key k ON k.session_id = $2
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(p.permission ORDER BY p.permission), '[]') AS names
  FROM role_permission p
  WHERE p.role = u.role AND (k.id IS NULL OR p.permission = ANY (k.permissions))
    AND NOT (u.role = 'customer' AND permission_is_writing(p.permission) AND EXISTS (
      SELECT FROM session s WHERE s.id = $2 AND session_is_blocked(s)))) AS held
CROSS JOIN LATERAL (
  SELECT json_object_agg(l.channel, json_build_object('limit', l.capacity, 'load', l.load)
                         ORDER BY l.channel) AS json
  FROM agent_load l WHERE l.agent_id = u.id) AS places
WHERE u.id = $1;

-- name: session_start
-- $1 session, $2 account, $3 hash of the refresh token's secret, $4 seconds until it ends,
-- $5 address, $6 user agent, $7 by which means. No row: the account is not active any more.
WITH started AS (
  INSERT INTO session (id, user_id, refresh_hash, expires_at, address, user_agent, means)
  SELECT $1, id, $3, now() + make_interval(secs => $4), $5, $6, $7
  FROM app_user WHERE id = $2 AND is_active
  RETURNING user_id)
SELECT u.id, u.role, user_json(u) AS json FROM started JOIN app_user u ON u.id = started.user_id;

-- name: session_rotate
-- $1 session, $2 hash of the spent secret, $3 hash of the fresh one, $4 seconds until it ends.
WITH turn AS (
  SELECT session_rotate($1, $2, $3, make_interval(secs => $4)) AS outcome)
SELECT turn.outcome, u.id, u.role, user_json(u) AS json
FROM turn LEFT JOIN (session s JOIN app_user u ON u.id = s.user_id) ON s.id = $1;

-- name: session_revoke
-- $1 session.
UPDATE session SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL;

-- name: session_purge
-- Forgets sessions that ended a day ago, in bites, so that no run takes long.
DELETE FROM session WHERE id IN (
  SELECT id FROM session WHERE expires_at < now() - interval '1 day' LIMIT 20000);

-- name: request_done_purge
-- Forgets the keys of requests after two days, in bites.
DELETE FROM request_done WHERE (actor_id, key) IN (
  SELECT actor_id, key FROM request_done WHERE at < now() - interval '2 days' LIMIT 20000);

-- name: visitor_create
-- $1 session, $2 seconds until it ends, $3 name or NULL, $4 the name of somebody without one, whose
-- {id} becomes the account's, so that staff can tell them apart, $5 e-mail or NULL, $6 language or
-- NULL, $7 address, $8 user agent.
WITH number AS (
  SELECT nextval(pg_get_serial_sequence('app_user', 'id')) AS id),
made AS (
  INSERT INTO app_user AS fresh (id, role, name, email, language, is_visitor, last_seen_at)
  SELECT id, 'customer', coalesce($3, replace($4, '{id}', id::text)), $5, coalesce($6, 'en'), true, now()
  FROM number
  RETURNING id, role, user_json(fresh) AS json),
started AS (
  INSERT INTO session (id, user_id, expires_at, address, user_agent, means)
  SELECT $1, id, now() + make_interval(secs => $2), $7, $8, 'visitor' FROM made)
SELECT id, role, json FROM made;

-- name: setup_offer
-- $1 the code's hash. No row: there is an admin.
INSERT INTO setup_code (code_hash)
SELECT $1 WHERE NOT EXISTS (SELECT FROM app_user WHERE role = 'admin')
ON CONFLICT (is_only) DO UPDATE SET code_hash = excluded.code_hash, created_at = now()
RETURNING is_only;

-- name: setup_use
-- $1 the code's hash, $2 name, $3 e-mail, $4 password hash. Of two at once the second finds no
-- code. No row: another code, or there is an admin. Raises user_email_taken, and then the code
-- stays.
WITH used AS (
  DELETE FROM setup_code
  WHERE code_hash = $1 AND NOT EXISTS (SELECT FROM app_user WHERE role = 'admin')
  RETURNING is_only)
SELECT account_create('admin', $2, $3, $4) AS id FROM used;
