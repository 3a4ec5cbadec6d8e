-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Silent customers and silent agents.

-- name: timeouts_get
-- $1 department. No row: there is none.
SELECT json_build_object('timeouts', timeouts_json(id)) AS json FROM department WHERE id = $1;

-- name: timeouts_change
-- $1 department, $2 channel; minutes or NULL: $3 until the reminder, $4 from there until the warning, $5 from
-- there until the end, $6 for an agent's answer.
SELECT timeouts_change($1, $2::text::ticket_channel, $3, $4, $5, $6) AS outcome;

-- name: tickets_time_out
-- Does what is due for at most a hundred tickets; the number looked at.
SELECT tickets_time_out() AS tickets;

-- name: ticket_keep_open
-- $1 ticket, $2 customer.
SELECT ticket_keep_open($1, $2) AS outcome, NULL AS json;
