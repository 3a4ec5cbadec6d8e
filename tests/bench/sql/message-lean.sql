-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The rows that one message writes, by the leanest statement for one message alone: no batch, no
-- questions about repeats, drafts or closed tickets. Nobody may run this in earnest; it shows how
-- much of the reference is the price of a function made for batches. Variables as in message.sql.
\set n random(0, :count - 1)
\set ticket :first_ticket + :n
\set author :first_author + :n
\set client_id random(1, 9000000000000000000)
WITH thread AS (
  UPDATE ticket SET
    last_seq = last_seq + 1, last_public_seq = last_public_seq + 1,
    agent_unread_count = agent_unread_count + 1, last_message_preview = 'Hello, is there any',
    last_message_role = 'customer', last_message_at = now(), updated_at = now(),
    revision = revision + 1
  WHERE id = :ticket
  RETURNING *
),
written AS (
  INSERT INTO message (ticket_id, seq, public_seq, author_id, client_id, body, spans)
  SELECT id, last_seq, last_public_seq, :author, :client_id::text,
         'Hello, is there any **news** about my order? It was promised for Tuesday and nothing came.',
         '[{"t":"p","c":["Hello, is there any ",{"t":"b","c":["news"]},'
         '" about my order? It was promised for Tuesday and nothing came."]}]'
  FROM thread
  RETURNING *
),
announced AS (
  INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data, staff)
  SELECT 'message.created', 'ticket', thread.id, thread.customer_id, seq, public_seq,
         json_build_object(
           'message', json_build_object(
             'id', written.id, 'ticket_id', ticket_id, 'client_id', client_id, 'type', 'text',
             'author', json_build_object('id', author_id, 'name', 'Ada Roy', 'role', 'customer'),
             'body', body, 'data', NULL, 'spans', spans, 'attachments', '[]'::json, 'is_internal', is_internal,
             'mentions', mentions, 'edited_at', NULL, 'taken_back_at', NULL, 'origin', NULL,
             'created_at', rfc3339(now())),
           'ticket', json_build_object(
             'id', thread.id, 'revision', revision, 'user_unread_count', user_unread_count,
             'last_message', json_build_object('preview', last_message_preview,
                                               'author_role', last_message_role),
             'last_message_at', rfc3339(now()), 'updated_at', rfc3339(now()))),
         json_build_object('agent_unread_count', agent_unread_count, 'first_response_at', first_response_at)
  FROM written, thread
)
SELECT id, seq, created_at FROM written;
