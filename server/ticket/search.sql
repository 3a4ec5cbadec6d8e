-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Searching, and filling the index that is searched.
--
-- Every search: $1 the question as tsquery, $2 the same without other forms, $3 from when, $4 until
-- when (microseconds; the moment of the first page, so that pages fit each other), $5 how many to skip, $6 page
-- size, $7 statuses, $8 priorities, $9 categories, $10 department, $11 agent, $12 whether nobody has
-- it, $13 tags; NULL is no filter. Of what matches the newest 500 are ranked, and as many of these looked up as
-- are shown, and one row more when there is a next page. OFFSET 0 keeps the planner, who cannot know
-- how little a search finds, from reading all messages instead. Moments stand in sub-selects, which are
-- computed once and not for every row.

-- name: search_forms
-- $1 words, $2 whether the last one may be unfinished; `form` is NULL for a word that nobody has written.
SELECT place, form FROM search_forms($1, $2);

-- name: search_slips
-- $1 a word that nobody has written, $2 in how many places it differs at most from what was meant.
SELECT form FROM search_slips($1, $2);

-- name: search_messages_staff
-- $14 how many matches to look at, $15 whether the filters leave only some of them. The words of a
-- merged ticket stand where it goes on too, and are found there.
WITH found AS (
  SELECT s.id, s.at, s.terms
  FROM search_newest('message_search', $1::tsquery, list_moment($3), list_moment($4), $14) AS s
  CROSS JOIN LATERAL (
    SELECT WHERE NOT $15
    UNION ALL
    SELECT FROM message m JOIN ticket t ON t.id = m.ticket_id
    WHERE $15 AND m.id = s.id AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)) AS admitted
  ORDER BY s.at DESC, s.id DESC LIMIT 500
),
ranked AS (
  SELECT id, search_rank(terms, $1::tsquery, $2::tsquery, at, (SELECT list_moment($4))) AS rank FROM found
  ORDER BY rank DESC, id DESC
)
SELECT m.body, json_build_object(
         'id', m.id, 'seq', m.seq, 'is_internal', m.is_internal, 'created_at', rfc3339(m.created_at),
         'author', CASE WHEN u.id IS NOT NULL
                   THEN json_build_object('id', u.id, 'name', u.name, 'role', u.role) END,
         'ticket', json_build_object(
           'id', m.ticket_id, 'ticket_number', ticket_number(m.ticket_id), 'subject', m.subject, 'status', m.status,
           'user', json_build_object('id', c.id, 'name', c.name))) AS json
FROM (
  SELECT r.rank, m.*
  FROM ranked r
  CROSS JOIN LATERAL (
    SELECT m.id, m.seq, m.is_internal, m.created_at, m.author_id, m.body, m.ticket_id, t.subject, t.status,
           t.customer_id
    FROM message m JOIN ticket t ON t.id = m.ticket_id
    WHERE m.id = r.id AND m.body <> '' AND NOT t.hidden AND t.merged_into IS NULL
    OFFSET 0) AS m
  ORDER BY r.rank DESC, r.id DESC OFFSET $5 LIMIT $6::integer + 1) AS m
JOIN app_user c ON c.id = m.customer_id
LEFT JOIN app_user u ON u.id = m.author_id
ORDER BY m.rank DESC, m.id DESC;

-- name: search_messages_customer
-- $14 the customer. What is public in the tickets where a customer takes part is little: of those last
-- written to, a thousand.
WITH own AS (
  (SELECT t.id FROM ticket t
   WHERE t.customer_id = $14 AND NOT t.hidden AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)
   ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1000)
  UNION ALL
  (SELECT t.id FROM ticket t
   WHERE t.participants @> ARRAY[$14::bigint] AND t.participants <> '{}' AND t.customer_id <> $14 AND NOT t.hidden
     AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)
   LIMIT 1000)
),
found AS (
  SELECT m.id, m.created_at AS at, s.terms
  FROM own
  CROSS JOIN LATERAL (
    SELECT m.id, m.created_at FROM message m
    WHERE m.ticket_id = own.id AND NOT m.is_internal AND m.body <> ''
      AND m.created_at >= (SELECT list_moment($3)) AND m.created_at < (SELECT list_moment($4))
    OFFSET 0) AS m
  CROSS JOIN LATERAL (
    SELECT s.terms FROM message_search s WHERE s.at = m.created_at AND s.id = m.id AND s.terms @@ $1::tsquery
    OFFSET 0) AS s
  ORDER BY m.created_at DESC, m.id DESC LIMIT 500
),
ranked AS (
  SELECT id, search_rank(terms, $1::tsquery, $2::tsquery, at, (SELECT list_moment($4))) AS rank FROM found
  ORDER BY rank DESC, id DESC OFFSET $5 LIMIT $6::integer + 1
)
SELECT m.body, json_build_object(
         'id', m.id, 'seq', m.public_seq, 'is_internal', false, 'created_at', rfc3339(m.created_at),
         'author', CASE WHEN u.id IS NOT NULL
                   THEN json_build_object('id', u.id, 'name', u.name, 'role', u.role) END,
         'ticket', json_build_object(
           'id', t.id, 'ticket_number', ticket_number(t.id), 'subject', t.subject, 'status', t.status)) AS json
