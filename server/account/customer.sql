-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Customers as staff see them; the steps are in schema/0018-customers.sql.

-- name: customer_page
-- $1 words that all have to stand somewhere in the profile, $2 only customers before this id, $3 page
-- size, $4 whether visitors, $5 label, $6 tier, each NULL for any.
SELECT customer_page($1, $2, $3, $4, $5, $6) AS json;

-- name: customer_get
-- $1 customer. No row: there is none.
SELECT json FROM customer_detail($1) AS json WHERE json IS NOT NULL;

-- name: customer_create
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request, $4 the fields as a JSON object. `made`
-- is the customer, or who has the address already.
SELECT outcome, made FROM customer_create($1, $2, $3, $4);

-- name: customer_change
-- $1 customer, $2 the revision that the caller knows or NULL, $3 whether an admin asks, $4 the fields.
SELECT outcome, made FROM customer_change($1, $2, $3, $4);

-- name: customer_tickets
-- $1 customer, $2 and $3 the place after which the page begins (microseconds of last_message_at, id), $4
-- page size; newest message first. No row: there is no such customer.
SELECT json_build_object('tickets', page.json -> 'tickets', 'next', page.json -> 'next',
                         'stats', stats_json('customer', u.id)) AS json
FROM app_user u
CROSS JOIN LATERAL (
  SELECT ticket_page(json_populate_record(NULL::ticket_filter, json_build_object('customer', u.id)),
                     list_moment($2), $3, $4) AS json) AS page
WHERE u.id = $1 AND u.role = 'customer';

-- name: customer_note_page
-- $1 customer, $2 only notes before this id, $3 page size; newest first. No row: there is no such
-- customer.
SELECT json_build_object(
         'notes', coalesce((
           SELECT json_agg(customer_note_json(n) ORDER BY n.id DESC)
           FROM customer_note n WHERE n.id = ANY (found.ids[1:$3::integer])), '[]'),
         'next', CASE WHEN cardinality(found.ids) > $3::integer THEN found.ids[$3::integer]::text END) AS json
FROM app_user u
CROSS JOIN LATERAL (
  SELECT ARRAY(
    SELECT n.id FROM customer_note n WHERE n.customer_id = u.id AND n.id < $2
    ORDER BY n.id DESC LIMIT $3::integer + 1) AS ids) AS found
WHERE u.id = $1 AND u.role = 'customer';

-- name: customer_note_add
-- $1 customer, $2 author, $3 idempotency key or NULL, $4 digest of the request, $5 text.
SELECT outcome, json FROM customer_note_add($1, $2, $3, $4, $5);

-- name: customer_note_remove
-- $1 customer, $2 note, $3 actor, $4 whether an admin asks.
SELECT customer_note_remove($1, $2, $3, $4) AS outcome, NULL AS json;
