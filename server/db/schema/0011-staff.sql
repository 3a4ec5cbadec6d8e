-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Making accounts that sign in. It stands behind the queue, since whoever answers customers gets a
-- capacity for every channel and serves the default department. An admin does too: on a new server
-- nobody else is there.

CREATE FUNCTION account_create (new_role user_role, new_name text, new_email text, new_hash text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  made bigint;
BEGIN
  INSERT INTO app_user (role, name, email, password_hash)
  VALUES (new_role, new_name, new_email, new_hash) RETURNING id INTO made;
  IF new_role <> 'customer' THEN
    INSERT INTO agent (user_id) VALUES (made);
    -- A chat wants an answer now, so an agent holds few of them; the rest waits patiently.
    INSERT INTO agent_load (agent_id, channel, capacity)
    SELECT made, c, CASE c WHEN 'chat' THEN 5 ELSE 20 END
    FROM unnest(enum_range(NULL::ticket_channel)) AS c;
    INSERT INTO agent_department (agent_id, department_id)
    SELECT made, id FROM department WHERE is_default;
  END IF;
  RETURN made;
END $$;
