-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Saved views; the steps are in schema/0023-views.sql.

-- name: view_list
-- $1 who asks, $2 and $3 the place (position, id) after which the page begins, $4 page size. One's own
-- and the shared ones.
WITH found AS (
  (SELECT v FROM saved_view v
   WHERE v.owner_id = $1 AND (v.position, v.id) > ($2::integer, $3::bigint)
   ORDER BY v.position, v.id LIMIT $4::integer + 1)
  UNION ALL
  (SELECT v FROM saved_view v
   WHERE v.is_shared AND v.owner_id <> $1 AND (v.position, v.id) > ($2::integer, $3::bigint)
   ORDER BY v.position, v.id LIMIT $4::integer + 1)
),
page AS (
  SELECT v FROM found ORDER BY (v).position, (v).id LIMIT $4::integer
)
SELECT json_build_object(
         'views', coalesce((SELECT json_agg(view_json(v) ORDER BY (v).position, (v).id) FROM page), '[]'),
         'next', (
           SELECT (v).position || '.' || (v).id FROM page
           WHERE (SELECT count(*) FROM found) > $4::integer ORDER BY (v).position DESC, (v).id DESC LIMIT 1)) AS json;

-- name: view_get
-- $1 view, $2 who asks. No row: there is none that they see.
SELECT 'done' AS outcome, json_build_object('view', view_json(v)) AS json
FROM saved_view v WHERE v.id = $1 AND (v.owner_id = $2 OR v.is_shared);

-- name: view_filter
-- $1 view, $2 who asks. A row for every name of the filter, one with NULLs for an empty filter. No
-- row: there is none that they see.
SELECT f.key AS name, f.value
FROM saved_view v LEFT JOIN LATERAL json_each_text(v.filter) AS f ON true
WHERE v.id = $1 AND (v.owner_id = $2 OR v.is_shared);

-- name: view_create
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request, $4 name, $5 filter, $6 whether shared,
-- $7 position or NULL.
SELECT outcome, json FROM view_create($1, $2, $3, $4, $5, $6, $7);

-- name: view_change
-- $1 view, $2 actor, $3 whether an admin, $4 the revision that the caller knows or NULL; then as in
-- view_create, NULL for what stays.
SELECT outcome, json FROM view_change($1, $2, $3, $4, $5, $6, $7, $8);

-- name: view_delete
-- $1 view, $2 actor, $3 whether an admin.
SELECT view_delete($1, $2, $3) AS outcome, NULL AS json;
