-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Who answers customers: departments they serve, capacity by channel, presence by leases.

CREATE TYPE presence_state AS ENUM ('online', 'away', 'offline');

CREATE TABLE agent (
  user_id bigint PRIMARY KEY REFERENCES app_user,
  presence presence_state NOT NULL DEFAULT 'offline',
  last_assigned_at timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE TABLE agent_department (
  agent_id bigint NOT NULL REFERENCES agent,
  department_id bigint NOT NULL REFERENCES department,
  PRIMARY KEY (agent_id, department_id)
);

CREATE INDEX agent_department_agents ON agent_department (department_id, agent_id);

-- `load` counts the agent's open, assigned and in-progress tickets of the channel, kept by
-- ticket_change(). An agent without a row for a channel gets nothing there; a capacity below the
-- load only stops new work.
CREATE TABLE agent_load (
  agent_id bigint NOT NULL REFERENCES agent,
  channel ticket_channel NOT NULL,
  capacity integer NOT NULL CONSTRAINT capacity_range CHECK (capacity BETWEEN 0 AND 1000),
  load integer NOT NULL DEFAULT 0 CHECK (load >= 0),
  PRIMARY KEY (agent_id, channel)
) WITH (fillfactor = 70);

-- An agent is there while one lease lives. A socket's lease has no end while it is connected; when
-- the connection was lost it ends after a grace time, in which the agent keeps everything and gets
-- nothing new. One made over REST ends by itself unless it is said again.
CREATE TABLE presence_lease (
  agent_id bigint NOT NULL REFERENCES agent,
  device text NOT NULL,
  expires_at timestamptz NOT NULL,
  lost boolean NOT NULL DEFAULT false,
  PRIMARY KEY (agent_id, device)
);

CREATE INDEX presence_lease_by_end ON presence_lease (expires_at);

-- Where a ticket stands in its lane: by its arrival less the head start of its priority and of VIPs.
-- Everybody ages at the same speed, so nobody starves.
CREATE FUNCTION queue_rank (enqueued timestamptz, of_priority text, customer bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT enqueued - make_interval(mins => p.head_start_minutes + CASE u.tier WHEN 'vip' THEN s.vip_head_start_minutes
                                                                 ELSE 0 END)
  FROM priority p, app_user u, ticket_setting s
  WHERE p.name = of_priority AND u.id = customer
$$;

-- Every department has a lane for every channel.
CREATE FUNCTION department_lanes () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lane (department_id, channel) SELECT new.id, c FROM unnest(enum_range(NULL::ticket_channel)) AS c;
  RETURN NULL;
END $$;

CREATE TRIGGER department_lanes AFTER INSERT ON department FOR EACH ROW EXECUTE FUNCTION department_lanes();

INSERT INTO department (name, is_default) VALUES ('Support', true);
