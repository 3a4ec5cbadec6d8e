-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The rows that one claim writes, by the leanest statement for that alone: nobody may run this in earnest.
-- It shows how much of the reference is the price of a function that moves any ticket. Variables as in
-- claim.sql.
\set agent random(0, :agents - 1) + :first_agent
WITH head AS MATERIALIZED (
  SELECT id FROM ticket WHERE lane_id = :lane AND waiting ORDER BY rank_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
),
loaded AS (
  UPDATE agent_load SET load = load + 1 FROM head
  WHERE agent_id = :agent AND channel = 'chat' AND load < capacity RETURNING agent_id
),
noted AS (
  UPDATE agent SET last_assigned_at = clock_timestamp() FROM loaded WHERE user_id = loaded.agent_id
),
handed AS (
  UPDATE ticket t SET status = 'assigned', assigned_to = loaded.agent_id, waiting = false, handed_over_at = now(),
                      last_seq = last_seq + 1, last_public_seq = last_public_seq + 1, updated_at = now(),
                      revision = revision + 1
  FROM head, loaded WHERE t.id = head.id RETURNING t AS ticket
),
whole AS (
  SELECT h.ticket, u AS person, json_build_object('id', u.id, 'name', u.name, 'presence', 'online') AS agent
  FROM handed h JOIN app_user u ON u.id = (h.ticket).assigned_to
),
line AS (
  INSERT INTO message (ticket_id, seq, public_seq, author_id, from_staff, type, body, data)
  SELECT (w.ticket).id, (w.ticket).last_seq, (w.ticket).last_public_seq, (w.person).id, true, 'system', 'assigned',
         json_build_object('name', (w.person).name)
  FROM whole w RETURNING message
)
INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data)
SELECT e.kind, 'ticket', (w.ticket).id, (w.ticket).customer_id, e.seq, e.public_seq, e.data
FROM whole w, line l
CROSS JOIN LATERAL (
  VALUES ('ticket.updated', NULL::integer, NULL::integer, ticket_changed_json(w.ticket, w.agent)),
         ('message.created', (l.message).seq, (l.message).public_seq, ticket_line_json(l.message)))
  AS e (kind, seq, public_seq, data);
