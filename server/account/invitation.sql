-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of invitations.

-- name: invitation_add
-- $1 who invites, $2 e-mail, $3 name or NULL, $4 role, $5 departments, $6 the code's hash, $7 seconds that
-- it lives. Raises user_email_taken, invitation_open.
SELECT * FROM invitation_add($1, $2, $3, $4::text::user_role, $5::bigint[], $6, make_interval(secs => $7));

-- name: invitation_renew
-- $1 invitation, $2 hash of its new code, $3 seconds that it lives; both NULL to revoke it.
SELECT * FROM invitation_renew($1, $2, make_interval(secs => $3));

-- name: invitation_look
-- $1 the code's hash. No row: it was used, revoked, or has ended.
SELECT i.email, i.name, json_build_object('invitation', json_build_object(
         'email', i.email, 'name', i.name, 'role', i.role, 'expires_at', rfc3339(i.expires_at),
         'invited_by', (SELECT u.name FROM app_user u WHERE u.id = i.invited_by))) AS json
FROM invitation i
WHERE i.code_hash = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now();

-- name: invitation_accept
-- $1 the code's hash, $2 name, $3 password hash. `id` is NULL for a code that is not good any more.
-- Raises user_email_taken.
SELECT invitation_accept($1, $2, $3) AS id;

-- name: invitation_list
-- $1 whether only those that nobody has used, $2 the last id of the page before or NULL, $3 how many.
WITH page AS (
  SELECT i.id, invitation_json(i) AS json, row_number() OVER (ORDER BY i.id DESC) AS place FROM invitation i
  WHERE ($2::bigint IS NULL OR i.id < $2) AND NOT ($1 AND (i.accepted_at IS NOT NULL OR i.revoked_at IS NOT NULL))
  ORDER BY i.id DESC LIMIT $3 + 1)
SELECT json_build_object(
         'invitations', coalesce(json_agg(json ORDER BY place) FILTER (WHERE place <= $3), '[]'),
         'next', CASE WHEN count(*) > $3 THEN min(id) FILTER (WHERE place <= $3)::text END) AS json
FROM page;
