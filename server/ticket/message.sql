-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Messages of a ticket.

-- name: message_append
-- The writer's batch, one array for each column; see schema/0007-messages.sql. One row for every
-- message, in order.
SELECT outcome, message_id, author_seq, created_at, message_json, detail
FROM message_append($1, $2, $3, $4, $5, $6, $7, $8);

-- name: message_list_staff
-- $1 ticket, $2 newer than this seq (or NULL), $3 older than this seq (or NULL), $4 limit. The ones
-- next to the given seq, or the newest; oldest first. No row: no such ticket.
WITH chosen AS (
  (SELECT m.* FROM message m WHERE $2::integer IS NOT NULL AND m.ticket_id = $1 AND m.seq > $2
   ORDER BY m.seq LIMIT $4)
  UNION ALL
  (SELECT m.* FROM message m WHERE $2::integer IS NULL AND m.ticket_id = $1
     AND m.seq < coalesce($3::integer, 2147483647)
   ORDER BY m.seq DESC LIMIT $4)
)
SELECT json_build_object(
         'messages', coalesce((
           SELECT json_agg(json_build_object(
             'id', m.id, 'ticket_id', m.ticket_id, 'seq', m.seq, 'client_id', m.client_id, 'type', m.type,
             'author', CASE WHEN u.id IS NOT NULL
                       THEN json_build_object('id', u.id, 'name', u.name, 'role', u.role) END,
             'body', m.body, 'data', m.data, 'spans', m.spans, 'is_internal', m.is_internal,
             'created_at', rfc3339(m.created_at)) ORDER BY m.seq)
           FROM chosen m LEFT JOIN app_user u ON u.id = m.author_id), '[]'),
         'last_seq', t.last_seq, 'agent_read_seq', t.agent_read_seq, 'user_read_seq', t.user_read_seq) AS json
FROM ticket t WHERE t.id = $1 AND NOT t.hidden;

-- name: message_list_customer
-- As message_list_staff, for the ticket's customer $5, in the customer's counting; notes are not in
-- it. A message's place in the whole thread is at least its public place and at most as many later
-- as there are notes, which bounds the walk.
WITH mine AS (
  SELECT * FROM ticket t WHERE t.id = $1 AND t.customer_id = $5 AND t.deleted_at IS NULL
),
chosen AS (
  (SELECT m.* FROM mine t JOIN message m ON m.ticket_id = t.id AND m.seq > $2 AND m.public_seq > $2
   WHERE $2::integer IS NOT NULL ORDER BY m.seq LIMIT $4)
  UNION ALL
  (SELECT m.* FROM mine t JOIN message m ON m.ticket_id = t.id AND NOT m.is_internal
     AND m.seq < coalesce($3::integer, t.last_public_seq + 1) + (t.last_seq - t.last_public_seq)
     AND m.public_seq < coalesce($3::integer, 2147483647)
   WHERE $2::integer IS NULL ORDER BY m.seq DESC LIMIT $4)
)
SELECT json_build_object(
         'messages', coalesce((
           SELECT json_agg(json_build_object(
             'id', m.id, 'ticket_id', m.ticket_id, 'seq', m.public_seq, 'client_id', m.client_id, 'type', m.type,
             'author', CASE WHEN u.id IS NOT NULL
                       THEN json_build_object('id', u.id, 'name', u.name, 'role', u.role) END,
             'body', m.body, 'data', m.data, 'spans', m.spans, 'is_internal', false,
             'created_at', rfc3339(m.created_at)) ORDER BY m.seq)
           FROM chosen m LEFT JOIN app_user u ON u.id = m.author_id), '[]'),
         'last_seq', t.last_public_seq, 'agent_read_seq', t.agent_read_public_seq,
         'user_read_seq', t.user_read_public_seq) AS json
FROM mine t;

-- name: ticket_mark_read
-- $1 ticket, $2 reader, $3 whether staff, $4 up to which seq.
SELECT ticket_mark_read($1, $2, $3, $4) AS outcome, NULL AS json;
