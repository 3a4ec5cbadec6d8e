-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Notices: making, listing, reading, and what somebody wants to hear of.

-- name: notices_fold
-- Makes notices of what was committed since; the number of events looked at.
SELECT notices_fold(20000) AS events;

-- name: notices_purge
SELECT notices_purge() AS notices;

-- name: notice_page
-- $1 whose, $2 the id after which the page begins, $3 page size, $4 whether only unread ones.
WITH found AS (
  SELECT n FROM notice n JOIN ticket t ON t.id = n.ticket_id AND NOT t.hidden
  WHERE n.user_id = $1 AND n.id < $2 AND (NOT $4::boolean OR n.read_at IS NULL)
    AND n.kind = ANY (notice_kinds((SELECT role FROM app_user WHERE id = $1)))
  ORDER BY n.id DESC LIMIT $3::integer + 1
),
placed AS (
  SELECT (n).id, notice_json(n) AS json, row_number() OVER (ORDER BY (n).id DESC) AS place FROM found
)
SELECT json_build_object(
         'notices', coalesce(json_agg(json ORDER BY place) FILTER (WHERE place <= $3), '[]'),
         'next', CASE WHEN count(*) > $3 THEN (min(id) FILTER (WHERE place <= $3))::text END,
         'unread_count', notice_unread_count($1)) AS json
FROM placed;

-- name: notice_mark_read
-- $1 whose, $2 one notice or NULL, $3 the last one or NULL. Exactly one of the two is given.
SELECT notice_mark_read($1, $2, $3, NULL) AS outcome, NULL AS json;

-- name: notice_preferences
-- $1 whose. Every kind of the role, with whether they want it.
SELECT json_build_object('preferences', json_object_agg(k, notice_is_wanted($1, k) ORDER BY k)) AS json
FROM unnest(notice_kinds((SELECT role FROM app_user WHERE id = $1))) AS k;

-- name: notice_preferences_set
-- $1 whose, $2 kinds and booleans as an object.
SELECT notice_preferences_set($1, $2) AS outcome;
