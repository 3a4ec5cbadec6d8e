-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Links between tickets.

-- name: ticket_link_to
-- $1 ticket, $2 the other, $3 what the other is to it.
SELECT c.outcome, ticket_answer($1, c.outcome) AS json
FROM ticket_link_to($1, $2, $3::text::link_kind) AS c (outcome);

-- name: ticket_unlink
-- $1 ticket, $2 the other.
SELECT ticket_unlink($1, $2) AS outcome, NULL AS json;
