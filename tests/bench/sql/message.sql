-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The reference of `messages`: what the writer does for a batch, for one message. :first_ticket and
-- :first_author begin rows of :count consecutive ids.
\set n random(0, :count - 1)
\set ticket :first_ticket + :n
\set author :first_author + :n
\set client_id random(1, 9000000000000000000)
SELECT outcome, message_id, author_seq, created_at, message_json, detail
FROM message_append(
  ARRAY[:ticket::bigint], ARRAY[:author::bigint], ARRAY[false], ARRAY[:client_id::text],
  ARRAY['Hello, is there any **news** about my order? It was promised for Tuesday and nothing came.'],
  ARRAY['[{"t":"p","c":["Hello, is there any ",{"t":"b","c":["news"]},'
         '" about my order? It was promised for Tuesday and nothing came."]}]'],
  ARRAY[false], ARRAY[-1]);
