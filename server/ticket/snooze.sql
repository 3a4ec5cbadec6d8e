-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Snoozing.

-- name: ticket_snooze
-- $1 ticket, $2 until when, in microseconds since 1970.
SELECT c.outcome, ticket_answer($1, c.outcome) AS json
FROM ticket_snooze($1, list_moment($2)) AS c (outcome);

-- name: ticket_wake
-- $1 ticket.
SELECT ticket_wake($1) AS outcome, NULL AS json;

-- name: tickets_wake_due
-- Ends the snoozes whose time has come, at most 200 of them; the number.
SELECT tickets_wake_due() AS tickets;
