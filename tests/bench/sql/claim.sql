-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The reference of `queue`: an agent who takes the first of a lane that nobody holds, one at a time, with
-- everything that belongs to it. :first_agent begins a row of :agents consecutive ids.
\set agent random(0, :agents - 1) + :first_agent
WITH head AS MATERIALIZED (
  SELECT id FROM ticket WHERE lane_id = :lane AND waiting ORDER BY rank_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
)
SELECT ticket_claim(id, :agent, false) FROM head;
