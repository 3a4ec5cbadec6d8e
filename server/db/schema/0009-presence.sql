-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Presence and hand-out: who is there, and the array form of assigning.

-- Who may be given work now: chose to be online, and a device is connected or said so a short while
-- ago.
CREATE VIEW agent_present AS
SELECT a.user_id, a.last_assigned_at
FROM agent a
JOIN app_user u ON u.id = a.user_id AND u.is_active
WHERE a.presence = 'online'
  AND EXISTS (SELECT FROM presence_lease l WHERE l.agent_id = a.user_id AND NOT l.lost AND l.expires_at > now());

-- Tells everybody where an agent is now.
CREATE FUNCTION presence_tell (who bigint, state presence_state) RETURNS void LANGUAGE sql AS $$
  INSERT INTO event (kind, audience, data)
  VALUES ('presence.changed', 'everyone', json_build_object('agent', json_build_object('id', who, 'state', state)))
$$;

-- Whether a lease has ended. One from the future was written before somebody set the clock back, and
-- does not live until the clock is there again.
CREATE FUNCTION lease_is_over (l presence_lease) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT l.expires_at <= now() OR (l.expires_at < 'infinity' AND l.since > now() + interval '1 minute')
$$;

-- Who is online while nobody is at any of the agent's devices, for longer than that may be.
CREATE FUNCTION agents_idle () RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT a.user_id FROM agent a JOIN presence_lease l ON l.agent_id = a.user_id CROSS JOIN queue_setting s
  WHERE a.presence = 'online' AND NOT l.lost AND s.away_after_idle_minutes > 0
  GROUP BY a.user_id, s.away_after_idle_minutes
  HAVING bool_and(l.idle_since <= now() - make_interval(mins => s.away_after_idle_minutes) IS TRUE)
$$;

-- The live chats of agents, locked.
CREATE FUNCTION agents_lock_chats (who bigint[]) RETURNS bigint[] LANGUAGE sql AS $$
  SELECT array_agg(id) FROM (
    SELECT id FROM ticket t
    WHERE coalesce(assigned_to, 0) = ANY (who) AND status IN ('open', 'assigned', 'in_progress')
      AND channel = 'chat' AND NOT hidden AND ticket_is_load(t)
    ORDER BY id FOR NO KEY UPDATE) AS locked
$$;

-- Says what an agent chose, on a device whose lease lives until `lease_end`, unless it has a
-- socket: then the socket alone says how long. Who is away `until` some time (or NULL) is online again
-- then. With `hands_over` the agent's live chats go back to the queue at their old rank, to others first.
-- Answers `done` and how many those were, or `forbidden` for somebody who answers no customers.
CREATE FUNCTION presence_set (
  who bigint, on_device text, chosen presence_state, lease_end timestamptz, until timestamptz DEFAULT NULL,
  hands_over boolean DEFAULT false,  OUT outcome text, OUT handed_over integer)
LANGUAGE plpgsql AS $$
DECLARE
  was presence_state;
  chats bigint[] := '{}';
  chat bigint;
BEGIN
  handed_over := 0;
  IF hands_over THEN
    chats := coalesce(agents_lock_chats(ARRAY[who]), '{}');
  END IF;
  SELECT presence INTO was FROM agent WHERE user_id = who FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    outcome := 'forbidden';
    RETURN;
  END IF;
  outcome := 'done';
  INSERT INTO presence_lease AS l (agent_id, device, expires_at) VALUES (who, on_device, lease_end)
  ON CONFLICT (agent_id, device) DO UPDATE SET expires_at = excluded.expires_at, since = now()
  WHERE NOT l.lost AND l.expires_at < 'infinity';
  UPDATE agent SET presence = chosen, away_until = CASE WHEN chosen = 'away' THEN until END, stepped_away = false,
                   missed_offers = 0
  WHERE user_id = who;
  IF was <> chosen THEN
    PERFORM presence_tell(who, chosen);
  END IF;
  FOREACH chat IN ARRAY chats LOOP
    PERFORM ticket_pass(chat, who);
    PERFORM ticket_change(chat, 'open', NULL, true, 'returned', who);
    handed_over := handed_over + 1;
  END LOOP;
END $$;

