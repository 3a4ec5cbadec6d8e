-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Tickets: making, reading, moving.

-- name: ticket_create
-- $1 actor, $2 whether staff, $3 customer, $4 channel, $5 department or NULL, $6 category or NULL,
-- $7 priority, $8 subject or NULL, $9 language or NULL, $10 idempotency key or NULL, $11 digest of the
-- request, $12 body or NULL, $13 its spans, $14 client_id, $15 whether the body is the actor's own,
-- $16 its files.
SELECT c.outcome, c.ticket_id
FROM ticket_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS c;

-- name: visitor_ticket_wait
-- $1 visitor. Seconds until they may open another ticket.
SELECT coalesce(visitor_ticket_wait($1), 0) AS seconds;

-- name: ticket_json_staff
-- $1 ticket, $2 the actor, who alone sees a draft of their own making. No row: no such ticket.
SELECT s.json FROM ticket_for_staff s JOIN ticket t USING (id)
WHERE s.id = $1 AND t.deleted_at IS NULL AND (NOT t.draft OR t.created_by = $2);

-- name: ticket_json_customer
-- $1 ticket, $2 customer. No row: no such ticket of theirs.
SELECT c.json FROM ticket_for_customer c JOIN ticket t USING (id)
WHERE c.id = $1 AND ticket_takes_part(t, $2) AND t.deleted_at IS NULL;

-- name: ticket_drafts_purge
-- Drafts that never got a message.
DELETE FROM ticket WHERE draft AND last_seq = 0 AND created_at < now() - interval '1 day';

-- name: ticket_set_status
-- $1 ticket, $2 status, $3 actor, $4 whether over capacity is permitted. The ticket is read
-- afterwards, by a statement that sees the change.
SELECT ticket_set_status($1, $2, $3, $4) AS outcome;

-- name: ticket_edit
-- $1 ticket, $2 subject, $3 category, $4 priority, $5 department, $6 language (each NULL to leave it),
-- $7 the revision that the actor saw, or NULL.
SELECT ticket_edit($1, $2, $3, $4, $5, $6, $7) AS outcome;

-- name: ticket_moves
-- $1 ticket: where its status may move.
SELECT '"allowed":' || coalesce(json_agg(m.to_status ORDER BY m.to_status), '[]') AS members
FROM ticket t JOIN status_move m ON m.from_status = t.status WHERE t.id = $1;
