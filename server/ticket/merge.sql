-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Merging tickets; the steps are in schema/0017-merge.sql.

-- name: ticket_merge
-- $1 target, $2 source, $3 actor, $4 whether other customers are confirmed, $5 whether they take part.
SELECT ticket_merge_into($1, $2, $3, $4, $5) AS outcome;

-- name: ticket_unmerge
-- $1 target, $2 source, $3 actor.
SELECT ticket_unmerge($1, $2, $3) AS outcome;

-- name: ticket_merged_into
-- $1 ticket. Where it goes on; no row: nowhere.
SELECT merged_into FROM ticket WHERE id = $1 AND merged_into IS NOT NULL;

-- name: ticket_merge_answer
-- $1 target, $2 source: both as staff see them.
SELECT json_build_object('ticket', t.json, 'source', s.json) AS json
FROM ticket_for_staff t, ticket_for_staff s WHERE t.id = $1 AND s.id = $2;
