-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- A long history: so many closed tickets, a minute apart, of the customers that are there.
-- 1 how many

INSERT INTO ticket (
  channel, lane_id, department_id, customer_id, status, subject, last_seq, last_public_seq,
  last_message_preview, last_message_role, last_message_at, created_at, closed_at
)
SELECT
  'portal', model.lane_id, model.department_id, model.customer_id, 'closed', 'Old ticket ' || n, 1, 1,
  'Thank you, it arrived.', 'customer', moment, moment, moment
FROM generate_series(1, %s) AS n
CROSS JOIN LATERAL (SELECT now() - interval '30 days' - n * interval '1 minute' AS moment) AS time
JOIN LATERAL (
  SELECT lane_id, department_id, customer_id FROM ticket AS known
  WHERE known.id <= 100 ORDER BY known.id OFFSET mod(n, 50) LIMIT 1
) AS model ON true;