-- A device says since when nobody is at it (NULL: somebody is). Who was Away only for that is online
-- again. Answers `done`, or `forbidden` for somebody who answers no customers.
CREATE FUNCTION presence_idle (who bigint, on_device text, idle timestamptz, lease_end timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM agent WHERE user_id = who FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'forbidden';
  END IF;
  INSERT INTO presence_lease (agent_id, device, expires_at, idle_since) VALUES (who, on_device, lease_end, idle)
  ON CONFLICT (agent_id, device) DO UPDATE SET idle_since = excluded.idle_since;
  IF idle IS NULL THEN
    UPDATE agent SET presence = 'online', stepped_away = false
    WHERE user_id = who AND presence = 'away' AND stepped_away;
    IF FOUND THEN
      PERFORM presence_tell(who, 'online');
    END IF;
  END IF;
  RETURN 'done';
END $$;

-- A socket of an agent was opened (`lease_end` infinity) or lost (the end of the grace time).
-- Changes nothing for anybody else.
CREATE FUNCTION presence_connection (who bigint, on_device text, connected boolean, lease_end timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM agent WHERE user_id = who FOR NO KEY UPDATE;
  IF FOUND THEN
    INSERT INTO presence_lease (agent_id, device, expires_at, lost) VALUES (who, on_device, lease_end, NOT connected)
    ON CONFLICT (agent_id, device) DO UPDATE SET expires_at = excluded.expires_at, lost = excluded.lost, since = now();
  END IF;
END $$;

-- Makes agents Away at whose devices nobody is, and those online whose time away is over. How many.
CREATE FUNCTION presence_turn () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  idle bigint[] := ARRAY(SELECT agents_idle());
  turned integer;
BEGIN
  PERFORM FROM agent WHERE user_id = ANY (idle) OR away_until <= now() ORDER BY user_id FOR NO KEY UPDATE;
  -- Who came back, or chose something, before the lock was got stays as that says.
  WITH stepped AS (
    UPDATE agent SET presence = 'away', stepped_away = true
    WHERE user_id = ANY (idle) AND user_id IN (SELECT agents_idle())
    RETURNING user_id, presence
  ),
  returned AS (
    UPDATE agent SET presence = CASE presence WHEN 'away' THEN 'online' ELSE presence END, away_until = NULL
    WHERE away_until <= now()
    RETURNING user_id, presence
  )
  SELECT count(presence_tell(user_id, presence)) INTO turned
  FROM (SELECT * FROM stepped UNION ALL SELECT * FROM returned) AS all_of_them;
  RETURN turned;
END $$;

-- Ends leases that ran out. Agents whose last lease it was are offline, and their live chats go
-- back to the queue at their old rank; of agents whose account is not in use any more all tickets that
-- count as load do. Answers the number of agents who went.
CREATE FUNCTION presence_sweep () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  left_for_good bigint[] := ARRAY(
    SELECT u.id FROM app_user u
    WHERE NOT u.is_active AND EXISTS (SELECT FROM agent_load w WHERE w.agent_id = u.id AND w.load > 0));
  gone bigint[] := left_for_good || ARRAY(
    SELECT DISTINCT l.agent_id FROM presence_lease l
    WHERE lease_is_over(l)
      AND NOT EXISTS (SELECT FROM presence_lease live WHERE live.agent_id = l.agent_id AND NOT lease_is_over(live)));
  chats bigint[];
  chat bigint;
  told integer;
BEGIN
  -- Locks are taken tickets, then agents. Who came back before theirs was got keeps everything.
  chats := ARRAY(
    SELECT id FROM ticket t
    WHERE coalesce(assigned_to, 0) = ANY (gone) AND status IN ('open', 'assigned', 'in_progress')
      AND (channel = 'chat' OR assigned_to = ANY (left_for_good)) AND NOT hidden AND ticket_is_load(t)
    ORDER BY id FOR NO KEY UPDATE);
  PERFORM FROM agent WHERE user_id = ANY (gone) ORDER BY user_id FOR NO KEY UPDATE;
  gone := ARRAY(
    SELECT user_id FROM agent a
    WHERE user_id = ANY (gone)
      AND (NOT EXISTS (SELECT FROM presence_lease l WHERE l.agent_id = a.user_id AND NOT lease_is_over(l))
           OR NOT (SELECT u.is_active FROM app_user u WHERE u.id = a.user_id))
    ORDER BY user_id);

  FOR chat IN SELECT id FROM ticket WHERE id = ANY (chats) AND assigned_to = ANY (gone) ORDER BY id LOOP
    PERFORM ticket_change(chat, 'open', NULL, true, 'returned');
  END LOOP;
  WITH went AS (
    UPDATE agent SET presence = 'offline', stepped_away = false WHERE user_id = ANY (gone) AND presence <> 'offline'
    RETURNING user_id, presence
  )
  SELECT count(presence_tell(user_id, presence)) INTO told FROM went;
  -- A chat that was handed over while this ran is not locked and stays until the next sweep: its
  -- agent's lease reminds of it.
  DELETE FROM presence_lease l
  WHERE lease_is_over(l)
    AND NOT EXISTS (
      SELECT FROM ticket t
      WHERE l.agent_id = ANY (gone) AND coalesce(t.assigned_to, 0) = l.agent_id
        AND t.status IN ('open', 'assigned', 'in_progress') AND t.channel = 'chat' AND NOT t.hidden
        AND ticket_is_load(t));
  RETURN cardinality(gone);
END $$;

-- Whether a moment falls into an agent's hours of work. Those that end before they begin end on the
-- next day.
CREATE FUNCTION agent_works (a agent, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT a.week = '{}' OR EXISTS (
    SELECT
    FROM (SELECT moment AT TIME ZONE a.time_zone AS clock) AS there,
         unnest(a.week) AS entry,
         LATERAL (SELECT substr(entry, 1, 1)::integer AS day, substr(entry, 3, 5)::time AS opens,
                         substr(entry, 9, 5)::time AS closes) AS e
    WHERE CASE WHEN opens < closes
            THEN extract(isodow FROM clock) = day AND clock::time >= opens AND clock::time < closes
            ELSE (extract(isodow FROM clock) = day AND clock::time >= opens)
                 OR (extract(isodow FROM clock - interval '1 day') = day AND clock::time < closes) END)
$$;

-- Who serves which lane. `fits_after` is how long its tickets have to have waited before they are
-- content with this agent: at once with who has every skill at its level, the language, and is at
-- work; a step later with any level, then without the skills, at last with anybody.
CREATE VIEW lane_agent AS
SELECT l.id AS lane_id, m.agent_id, m.turn_at, l.channel, l.department_id,
       CASE WHEN d.strategy <> 'skills' THEN interval '0' ELSE
         d.widen_after_minutes * interval '1 minute' * CASE
           WHEN NOT agent_works(a, now()) OR NOT (a.languages = '{}' OR l.language = ANY (a.languages)) THEN 3
           WHEN l.skills = '{}' OR l.skills <@ has.ids_at_level THEN 0
           WHEN l.skills <@ has.ids THEN 1
           ELSE 2 END
       END AS fits_after
FROM lane l
JOIN department d ON d.id = l.department_id
JOIN agent_department m ON m.department_id = l.department_id
JOIN agent a ON a.user_id = m.agent_id
LEFT JOIN LATERAL (
  SELECT coalesce(array_agg(s.skill_id), '{}') AS ids,
         coalesce(array_agg(s.skill_id) FILTER (WHERE s.level >= k.level), '{}') AS ids_at_level
  FROM agent_skill s JOIN skill k ON k.id = s.skill_id WHERE s.agent_id = m.agent_id) AS has ON l.skills <> '{}';

-- Whether a department's tickets are handed out now.
CREATE FUNCTION department_hands_out (d department) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT d.strategy <> 'manual' AND (d.is_open OR d.hand_out_when_closed)
$$;

-- Hands waiting tickets to agents, all pairs in one go, or offers them where the department asks first.
-- Answers an outcome for every pair: `done`; `taken` for a ticket that waits no longer, that is offered to
-- somebody, or that somebody holds at this moment; `away` for an agent who left or does not serve the
-- ticket's department, or when that hands nothing out; `full`, where the first of several gets the last
-- place. `turns` says of each whether it was the agent's turn, so that the next one is somebody else's.
--
-- What it does to a ticket is what ticket_change() does to one that waits and gets an agent, for many at
-- a fraction of the price; tests/server/test_queue.py holds them against each other.
CREATE FUNCTION dispatch_assign (ticket_ids bigint[], agent_ids bigint[], turns boolean[] DEFAULT '{}')
RETURNS TABLE (pair_ticket bigint, pair_agent bigint, outcome text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  free bigint[] := ARRAY(
    SELECT id FROM ticket WHERE id = ANY (ticket_ids) AND waiting AND NOT unsorted
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
  moment timestamptz;
BEGIN
  -- Then every agent by id, so that nobody leaves meanwhile and two dispatchers never wait for each
  -- other.
  PERFORM FROM agent WHERE user_id = ANY (agent_ids) ORDER BY user_id FOR NO KEY UPDATE;
  moment := clock_timestamp();
  RETURN QUERY
  WITH pair AS MATERIALIZED (
    SELECT p.*, t.channel, t.department_id, CASE
             WHEN t.id IS NULL OR EXISTS (SELECT FROM ticket_offer o WHERE o.ticket_id = t.id) THEN 'taken'
             WHEN NOT EXISTS (
               SELECT FROM department d
               JOIN agent_department m ON m.department_id = d.id AND m.agent_id = p.agent
               JOIN agent_present a ON a.user_id = m.agent_id
               WHERE d.id = t.department_id AND department_hands_out(d)) THEN 'away' END AS obstacle
    FROM unnest(ticket_ids, agent_ids, turns) WITH ORDINALITY AS p (ticket, agent, is_turn, place)
    LEFT JOIN ticket t ON t.id = p.ticket AND t.id = ANY (free)
  ),
  judged AS MATERIALIZED (
    SELECT p.*, d.offers_chats AND p.channel = 'chat' AS asks, d.offer_seconds, coalesce(p.obstacle, CASE
             WHEN row_number() OVER (PARTITION BY p.agent, p.channel, p.obstacle ORDER BY p.place)
                  <= w.capacity - w.load THEN 'done' ELSE 'full' END) AS outcome
    FROM pair p LEFT JOIN agent_load w ON w.agent_id = p.agent AND w.channel = p.channel
    LEFT JOIN department d ON d.id = p.department_id
  ),
  placed AS (
    SELECT *, moment + place * interval '1 microsecond' AS noted_at FROM judged WHERE outcome = 'done'
  ),
  offered AS (
    INSERT INTO ticket_offer (ticket_id, agent_id, department_id, expires_at, turn_before, turn_noted)
    SELECT p.ticket, p.agent, p.department_id, now() + make_interval(secs => p.offer_seconds),
           CASE WHEN p.is_turn THEN m.turn_at END, CASE WHEN p.is_turn THEN p.noted_at END
    FROM placed p JOIN agent_department m ON m.agent_id = p.agent AND m.department_id = p.department_id
    WHERE p.asks
    RETURNING ticket_offer AS offer
  ),
  asked AS (
    INSERT INTO event (kind, audience, user_id, data)
    SELECT 'offer.made', 'user', (o.offer).agent_id, json_build_object('offer', offer_json(o.offer)) FROM offered o
    ORDER BY (o.offer).ticket_id
  ),
  given AS (
    SELECT * FROM placed WHERE NOT asks
  ),
  handed AS (
    UPDATE ticket t SET
      status = 'assigned', assigned_to = g.agent, waiting = false, handed_over_at = now(),
      last_seq = t.last_seq + 1, last_public_seq = t.last_public_seq + 1,
      updated_at = now(), revision = t.revision + 1
    FROM given g WHERE t.id = g.ticket
    RETURNING g.place, g.agent, t AS ticket
  ),
  whole AS (
    SELECT h.place, h.ticket, u AS person,
           json_build_object('id', u.id, 'name', u.name, 'presence', a.presence) AS agent
    FROM handed h JOIN app_user u ON u.id = h.agent JOIN agent a ON a.user_id = h.agent
  ),
  line AS (
    INSERT INTO message (ticket_id, seq, public_seq, author_id, from_staff, type, body, data)
    SELECT (w.ticket).id, (w.ticket).last_seq, (w.ticket).last_public_seq, (w.person).id, (w.person).role <> 'customer',
           'system', 'assigned', json_build_object('name', (w.person).name)
    FROM whole w ORDER BY w.place
    RETURNING message
  ),
  told AS (
    INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data)
    SELECT e.kind, 'ticket', (w.ticket).id, (w.ticket).customer_id, e.seq, e.public_seq, e.data
    FROM whole w JOIN line l ON (l.message).ticket_id = (w.ticket).id
    CROSS JOIN LATERAL (
      VALUES (1, 'ticket.updated', NULL::integer, NULL::integer, ticket_changed_json(w.ticket, w.agent)),
             (2, 'message.created', (l.message).seq, (l.message).public_seq, ticket_line_json(l.message)))
      AS e (step, kind, seq, public_seq, data)
    ORDER BY w.place, e.step
  ),
  loaded AS (
    UPDATE agent_load w SET load = w.load + g.tickets
    FROM (SELECT agent, channel, count(*) AS tickets FROM placed GROUP BY agent, channel) AS g
    WHERE w.agent_id = g.agent AND w.channel = g.channel
  ),
  -- Later pairs are later, though one statement hands them all over.
  noted AS (
    UPDATE agent a SET last_assigned_at = g.noted_at
    FROM (SELECT agent, max(noted_at) AS noted_at FROM given GROUP BY agent) AS g WHERE a.user_id = g.agent
  ),
  turned AS (
    UPDATE agent_department m SET turn_at = g.noted_at
    FROM (SELECT agent, department_id, max(noted_at) AS noted_at FROM placed WHERE is_turn
          GROUP BY agent, department_id) AS g
    WHERE m.agent_id = g.agent AND m.department_id = g.department_id
  ),
  passed AS (
    DELETE FROM ticket_pass p USING given g WHERE p.ticket_id = g.ticket
  )
  SELECT j.ticket, j.agent, j.outcome FROM judged j ORDER BY j.place;
END $$;

-- How fast a lane moves: how many tickets that had to wait were handed over, and during how many
-- seconds somebody was waiting. Tickets that found a free agent at once say nothing about waiting
-- and do not count, nor does time in which nobody waited or the department was closed. Looks at the
-- last 30 hand-overs within an hour. `agents` is how many are there to take one now.
CREATE FUNCTION lane_pace (which bigint)
RETURNS TABLE (handovers integer, seconds double precision, agents integer) LANGUAGE sql STABLE AS $$
  WITH earliest AS (
    SELECT greatest(now() - interval '1 hour', least(d.opened_at, now())) AS start
    FROM lane l JOIN department d ON d.id = l.department_id WHERE l.id = which
  ),
  recent AS (
    SELECT waiting_since, handed_over_at FROM ticket
    WHERE lane_id = which AND handed_over_at > (SELECT start FROM earliest)
      AND handed_over_at > waiting_since + interval '1 second'
    ORDER BY handed_over_at DESC LIMIT 31
  ),
  span AS (
    SELECT CASE WHEN count(*) > 30 THEN min(handed_over_at) ELSE (SELECT start FROM earliest) END AS start FROM recent
  ),
  waits AS (
    SELECT greatest(waiting_since, start) AS since, handed_over_at AS until FROM recent, span
    WHERE handed_over_at > start
    UNION ALL
    -- Whoever waits longest is among the first; walking a long lane for it would cost more than it
    -- tells.
    SELECT greatest(min(waiting_since), min(start)), now()
    FROM span, (
      SELECT waiting_since FROM ticket WHERE lane_id = which AND waiting ORDER BY rank_at, id LIMIT 32) AS heads
    HAVING count(*) > 0
  )
  SELECT (SELECT count(*) FROM recent, span WHERE handed_over_at > start)::integer,
         (SELECT coalesce(sum(extract(epoch FROM upper(stretch) - lower(stretch))), 0)
          FROM (SELECT unnest(range_agg(tstzrange(since, greatest(since, until)))) AS stretch FROM waits) AS stretches
         )::double precision,
         (SELECT count(*) FROM lane_agent m
          JOIN agent_present p ON p.user_id = m.agent_id
          WHERE m.lane_id = which AND m.fits_after = interval '0')::integer
$$;
