-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Taking a ticket and handing it on. Locks are taken ticket, then department, then agents.

-- Who gave a ticket away is not given it right back: for a minute it goes to somebody else, or
-- waits. Rows whose time is over say nothing; they go when somebody has the ticket.
CREATE TABLE ticket_pass (
  ticket_id bigint NOT NULL REFERENCES ticket ON DELETE CASCADE,
  agent_id bigint NOT NULL REFERENCES agent,
  until timestamptz NOT NULL,
  PRIMARY KEY (ticket_id, agent_id)
);

-- Notes that `who`, if that is somebody who answers customers, gave a ticket away.
CREATE FUNCTION ticket_pass (which bigint, who bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ticket_pass (ticket_id, agent_id, until)
  SELECT which, user_id, now() + interval '1 minute' FROM agent WHERE user_id = who
  ON CONFLICT (ticket_id, agent_id) DO UPDATE SET until = excluded.until
$$;

-- Who is not to be given a ticket now.
CREATE FUNCTION ticket_passers (which bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT array_agg(agent_id) FROM ticket_pass WHERE ticket_id = which AND until > now()
$$;

-- `who` takes a ticket that nobody has. Of several at once one gets it, the others are answered
-- `taken`. Answers `done` (also when `who` has it), `not_found`, `forbidden` for somebody who answers
-- no customers, `ended`, or `full`; `over_capacity` is an admin's override.
CREATE FUNCTION ticket_claim (which bigint, who bigint, over_capacity boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF NOT EXISTS (SELECT FROM agent WHERE user_id = who) THEN
    RETURN 'forbidden';
  ELSIF t.assigned_to <> who THEN
    RETURN 'taken';
  END IF;
  RETURN ticket_assign(which, who, over_capacity);
END $$;

-- Why nobody can hand this ticket to that agent, or NULL. Nobody is there to answer a live chat that
-- goes to somebody who left.
CREATE FUNCTION ticket_transfer_obstacle (t ticket, to_agent bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN a.user_id IS NULL THEN 'unknown_receiver'
    WHEN t.channel = 'chat' AND a.presence = 'offline' AND t.assigned_to IS DISTINCT FROM to_agent THEN 'receiver_away'
  END
  FROM (VALUES (to_agent)) AS asked (id)
  LEFT JOIN agent a ON a.user_id = asked.id AND EXISTS (SELECT FROM app_user u WHERE u.id = asked.id AND u.is_active)
$$;

-- Hands a ticket to an agent or to a department (one of them is NULL), where it stands in the queue
-- at its old rank and neither `actor` nor who had it gets it right back. `note` (or NULL) tells
-- colleagues why, `span_tree` is the same drawn. Answers `done`, `not_found`, `ended`,
-- `unknown_receiver`, `receiver_away`, `unknown_department`, or `full`; then nothing was changed.
CREATE FUNCTION ticket_transfer (
  which bigint, to_agent bigint, to_department bigint, note text, span_tree text, actor bigint, over_capacity boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  outcome text;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.status IN ('resolved', 'closed') THEN
    RETURN 'ended';
  ELSIF to_agent IS NOT NULL THEN
    outcome := coalesce(ticket_transfer_obstacle(t, to_agent), ticket_assign(which, to_agent, over_capacity));
  ELSE
    PERFORM FROM department WHERE id = to_department AND is_active FOR KEY SHARE;
    IF NOT FOUND THEN
      RETURN 'unknown_department';
    END IF;
    PERFORM ticket_move(which, to_department);
    outcome := ticket_assign(which, NULL, over_capacity);
    -- The new department's agents come first, whoever knew it in the old one.
    UPDATE ticket SET preferred_agent = NULL, 
                      routed_by = CASE WHEN t.department_id <> to_department THEN 'agent' ELSE routed_by END
    WHERE id = which;
    PERFORM ticket_pass(which, passer) FROM unnest(ARRAY[t.assigned_to, actor]) AS passer;
  END IF;
  IF outcome = 'done' AND note IS NOT NULL THEN
    PERFORM message_append(ARRAY[which], ARRAY[actor], ARRAY[true], ARRAY[gen_random_uuid()::text], ARRAY[note],
                           ARRAY[span_tree], ARRAY[true], ARRAY[-1]);
  END IF;
  RETURN outcome;
END $$;
