-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What live sockets ask themselves.

-- name: live_ticket_customer
-- $1 a ticket. Whose it is, and whether nobody else knows of it yet; no row: there is no such
-- ticket.
SELECT customer_id, draft FROM ticket WHERE id = $1 AND deleted_at IS NULL;
