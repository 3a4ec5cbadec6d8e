-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of passwords that change, and of the sessions that end with it.

-- name: password_reset_offer
-- $1 e-mail, $2 the code's hash, $3 seconds that it lives, $4 how many an account may have at once. No row:
-- nobody who signs in with a password has this address, or has asked too often.
INSERT INTO password_reset (code_hash, user_id, expires_at)
SELECT $2, u.id, now() + make_interval(secs => $3) FROM app_user u
WHERE lower(u.email) = lower($1) AND NOT u.is_visitor AND u.is_active AND u.password_hash IS NOT NULL
  AND (SELECT count(*) FROM password_reset r WHERE r.user_id = u.id AND r.expires_at > now()) < $4
RETURNING user_id;

-- name: password_reset_find
-- $1 the code's hash. No row: it was used or has ended.
SELECT u.email, u.name FROM password_reset r JOIN app_user u ON u.id = r.user_id
WHERE r.code_hash = $1 AND r.expires_at > now() AND u.is_active;

-- name: password_reset_use
-- $1 the code's hash, $2 password hash. No row: it was used or has ended.
SELECT user_id, done FROM password_reset_use($1, $2);

-- name: password_reset_purge
DELETE FROM password_reset WHERE expires_at < now();

-- name: password_change
-- $1 account, $2 password hash, $3 the session that goes on.
SELECT account_set_password($1, $2, $3, false) AS done;

-- name: session_list
-- $1 account, $2 the session that asks.
SELECT json_build_object('sessions', coalesce(json_agg(
         json_build_object(
           'id', s.number, 'device', device_name(s.user_agent), 'address', s.address, 'means', s.means,
           'created_at', rfc3339(s.created_at), 'used_at', rfc3339(s.used_at), 'is_current', s.id = $2)
         ORDER BY s.id = $2 DESC, s.used_at DESC, s.number DESC), '[]')) AS json
FROM session s
WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now() AND s.means <> 'api_key';

-- name: session_end
-- $1 account, $2 number of one of its sessions. No row: it has no such session.
UPDATE session SET revoked_at = now()
WHERE user_id = $1 AND number = $2 AND revoked_at IS NULL AND expires_at > now() AND means <> 'api_key'
RETURNING id;

-- name: session_end_all
-- $1 account, $2 a session that goes on, or NULL.
UPDATE session SET revoked_at = now()
WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL AND means <> 'api_key';