FROM ranked r
JOIN message m ON m.id = r.id
JOIN ticket t ON t.id = m.ticket_id
LEFT JOIN app_user u ON u.id = m.author_id
ORDER BY r.rank DESC, r.id DESC;

-- name: search_tickets_staff
-- $14 and $15 as above, $16 the question for names, $17 a ticket's number or 0. By number first, then by
-- subject, then what else the people have who are called so.
WITH matching AS (
  SELECT s.id, s.at, s.terms, 0 AS rank
  FROM search_newest('ticket_search', $1::tsquery, list_moment($3), list_moment($4), $14) AS s
  UNION ALL
  SELECT t.id, t.created_at, '', 1000 FROM ticket t WHERE t.id = $17
  UNION ALL
  SELECT t.id, t.created_at, '', 0
  FROM search_newest('customer_search', $16::tsquery, '-infinity', list_moment($4), 20) AS c
  CROSS JOIN LATERAL (
    SELECT id, created_at FROM ticket WHERE customer_id = c.id AND NOT hidden
    ORDER BY last_message_at DESC, id DESC LIMIT 25) AS t
),
found AS (
  SELECT n.id, max(n.rank + search_rank(n.terms, $1::tsquery, $2::tsquery, n.at, (SELECT list_moment($4)))) AS rank
  FROM matching n
  CROSS JOIN LATERAL (
    SELECT WHERE NOT $15
    UNION ALL
    SELECT FROM ticket t
    WHERE $15 AND t.id = n.id AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)) AS admitted
  WHERE n.at >= (SELECT list_moment($3)) AND n.at < (SELECT list_moment($4))
  GROUP BY n.id ORDER BY max(n.at) DESC LIMIT 500
),
ranked AS (
  SELECT id, rank FROM found ORDER BY rank DESC, id DESC
)
SELECT t.subject, u.name, s.json
FROM (
  SELECT r.rank, t.*
  FROM ranked r
  CROSS JOIN LATERAL (
    SELECT t.id, t.subject, t.customer_id FROM ticket t WHERE t.id = r.id AND NOT t.hidden OFFSET 0) AS t
  ORDER BY r.rank DESC, r.id DESC OFFSET $5 LIMIT $6::integer + 1) AS t
JOIN app_user u ON u.id = t.customer_id
JOIN ticket_for_staff s ON s.id = t.id
ORDER BY t.rank DESC, t.id DESC;

