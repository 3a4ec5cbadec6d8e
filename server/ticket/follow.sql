-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Following a ticket.

-- name: ticket_follow
-- $1 ticket, $2 who, $3 whether they follow it from now on.
SELECT c.outcome, CASE WHEN $3 THEN ticket_answer($1, c.outcome) END AS json
FROM ticket_follow($1, $2, $3) AS c (outcome);
