-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- A change of some ticket that nobody waits for: :first_ticket begins a row of :count consecutive ids.
\set ticket random(0, :count - 1) + :first_ticket
SELECT ticket_change(
  id, CASE status WHEN 'in_progress' THEN 'waiting_on_customer' ELSE 'in_progress' END::ticket_status, assigned_to,
  true, NULL)
FROM ticket WHERE id = :ticket;