-- name: search_tickets_customer
-- $14 the customer, $15 a ticket's number or 0.
WITH own AS (
  (SELECT t.id, t.created_at FROM ticket t
   WHERE t.customer_id = $14 AND NOT t.hidden
     AND t.created_at >= (SELECT list_moment($3)) AND t.created_at < (SELECT list_moment($4))
     AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)
   ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1000)
  UNION ALL
  (SELECT t.id, t.created_at FROM ticket t
   WHERE t.participants @> ARRAY[$14::bigint] AND t.participants <> '{}' AND t.customer_id <> $14 AND NOT t.hidden
     AND t.created_at >= (SELECT list_moment($3)) AND t.created_at < (SELECT list_moment($4))
     AND search_admits(t, $7::ticket_status[], $8, $9, $10, $11, $12, $13)
   LIMIT 1000)
),
found AS (
  SELECT own.id,
         CASE WHEN own.id = $15 THEN 1000
              ELSE search_rank(s.terms, $1::tsquery, $2::tsquery, own.created_at, (SELECT list_moment($4))) END AS rank
  FROM own
  LEFT JOIN LATERAL (
    SELECT s.terms FROM ticket_search s WHERE s.at = own.created_at AND s.id = own.id AND s.terms @@ $1::tsquery
    OFFSET 0) AS s ON true
  WHERE s.terms IS NOT NULL OR own.id = $15
  ORDER BY own.created_at DESC LIMIT 500
),
ranked AS (
  SELECT id, rank FROM found ORDER BY rank DESC, id DESC OFFSET $5 LIMIT $6::integer + 1
)
SELECT t.subject, u.name, c.json
FROM ranked r
JOIN ticket t ON t.id = r.id
JOIN app_user u ON u.id = t.customer_id
JOIN ticket_for_customer c ON c.id = r.id
ORDER BY r.rank DESC, r.id DESC;

-- name: search_ticket_ids
-- $1 the question, $2 a ticket's number or 0, $3 the question for names: which tickets a list is narrowed
-- to.
SELECT coalesce(json_agg(DISTINCT found.id), '[]') AS ids
FROM (
  SELECT id FROM search_newest('ticket_search', $1::tsquery, '-infinity', now() + interval '1 day', 500)
  UNION ALL
  SELECT $2::bigint WHERE $2 > 0
  UNION ALL
  SELECT t.id FROM search_newest('customer_search', $3::tsquery, '-infinity', now() + interval '1 day', 20) AS c
  CROSS JOIN LATERAL (
    SELECT id FROM ticket WHERE customer_id = c.id AND NOT hidden
    ORDER BY last_message_at DESC, id DESC LIMIT 25) AS t) AS found;

-- name: search_ticket_ids_customer
-- $3 the customer, of whose own tickets the last thousand are looked at.
SELECT coalesce(json_agg(own.id), '[]') AS ids
FROM (
  SELECT id, created_at FROM ticket WHERE customer_id = $3 AND NOT hidden
  ORDER BY last_message_at DESC, id DESC LIMIT 1000) AS own
LEFT JOIN ticket_search s ON s.at = own.created_at AND s.id = own.id AND s.terms @@ $1::tsquery
WHERE s.id IS NOT NULL OR own.id = $2;

-- name: search_customers
-- $1 the question for names, $2 until when, $3 how many to skip, $4 page size, $5 a customer's
-- number or 0, $6 what the name must hold then.
WITH found AS (
  SELECT s.id, ts_rank(s.terms, $1::tsquery, 1) AS rank
  FROM search_newest('customer_search', $1::tsquery, '-infinity', list_moment($2), 500) AS s
  UNION ALL
  SELECT id, 1000 FROM app_user WHERE id = $5 AND position($6 IN lower(name)) > 0
),
ranked AS (
  SELECT id, max(rank) AS rank FROM found GROUP BY id ORDER BY max(rank) DESC, id DESC
)
SELECT u.name, u.email, u.json
FROM ranked r
CROSS JOIN LATERAL (
  SELECT u.name, u.email, customer_json(u) AS json FROM app_user u
  WHERE u.id = r.id AND u.role = 'customer' AND u.is_active
  OFFSET 0) AS u
ORDER BY r.rank DESC, r.id DESC OFFSET $3 LIMIT $4::integer + 1;

-- name: search_begin
-- $1 the version of the cutting.
SELECT search_begin($1);

-- name: search_take
-- $1 how many events at most; see the schema. No row has an id when there is nothing to index.
SELECT events, source, id, at, body FROM search_take($1);

-- name: search_take_old
-- $1 how many messages at most.
SELECT events, source, id, at, body FROM search_take_old($1);

-- name: search_put
-- $1 the table, and an array each: $2 moments, $3 ids, $4 terms.
SELECT DISTINCT p AS partition FROM search_put($1, $2, $3, $4) AS p;

-- name: search_count
-- $1 words, $2 how much to add where one is known, $3 how often it is used where not.
SELECT search_count($1, $2, $3);

-- name: search_tidy
-- $1 oids of partitions.
SELECT search_tidy($1);

-- name: search_partitions_ahead
SELECT search_partitions_ahead();
