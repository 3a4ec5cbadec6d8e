-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of the routing by text: reading, learning, and what admins decide.

-- name: routing_unsorted
-- $1 how many at most. Tickets whose text is to be read, with its words: the subject, unless it is only the
-- message's beginning, and what the customer said first.
SELECT t.id AS ticket, concat_ws(E'\n', nullif(t.subject, ticket_first_words(m.body)), m.body) AS text
FROM ticket t
LEFT JOIN LATERAL (
  SELECT m.body FROM message m WHERE m.ticket_id = t.id AND m.author_id = t.customer_id ORDER BY m.seq LIMIT 1
) AS m ON true
WHERE t.unsorted ORDER BY t.id LIMIT $1;

-- name: routing_book
-- Every department in use and one of its keywords in each row, NULL where it has none; beside it what holds
-- for all: how sure a guess must be, in percent, and the live model, or NULL.
SELECT d.id AS department, k.word, s.confidence, (SELECT m.id FROM routing_model m WHERE m.state = 'live') AS model
FROM department d CROSS JOIN routing_setting s
LEFT JOIN LATERAL (
  SELECT w.word FROM jsonb_each(d.keywords) AS l (language, words), jsonb_array_elements_text(l.words) AS w (word)
) AS k ON true
WHERE d.is_active
ORDER BY d.id;

-- name: routing_model_bytes
-- The live model. No row: there is none.
SELECT id, encode(bytes, 'base64') AS bytes FROM routing_model WHERE state = 'live';

-- name: tickets_sort
-- $1 tickets, $2 where each belongs or NULL, $3 by which way, $4 what each seemed to be or NULL, $5 how
-- surely, $6 why, $7 by which model. Those that were sorted.
SELECT ticket FROM tickets_sort($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::real[], $6::text[], $7)
  AS ticket;

-- name: routing_learn_begin
-- $1 whether to look for enough that is new, too.
SELECT routing_learn_begin($1) AS learns;

-- name: routing_learn_end
UPDATE routing_learning SET busy_since = NULL;

-- name: routing_lessons
-- $1 ids below this, $2 how many. Tickets whose department somebody has agreed with, by answering there or by
-- moving it there, newest first; who moved one corrected a guess, so that counts more.
SELECT t.id AS ticket, t.department_id AS department, t.routed_by = 'agent' AS is_correction,
       concat_ws(E'\n', nullif(t.subject, ticket_first_words(m.body)), left(m.body, 4000)) AS text
FROM ticket t
JOIN LATERAL (
  SELECT m.body FROM message m WHERE m.ticket_id = t.id AND m.author_id = t.customer_id ORDER BY m.seq LIMIT 1
) AS m ON true
WHERE t.id < $1 AND NOT t.hidden AND t.merged_into IS NULL
  AND (t.first_response_at IS NOT NULL OR t.routed_by = 'agent')
  AND EXISTS (SELECT FROM department d WHERE d.id = t.department_id AND d.is_active)
ORDER BY t.id DESC LIMIT $2;

-- name: routing_model_add
-- $1 whether it becomes the live one, $2 tickets, $3 departments, $4 tickets held out; what it did with
-- those: $5 accuracy, $6 coverage, $7 accuracy of what it covered, $8 gain, $9 gain of the live one; $10 the
-- model in base64.
SELECT routing_model_add($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'base64'));

-- name: routing_get
SELECT json_build_object(
         'routing', json_build_object(
           'is_learning', l.busy_since IS NOT NULL OR l.is_asked, 'tried_at', rfc3339(l.tried_at),
           'models', (SELECT coalesce(json_agg(routing_model_json(m) ORDER BY m.id DESC), '[]') FROM routing_model m)))
       AS json
FROM routing_learning l;

-- name: routing_learn_ask
UPDATE routing_learning SET is_asked = true;

-- name: routing_confidence
-- How sure a guess must be, from 0 to 1.
SELECT confidence / 100.0 AS confidence FROM routing_setting;

-- name: routing_setting_get
SELECT json_build_object('reads_text', reads_text, 'confidence', confidence) AS json FROM routing_setting;

-- name: routing_setting_change
-- $1 whether texts are read, $2 how sure a guess must be: each NULL to leave it.
UPDATE routing_setting SET reads_text = coalesce($1, reads_text), confidence = coalesce($2, confidence);

-- name: department_keywords_get
-- $1 department. No row: there is none.
SELECT json_build_object('keywords', keywords) AS json FROM department WHERE id = $1;

-- name: department_keywords_put
-- $1 department, $2 its keywords by language. No row: there is none.
UPDATE department SET keywords = $2::jsonb WHERE id = $1 RETURNING json_build_object('keywords', keywords) AS json;

-- name: category_department_put
-- $1 category, $2 the department that its tickets are for, or NULL for none. `unknown_department` for one
-- that is not in use. No row: no such category.
SELECT CASE WHEN m.json IS NULL THEN 'unknown_department' ELSE 'done' END AS outcome,
       json_build_object('category', m.json) AS json
FROM category c
LEFT JOIN LATERAL (
  SELECT category_map(c.id, $2) AS json
  WHERE $2::bigint IS NULL OR EXISTS (SELECT FROM department WHERE id = $2 AND is_active)) AS m ON true
WHERE c.id = $1;

-- name: ticket_routing_get
-- $1 ticket. No row: there is none that staff can see.
SELECT json_build_object('routing', json_build_object(
         'by', t.routed_by, 'department', json_build_object('id', d.id, 'name', d.name),
         'text', CASE WHEN r.ticket_id IS NOT NULL THEN json_build_object(
           'by', r.way, 'guess', CASE WHEN g.id IS NOT NULL THEN json_build_object('id', g.id, 'name', g.name) END,
           'confidence', round(r.confidence::numeric, 4), 'reasons', r.reasons, 'model', r.model_id,
           'at', rfc3339(r.at)) END)) AS json
FROM ticket t JOIN department d ON d.id = t.department_id
LEFT JOIN ticket_routing r ON r.ticket_id = t.id
LEFT JOIN department g ON g.id = r.department_id
WHERE t.id = $1 AND NOT t.draft;
