-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Saved views; the steps are in schema/0023-views.sql.

-- name: view_list
-- $1 who asks, $2 and $3 the place (position, id) after which the page begins, $4 page size. One's own
-- and the shared ones in their order, and one more when there is a next page.
SELECT view_json(found.v) AS json, (found.v).filter, (found.v).position || '.' || (found.v).id AS place
FROM (
  (SELECT v FROM saved_view v
   WHERE v.owner_id = $1 AND (v.position, v.id) > ($2::integer, $3::bigint)
   ORDER BY v.position, v.id LIMIT $4::integer + 1)
  UNION ALL
  (SELECT v FROM saved_view v
   WHERE v.is_shared AND v.owner_id <> $1 AND (v.position, v.id) > ($2::integer, $3::bigint)
   ORDER BY v.position, v.id LIMIT $4::integer + 1)) AS found
ORDER BY (found.v).position, (found.v).id LIMIT $4::integer + 1;

-- name: view_counts
-- $1 filters as ticket_list takes them. A row for each, in order: how many tickets it lets through, up
-- to a hundred and whether there are more, and whether one of these is urgent.
SELECT json_build_object(
         'tickets', cardinality(found.ids), 'more', found.next_at IS NOT NULL,
         'urgent', EXISTS (
           SELECT FROM ticket t
           WHERE t.id = ANY (found.ids) AND t.priority = 'urgent' AND t.status NOT IN ('resolved', 'closed'))) AS json
FROM unnest($1::text[]) WITH ORDINALITY AS f (filter, place)
CROSS JOIN LATERAL ticket_find(
  json_populate_record(NULL::ticket_filter, f.filter::json), 'infinity', 9223372036854775807, 100) AS found
ORDER BY f.place;

-- name: view_get
-- $1 view, $2 who asks. No row: there is none that they see.
SELECT 'done' AS outcome, json_build_object('view', view_json(v)) AS json
FROM saved_view v WHERE v.id = $1 AND (v.owner_id = $2 OR v.is_shared);

-- name: view_filter
-- $1 view, $2 who asks. No row: there is none that they see.
SELECT v.filter FROM saved_view v WHERE v.id = $1 AND (v.owner_id = $2 OR v.is_shared);

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
