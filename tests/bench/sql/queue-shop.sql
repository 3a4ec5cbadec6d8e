-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- A queue in any length, as long as one likes, and desks to put it on.
CREATE SCHEMA IF NOT EXISTS bench;

-- Lets so many more wait, behind those that do.
CREATE OR REPLACE FUNCTION bench.wait_more (department bigint, tickets integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  last timestamptz := (SELECT coalesce(max(rank_at), now() - interval '400 days') FROM ticket
                       WHERE department_id = department AND waiting);
BEGIN
  INSERT INTO ticket (channel, lane_id, department_id, customer_id, subject, waiting, waiting_since, enqueued_at,
                      rank_at, last_message_preview, last_message_role)
  SELECT 'chat', l.id, department, c.ids[1 + n % cardinality(c.ids)], 'Order ' || n, true, moment, moment, moment,
         'Where is it?', 'customer'
  FROM generate_series(1, tickets) AS n, LATERAL (SELECT last + n * interval '1 second' AS moment) AS came, lane l,
       (SELECT array_agg(id) AS ids FROM app_user WHERE role = 'customer') AS c
  WHERE l.department_id = department AND l.channel = 'chat';
END $$;

-- Everything that agents of the department have ends, and each takes as many as `capacity` from now on.
CREATE OR REPLACE FUNCTION bench.clear_desks (department bigint, places integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket SET status = 'closed', closed_at = now()
  WHERE department_id = department AND assigned_to IS NOT NULL AND status <> 'closed';
  UPDATE agent_load SET load = 0, capacity = places
  WHERE agent_id IN (SELECT agent_id FROM agent_department m WHERE m.department_id = department) AND channel = 'chat';
END $$;

-- The department's agents come or go.
CREATE OR REPLACE FUNCTION bench.set_presence (department bigint, chosen presence_state) RETURNS void LANGUAGE sql AS $$
  INSERT INTO presence_lease (agent_id, device, expires_at)
  SELECT agent_id, 'bench', 'infinity' FROM agent_department m WHERE m.department_id = department
  ON CONFLICT DO NOTHING;
  UPDATE agent SET presence = chosen
  WHERE user_id IN (SELECT agent_id FROM agent_department m WHERE m.department_id = department);
$$;

-- So many tickets that nobody waits for; the first one's id.
CREATE OR REPLACE FUNCTION bench.begin_others (tickets integer) RETURNS bigint LANGUAGE sql AS $$
  WITH made AS (
    INSERT INTO ticket (channel, department_id, customer_id, status, subject)
    SELECT 'portal', d.id, (SELECT min(id) FROM app_user WHERE role = 'customer'), 'in_progress', 'Old order'
    FROM department d, generate_series(1, tickets) WHERE d.is_default
    RETURNING id
  )
  SELECT min(id) FROM made
$$;
