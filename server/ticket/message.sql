-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Messages of a ticket.

-- name: message_append
-- The writer's batch, one array for each column; see schema/0007-messages.sql. One row for every
-- message, in order.
SELECT outcome, into_ticket, message_id, author_seq, created_at, message_json, detail
FROM message_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: message_list_staff
-- $1 ticket, $2 newer than this seq (or NULL), $3 older than this seq (or NULL), $4 limit. The ones
-- next to the given seq, or the newest; oldest first. No row: no such ticket.
WITH chosen AS (
  (SELECT m.id, m.seq FROM message m WHERE $2::integer IS NOT NULL AND m.ticket_id = $1 AND m.seq > $2
   ORDER BY m.seq LIMIT $4)
  UNION ALL
  (SELECT m.id, m.seq FROM message m WHERE $2::integer IS NULL AND m.ticket_id = $1
     AND m.seq < coalesce($3::integer, 2147483647)
   ORDER BY m.seq DESC LIMIT $4)
)
SELECT json_build_object(
         'messages', coalesce((
           SELECT json_agg(s.json ORDER BY c.seq) FROM chosen c JOIN message_for_staff s ON s.id = c.id), '[]'),
         'last_seq', t.last_seq, 'agent_read_seq', t.agent_read_seq, 'user_read_seq', t.user_read_seq,
         'agent_delivered_seq', t.agent_delivered_seq, 'user_delivered_seq', t.user_delivered_seq,
         'revision', t.revision) AS json
FROM ticket t WHERE t.id = $1 AND NOT t.hidden;

-- name: message_list_customer
-- As message_list_staff, for a customer $5 who takes part, in the customer's counting; notes are not in
-- it. A message's place in the whole thread is at least its public place and at most as many later
-- as there are notes, which bounds the walk.
WITH mine AS (
  SELECT * FROM ticket t WHERE t.id = $1 AND ticket_takes_part(t, $5) AND t.deleted_at IS NULL
),
chosen AS (
  (SELECT m.id, m.seq FROM mine t JOIN message m ON m.ticket_id = t.id AND m.seq > $2 AND m.public_seq > $2
   WHERE $2::integer IS NOT NULL ORDER BY m.seq LIMIT $4)
  UNION ALL
  (SELECT m.id, m.seq FROM mine t JOIN message m ON m.ticket_id = t.id AND NOT m.is_internal
     AND m.seq < coalesce($3::integer, t.last_public_seq + 1) + (t.last_seq - t.last_public_seq)
     AND m.public_seq < coalesce($3::integer, 2147483647)
   WHERE $2::integer IS NULL ORDER BY m.seq DESC LIMIT $4)
)
SELECT json_build_object(
         'messages', coalesce((
           SELECT json_agg(v.json ORDER BY c.seq) FROM chosen c JOIN message_for_customer v ON v.id = c.id), '[]'),
         'last_seq', t.last_public_seq, 'agent_read_seq', t.agent_read_public_seq,
         'user_read_seq', t.user_read_public_seq, 'agent_delivered_seq', t.agent_delivered_public_seq,
         'user_delivered_seq', t.user_delivered_public_seq, 'revision', t.revision) AS json
FROM mine t;

-- name: message_edit
-- $1 message, $2 actor, $3 whether staff, $4 body, $5 its spans, $6 mentions or NULL for as they are.
SELECT outcome, answer FROM message_edit($1, $2, $3, $4, $5, $6);

-- name: message_take_back
-- $1 message, $2 actor, $3 whether staff, $4 whether admin.
SELECT outcome, answer FROM message_take_back($1, $2, $3, $4);

-- name: message_history
-- $1 message, $2 after which version, $3 how many at most. One that was never changed has its one
-- version still in itself. No row: no such message in any ticket that staff see.
WITH versions AS (
  SELECT v.version, v.action, v.actor_id, v.at, v.body, v.spans, v.mentions, v.attachments FROM message_version v
  WHERE v.message_id = $1 AND v.version > $2::integer
  UNION ALL
  SELECT 1, 'written', m.author_id, m.created_at, m.body, m.spans, m.mentions, m.attachments
  FROM message m
  WHERE m.id = $1 AND $2::integer < 1 AND NOT EXISTS (SELECT FROM message_version v WHERE v.message_id = $1)
  ORDER BY version LIMIT $3::integer + 1
)
SELECT json_build_object(
         'versions', coalesce((
           SELECT json_agg(json_build_object(
             'version', v.version, 'action', v.action, 'at', rfc3339(v.at), 'body', v.body, 'spans', v.spans,
             'mentions', v.mentions, 'attachments', attachments_json(v.attachments),
             'by', CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name, 'role', u.role) END)
             ORDER BY v.version)
           FROM (SELECT * FROM versions ORDER BY version LIMIT $3) v LEFT JOIN app_user u ON u.id = v.actor_id), '[]'),
         'next', (SELECT (v.version - 1)::text FROM versions v ORDER BY v.version OFFSET $3 LIMIT 1)) AS json
FROM message m JOIN ticket t ON t.id = m.ticket_id
WHERE m.id = $1 AND NOT t.hidden;

-- name: ticket_mark_read
-- $1 ticket, $2 reader, $3 whether staff, $4 up to which seq.
SELECT ticket_mark_read($1, $2, $3, $4) AS outcome, NULL AS json;

-- name: ticket_mark_delivered
-- $1 ticket, $2 whose device, $3 whether staff, $4 up to which seq.
SELECT ticket_mark_delivered($1, $2, $3, $4) AS outcome, NULL AS json;
