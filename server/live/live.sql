-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What live sockets ask themselves.

-- name: live_ticket_customer
-- $1 a ticket, $2 who asks. Whose it is, whether nobody else knows of it yet, and whether who asks takes
-- part in it; no row: there is no such ticket.
SELECT customer_id, draft, $2 = ANY (participants) AS takes_part FROM ticket WHERE id = $1 AND deleted_at IS NULL;
