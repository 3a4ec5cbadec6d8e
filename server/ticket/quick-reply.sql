-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Quick replies.

-- name: quick_reply_page
-- $1 and $2 the place (position, id) after which the page begins, $3 page size, $4 only active ones,
-- $5 only this category or NULL.
WITH found AS (
  SELECT q FROM quick_reply q
  WHERE (q.position, q.id) > ($1::integer, $2::bigint) AND (q.is_active OR NOT $4::boolean)
    AND ($5::text IS NULL OR q.category = $5)
  ORDER BY q.position, q.id LIMIT $3::integer + 1
),
page AS (
  SELECT q FROM found ORDER BY (q).position, (q).id LIMIT $3::integer
)
SELECT json_build_object(
         'quick_replies', coalesce((
           SELECT json_agg(quick_reply_json(q) ORDER BY (q).position, (q).id) FROM page), '[]'),
         'next', (
           SELECT (q).position || '.' || (q).id FROM page
           WHERE (SELECT count(*) FROM found) > $3::integer ORDER BY (q).position DESC, (q).id DESC LIMIT 1)) AS json;

-- name: quick_reply_create
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request, $4 titles, $5 contents, $6 category or
-- NULL, $7 whether active, $8 position or NULL.
SELECT outcome, json FROM quick_reply_create($1, $2, $3, $4, $5, $6, $7, $8);

-- name: quick_reply_change
-- $1 quick reply, $2 the revision that the caller knows or NULL; then as in quick_reply_create, NULL for
-- what stays.
SELECT outcome, json FROM quick_reply_change($1, $2, $3, $4, $5, $6, $7);

-- name: quick_reply_delete
-- $1 quick reply. No row: there is none.
WITH gone AS (DELETE FROM quick_reply WHERE id = $1 RETURNING id)
SELECT 'done' AS outcome, NULL AS json, quick_reply_tell('deleted', json_build_object('id', id)) FROM gone;

-- name: quick_reply_render
-- $1 quick reply, $2 ticket, $3 the agent, $4 a language or NULL for the ticket's. The text and what its
-- variables stand for; a value that nobody knows is NULL. No row: there is no such quick reply, or no
-- such ticket.
SELECT q.contents ->> chosen.language AS content, chosen.language,
       c.name AS "customer.name", c.email AS "customer.email", c.phone AS "customer.phone",
       c.company AS "customer.company", agent_shown_name($3, chosen.language) AS "agent.name",
       ticket_number(t.id) AS "ticket.number",
       nullif(t.subject, '') AS "ticket.subject", d.name AS "department.name"
FROM quick_reply q
JOIN ticket t ON t.id = $2 AND NOT t.hidden
CROSS JOIN LATERAL (SELECT language_pick(q.contents, coalesce($4, t.language)) AS language) AS chosen
JOIN app_user c ON c.id = t.customer_id
JOIN department d ON d.id = t.department_id
WHERE q.id = $1;
