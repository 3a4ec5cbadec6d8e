-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The lists that a business edits, categories and priorities, and the statuses, which nobody does.
-- Whatever changes an entry tells everyone of the entry.

-- name: status_list
-- Every status with where it may move.
SELECT json_build_object('statuses', json_agg(json_build_object(
         'name', s.name,
         'moves', ARRAY(SELECT m.to_status FROM status_move m WHERE m.from_status = s.name ORDER BY m.to_status))
         ORDER BY s.name)) AS json
FROM unnest(enum_range(NULL::ticket_status)) AS s (name);

-- name: category_list
SELECT json_build_object('categories', json_agg(category_json(c) ORDER BY c.position, c.id)) AS json FROM category c;

-- name: category_add
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request; $4 name, $5 titles, $6 colour, $7
-- position, $8 whether active, of which the last three are NULL for grey, the last, yes; $9 how many
-- there may be. No row: there are that many.
WITH asked AS MATERIALIZED (
  SELECT outcome, made FROM request_find($1, $2, $3)
),
made AS (
  INSERT INTO category (name, titles, color, position, is_active)
  SELECT $4, $5::jsonb, coalesce($6, '#6C757D'), coalesce($7, max(position) + 1), coalesce($8, true)
  FROM category HAVING count(*) < $9::integer AND (SELECT outcome FROM asked) IS NULL
  RETURNING *
),
remembered AS MATERIALIZED (
  SELECT request_remember($1, $2, $3, id) FROM made
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'category.changed', 'everyone', json_build_object('category', category_json(m)) FROM made m
)
SELECT coalesce(asked.outcome, 'done') AS outcome, json_build_object('category', category_json(entry)) AS json
FROM asked LEFT JOIN remembered ON true
JOIN LATERAL (
  SELECT * FROM made UNION ALL SELECT * FROM category was WHERE was.id = asked.made) AS entry ON true;

-- name: category_change
-- $1 id; $2 titles, $3 colour, $4 position, $5 whether active: each NULL to leave it. Answers
-- `default` instead of putting away what new tickets get. No row: there is no such entry.
WITH changed AS (
  UPDATE category SET titles = coalesce($2::jsonb, titles), color = coalesce($3, color),
                      position = coalesce($4, position), is_active = coalesce($5, is_active)
  WHERE id = $1 AND (name <> 'general' OR coalesce($5, true))
  RETURNING category_json(category) AS json
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'category.changed', 'everyone', json_build_object('category', json) FROM changed
)
SELECT CASE WHEN changed.json IS NULL THEN 'default' ELSE 'done' END AS outcome,
       json_build_object('category', changed.json) AS json
FROM category c LEFT JOIN changed ON true WHERE c.id = $1;

-- name: category_remove
-- $1 id. An entry that no ticket ever had goes (`json` is NULL), another one is only put away.
-- Answers `default` for what new tickets get. No row: there is no such entry.
WITH gone AS (
  DELETE FROM category c
  WHERE id = $1 AND NOT is_builtin AND NOT EXISTS (SELECT FROM ticket t WHERE t.category = c.name)
  RETURNING id, json_build_object('id', id, 'name', name) AS json
),
put_away AS (
  UPDATE category SET is_active = false
  WHERE id = $1 AND name <> 'general' AND id NOT IN (SELECT id FROM gone)
  RETURNING category_json(category) AS json
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'category.removed', 'everyone'::event_audience, json_build_object('category', json) FROM gone
  UNION ALL
  SELECT 'category.changed', 'everyone', json_build_object('category', json) FROM put_away
)
SELECT CASE WHEN gone.id IS NULL AND put_away.json IS NULL THEN 'default' ELSE 'done' END AS outcome,
       CASE WHEN gone.id IS NULL THEN json_build_object('category', put_away.json) END AS json
FROM category c LEFT JOIN gone ON true LEFT JOIN put_away ON true WHERE c.id = $1;

-- name: priority_list
SELECT json_build_object('priorities', json_agg(priority_json(p) ORDER BY p.position, p.id)) AS json FROM priority p;

-- name: priority_add
-- As category_add; $10 the head start in minutes.
WITH asked AS MATERIALIZED (
  SELECT outcome, made FROM request_find($1, $2, $3)
),
made AS (
  INSERT INTO priority (name, titles, color, position, is_active, head_start_minutes)
  SELECT $4, $5::jsonb, coalesce($6, '#6C757D'), coalesce($7, max(position) + 1), coalesce($8, true), coalesce($10, 0)
  FROM priority HAVING count(*) < $9::integer AND (SELECT outcome FROM asked) IS NULL
  RETURNING *
),
remembered AS MATERIALIZED (
  SELECT request_remember($1, $2, $3, id) FROM made
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'priority.changed', 'everyone', json_build_object('priority', priority_json(m)) FROM made m
)
SELECT coalesce(asked.outcome, 'done') AS outcome, json_build_object('priority', priority_json(entry)) AS json
FROM asked LEFT JOIN remembered ON true
JOIN LATERAL (
  SELECT * FROM made UNION ALL SELECT * FROM priority was WHERE was.id = asked.made) AS entry ON true;

-- name: priority_change
-- As category_change; $6 the head start in minutes, for tickets that arrive from now on.
WITH changed AS (
  UPDATE priority SET titles = coalesce($2::jsonb, titles), color = coalesce($3, color),
                      position = coalesce($4, position), is_active = coalesce($5, is_active),
                      head_start_minutes = coalesce($6, head_start_minutes)
  WHERE id = $1 AND (name <> 'normal' OR coalesce($5, true))
  RETURNING priority_json(priority) AS json
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'priority.changed', 'everyone', json_build_object('priority', json) FROM changed
)
SELECT CASE WHEN changed.json IS NULL THEN 'default' ELSE 'done' END AS outcome,
       json_build_object('priority', changed.json) AS json
FROM priority p LEFT JOIN changed ON true WHERE p.id = $1;

-- name: priority_remove
-- As category_remove.
WITH gone AS (
  DELETE FROM priority p
  WHERE id = $1 AND NOT is_builtin AND NOT EXISTS (SELECT FROM ticket t WHERE t.priority = p.name)
  RETURNING id, json_build_object('id', id, 'name', name) AS json
),
put_away AS (
  UPDATE priority SET is_active = false
  WHERE id = $1 AND name <> 'normal' AND id NOT IN (SELECT id FROM gone)
  RETURNING priority_json(priority) AS json
),
told AS (
  INSERT INTO event (kind, audience, data)
  SELECT 'priority.removed', 'everyone'::event_audience, json_build_object('priority', json) FROM gone
  UNION ALL
  SELECT 'priority.changed', 'everyone', json_build_object('priority', json) FROM put_away
)
SELECT CASE WHEN gone.id IS NULL AND put_away.json IS NULL THEN 'default' ELSE 'done' END AS outcome,
       CASE WHEN gone.id IS NULL THEN json_build_object('priority', put_away.json) END AS json
FROM priority p LEFT JOIN gone ON true LEFT JOIN put_away ON true WHERE p.id = $1;
