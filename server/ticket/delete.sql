-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Deleting tickets, and the way back.

-- name: ticket_delete
-- $1 ticket, $2 who deletes it.
SELECT ticket_delete($1, $2) AS outcome, NULL AS json;

-- name: ticket_restore
-- $1 ticket.
SELECT c.outcome, ticket_answer($1, c.outcome) AS json FROM ticket_restore($1) AS c (outcome);

-- name: tickets_purge
-- Takes tickets away for good whose time as deleted ones is over, a few at a time; the number.
SELECT tickets_purge() AS tickets;
