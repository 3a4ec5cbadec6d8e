-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- One change for many tickets; the steps are in schema/0022-bulk.sql. In both statements the change is
-- $1 status or NULL, $2 whether to assign, $3 agent or NULL, $4 category or NULL, $5 priority or NULL,
-- $6 department or NULL, $7 tags to add, $8 tags to remove.

-- name: bulk_unknown
-- The first value that names nothing there is, or NULL.
SELECT bulk_unknown((
         $1::text::ticket_status, $2::boolean, $3::bigint, $4::text, $5::text, $6::bigint, $7::text[],
         $8::text[])::bulk_change) AS outcome;

-- name: tickets_change
-- $9 tickets, each once; $10 whether the actor may, $11 actor, $12 whether over capacity is permitted. A
-- row for every ticket, in order.
SELECT ticket_id, outcome, detail
FROM tickets_change(
  $9::bigint[], (
    $1::text::ticket_status, $2::boolean, $3::bigint, $4::text, $5::text, $6::bigint, $7::text[],
    $8::text[])::bulk_change,
  $10, $11, $12);
