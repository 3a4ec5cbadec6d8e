-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The steps that every change of a ticket is made of. Each one keeps everything that belongs
-- together in one transaction: the ticket, its agents' load, its place in the queue, the event
-- (the figures follow by themselves, see 0013-figures.sql). Locks are taken ticket, then agents by
-- id. Functions answer with an outcome: `done`, `repeated`, or the stable name of a problem.

-- What the event of a system line says.
CREATE FUNCTION ticket_line_json (m message) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('message', message_json(m, NULL), 'ticket', json_build_object('id', m.ticket_id))
$$;

-- Appends a system line (`assigned`, `returned`, `resolved`, `closed`, `reopened`, and statuses) that
-- each reader words in the reader's own language. `mover` is who did it, `for_staff` hides it from the
-- customer. The caller has locked the ticket.
CREATE FUNCTION ticket_add_line (
  which bigint, line text, line_data json, mover bigint DEFAULT NULL, for_staff boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  m message;
BEGIN
  UPDATE ticket SET last_seq = last_seq + 1, last_public_seq = last_public_seq + (NOT for_staff)::integer
  WHERE id = which RETURNING * INTO t;
  INSERT INTO message (ticket_id, seq, public_seq, author_id, from_staff, type, body, data, is_internal)
  VALUES (which, t.last_seq, CASE WHEN NOT for_staff THEN t.last_public_seq END, mover,
          EXISTS (SELECT FROM app_user WHERE id = mover AND role <> 'customer'), 'system', line, line_data, for_staff)
  RETURNING * INTO m;
  INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data)
  VALUES ('message.created', (CASE WHEN for_staff THEN 'staff' ELSE 'ticket' END)::event_audience, which,
          t.customer_id, m.seq, m.public_seq, ticket_line_json(m));
END $$;

-- Tells everybody that `fields` of a ticket have changed, with the values that the views show: what
-- its customer may see to both sides, what is only staff's to staff. The caller has changed the
-- ticket, and its revision. A draft is nobody's news. Another kind of event may concern a place in
-- the thread too, in both countings.
CREATE FUNCTION ticket_tell (
  which bigint, fields text[], event_kind text DEFAULT 'ticket.updated', at_seq integer DEFAULT NULL,
  at_public_seq integer DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data, staff)
  SELECT event_kind, 'ticket', which, t.customer_id, at_seq, at_public_seq,
         json_build_object('ticket', (
           SELECT json_object_agg(shown.key, shown.value) FROM json_each(c.json) AS shown
           WHERE shown.key = ANY (fields || ARRAY['id', 'revision']))),
         (SELECT json_object_agg(own.key, own.value) FROM json_each(s.json) AS own
          WHERE own.key = ANY (fields) AND own.value::text IS DISTINCT FROM (c.json -> own.key)::text)
  FROM ticket t JOIN ticket_for_customer c USING (id) JOIN ticket_for_staff s USING (id)
  WHERE t.id = which AND NOT t.draft;
END $$;

-- Whether a ticket counts towards its agent's load.
CREATE FUNCTION ticket_is_load (status ticket_status, agent bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT agent IS NOT NULL AND status IN ('open', 'assigned', 'in_progress')
$$;

-- The same of a ticket as it stands: neither one that is snoozed nor a deleted one is anybody's.
CREATE FUNCTION ticket_is_load (t ticket) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT ticket_is_load(t.status, t.assigned_to) AND t.snoozed_until IS NULL AND NOT t.hidden
$$;

-- Moves load from the agent that had a ticket to the one that gets it (either may be NULL). False
-- when the new one is full and `over_capacity` does not permit it; then nothing has changed. An
-- agent's loads change only under the lock of the agent's row.
CREATE FUNCTION agent_move_load (on_channel ticket_channel, giver bigint, taker bigint, over_capacity boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF giver IS NOT DISTINCT FROM taker THEN
    RETURN true;
  END IF;
  PERFORM FROM agent WHERE user_id IN (giver, taker) ORDER BY user_id FOR NO KEY UPDATE;
  IF taker IS NOT NULL AND over_capacity THEN
    INSERT INTO agent_load AS l (agent_id, channel, capacity, load) VALUES (taker, on_channel, 0, 1)
    ON CONFLICT (agent_id, channel) DO UPDATE SET load = l.load + 1;
  ELSIF taker IS NOT NULL THEN
    UPDATE agent_load SET load = load + 1 WHERE agent_id = taker AND channel = on_channel AND load < capacity;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE agent_load SET load = load - 1 WHERE agent_id = giver AND channel = on_channel;
  RETURN true;
END $$;

-- What the event of a ticket says that got another status or agent.
CREATE FUNCTION ticket_changed_json (t ticket, agent json) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('ticket', json_build_object(
           'id', t.id, 'revision', t.revision, 'status', t.status, 'assigned_to', agent, 'waiting', t.waiting,
           'updated_at', rfc3339(t.updated_at), 'resolved_at', rfc3339(t.resolved_at),
           'closed_at', rfc3339(t.closed_at)))
$$;

-- Gives a ticket a status and an agent (NULL for none), which ends its snooze, and tells everybody.
-- `line` is a system line or NULL, `mover` who does it, NULL for the server itself. Answers `done`, `not_found`, or
-- `full` when the agent has no place. Does not judge whether the move is legal.
CREATE FUNCTION ticket_change (
  which bigint, new_status ticket_status, new_agent bigint, over_capacity boolean, line text,
  mover bigint DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old ticket;
  t ticket;
  agent_json json;
  now_waiting boolean := new_status = 'open' AND new_agent IS NULL;
  arrives boolean;
  offered_to bigint; -- somebody of whose places it holds one
BEGIN
  SELECT * INTO old FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  IF old.waiting AND NOT now_waiting THEN
    offered_to := (SELECT agent_id FROM ticket_offer WHERE ticket_id = which);
  END IF;
  IF NOT agent_move_load(old.channel,
                         CASE WHEN ticket_is_load(old) THEN old.assigned_to ELSE offered_to END,
                         CASE WHEN ticket_is_load(new_status, new_agent) THEN new_agent END, over_capacity)
  THEN
    RETURN 'full';
  END IF;
  IF offered_to IS NOT NULL THEN
    PERFORM offer_end(which, CASE WHEN new_agent = offered_to THEN 'accepted' WHEN new_agent IS NOT NULL THEN 'taken'
                                  ELSE 'ended' END, new_agent);
  END IF;
  IF now_waiting AND EXISTS (SELECT FROM department WHERE id = old.department_id AND NOT is_active) THEN
    PERFORM ticket_move(which, (SELECT id FROM department WHERE is_default));
  END IF;
  -- Who only comes back to the queue keeps the old rank.
  arrives := now_waiting AND (old.enqueued_at IS NULL OR old.status IN ('resolved', 'closed'));

  UPDATE ticket SET
    status = new_status,
    assigned_to = new_agent,
    preferred_agent = coalesce(old.assigned_to, old.preferred_agent),
    waiting = now_waiting,
    waiting_since = CASE WHEN now_waiting AND NOT old.waiting THEN now() ELSE old.waiting_since END,
    enqueued_at = CASE WHEN arrives THEN now() ELSE old.enqueued_at END,
    rank_at = CASE WHEN arrives THEN queue_rank(now(), old.priority, old.customer_id) ELSE old.rank_at END,
    snoozed_until = NULL,
    woken_at = CASE WHEN old.snoozed_until IS NULL THEN old.woken_at ELSE now() END,
    handed_over_at = CASE WHEN old.waiting AND new_agent IS NOT NULL THEN now() ELSE old.handed_over_at END,
    resolved_at = CASE new_status WHEN 'resolved' THEN coalesce(old.resolved_at, now())
                                  WHEN 'closed' THEN old.resolved_at END,
    closed_at = CASE WHEN new_status = 'closed' THEN now() END,
    handled_by = CASE WHEN new_status IN ('resolved', 'closed') THEN
      coalesce(old.handled_by, new_agent, (SELECT user_id FROM agent WHERE user_id = mover)) END,
    updated_at = now(),
    revision = revision + 1
  WHERE id = which RETURNING * INTO t;

  IF old.waiting AND NOT now_waiting THEN
    DELETE FROM ticket_pass WHERE ticket_id = which;
  END IF;
  IF new_agent IS DISTINCT FROM old.assigned_to AND new_agent IS NOT NULL THEN
    UPDATE agent SET last_assigned_at = clock_timestamp() WHERE user_id = new_agent;
  END IF;

  SELECT json_build_object('id', u.id, 'name', u.name, 'presence', coalesce(g.presence, 'offline')) INTO agent_json
  FROM app_user u LEFT JOIN agent g ON g.user_id = u.id WHERE u.id = new_agent;
  INSERT INTO event (kind, audience, ticket_id, customer_id, data, staff)
  VALUES ('ticket.updated', 'ticket', which, t.customer_id,
          ticket_changed_json(t, agent_json),
          CASE WHEN old.snoozed_until IS NOT NULL
            THEN json_build_object('snoozed_until', NULL, 'woken_at', rfc3339(t.woken_at)) END);
  IF line IS NOT NULL THEN
    -- Being given a ticket surprises everybody but the agent who gets it.
    PERFORM ticket_add_line(
      which, line,
      CASE WHEN line = 'assigned' THEN json_build_object('name', agent_json->>'name') END,
      CASE WHEN line = 'assigned' THEN new_agent ELSE mover END);
  END IF;
  RETURN 'done';
END $$;

-- Assigns a ticket to an agent, or (NULL) puts it back into the queue at its old rank; agents who put
-- their own back are not given it again right away. `over_capacity` is an admin's override. Of several
-- who say what they saw, one wins: `changed` when the ticket is newer than `seen_revision`, `taken` or
-- `changed` when it has another agent than `expected` (whose NULL is nobody, so `expects` says that
-- it counts).
CREATE FUNCTION ticket_assign (
  which bigint, new_agent bigint, over_capacity boolean, seen_revision bigint DEFAULT NULL,
  expects boolean DEFAULT false, expected bigint DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.status IN ('resolved', 'closed') THEN
    RETURN 'ended';
  ELSIF expects AND t.assigned_to IS DISTINCT FROM expected THEN
    RETURN CASE WHEN t.assigned_to IS NULL THEN 'changed' ELSE 'taken' END;
  ELSIF seen_revision < t.revision THEN
    RETURN 'changed';
  ELSIF t.assigned_to IS NOT DISTINCT FROM new_agent AND (new_agent IS NOT NULL OR t.waiting) THEN
    RETURN 'done';
  ELSIF new_agent IS NULL THEN
    IF t.assigned_to = acting_user() THEN
      PERFORM ticket_pass(which, t.assigned_to);
    END IF;
    RETURN ticket_change(which, 'open', NULL, true, 'returned');
  ELSIF NOT EXISTS (SELECT FROM agent JOIN app_user u ON u.id = user_id WHERE user_id = new_agent AND u.is_active) THEN
    RETURN 'unknown_agent';
  END IF;
  RETURN ticket_change(which, 'assigned', new_agent, over_capacity, 'assigned');
END $$;

-- Whether a ticket ended so long ago that its customer cannot reopen it any more.
CREATE FUNCTION ticket_is_late (t ticket) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT t.status IN ('resolved', 'closed')
         AND coalesce(t.closed_at, t.resolved_at) < now() - make_interval(days => s.reopen_within_days)
  FROM ticket_setting s
$$;

-- Moves a ticket along status_move. Whoever starts work on a ticket that nobody has becomes its
-- agent; `open` is back to the queue. Its customer is `too_late` to reopen what ended long ago. The
-- thread says who moved it: its end and its reopening to everybody, the rest to staff.
CREATE FUNCTION ticket_set_status (which bigint, new_status ticket_status, actor bigint, over_capacity boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  new_agent bigint;
  outcome text;
  line text;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.merged_into IS NOT NULL THEN
    RETURN 'merged';
  ELSIF actor = ANY (t.participants) THEN
    RETURN 'forbidden';
  ELSIF t.status = new_status THEN
    RETURN 'done';
  ELSIF NOT EXISTS (SELECT FROM status_move m WHERE m.from_status = t.status AND m.to_status = new_status) THEN
    RETURN 'illegal_transition';
  ELSIF actor = t.customer_id AND ticket_is_late(t) AND new_status NOT IN ('resolved', 'closed') THEN
    RETURN 'too_late';
  END IF;
  new_agent := CASE
    WHEN new_status = 'open' THEN NULL
    WHEN new_status = 'in_progress' AND t.assigned_to IS NULL THEN (SELECT user_id FROM agent WHERE user_id = actor)
    ELSE t.assigned_to END;
  outcome := ticket_change(which, new_status, new_agent, over_capacity, NULL, actor);
  IF outcome = 'done' THEN
    line := CASE WHEN new_status IN ('resolved', 'closed') THEN new_status::text
                 WHEN t.status IN ('resolved', 'closed') THEN 'reopened' END;
    PERFORM ticket_add_line(
      which, coalesce(line, new_status::text),
      (SELECT json_build_object('name', name) FROM app_user WHERE id = actor AND line IS NULL), actor, line IS NULL);
  END IF;
  RETURN outcome;
END $$;

-- Changes a ticket's own fields; NULL leaves one as it is. A new priority gives a new rank from the
-- old arrival; a new department moves a waiting ticket to that department's lane, and leaves it to
-- its agent otherwise. Answers `done` (also when nothing is new), `not_found`, `changed` when the
-- ticket is newer than `seen_revision`, or which of the values is not known.
CREATE FUNCTION ticket_edit (
  which bigint, new_subject text, new_category text, new_priority text, new_department bigint, new_language text,
  seen_revision bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  unknown text;
  fields text[];
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF seen_revision < t.revision THEN
    RETURN 'changed';
  END IF;
  -- What the ticket has it may keep.
  unknown := ticket_unknown_word(nullif(new_category, t.category), nullif(new_priority, t.priority));
  IF unknown IS NOT NULL THEN
    RETURN unknown;
  END IF;
  PERFORM FROM department
  WHERE id = coalesce(new_department, t.department_id) AND (is_active OR id = t.department_id) FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN 'unknown_department';
  END IF;
  fields := ARRAY(
    SELECT field
    FROM (VALUES ('subject', new_subject <> t.subject), ('category', new_category <> t.category),
                 ('priority', new_priority <> t.priority), ('department', new_department <> t.department_id),
                 ('language', new_language <> t.language)) AS f (field, is_new)
    WHERE is_new);
  IF fields = '{}' THEN
    RETURN 'done';
  END IF;
  UPDATE ticket SET
    subject = coalesce(new_subject, subject),
    category = coalesce(new_category, category),
    priority = coalesce(new_priority, priority),
    language = coalesce(new_language, language),
    department_id = coalesce(new_department, department_id),
    routed_by = CASE WHEN new_department <> t.department_id THEN 'agent' ELSE routed_by END,
    rank_at = CASE WHEN new_priority <> t.priority THEN queue_rank(t.enqueued_at, new_priority, t.customer_id)
                   ELSE rank_at END,
    updated_at = now(),
    revision = revision + 1
  WHERE id = which;
  PERFORM ticket_tell(which, fields || ARRAY['updated_at']);
  RETURN 'done';
END $$;

-- The first words of a text on one line, as the subject of a ticket that nobody gave one.
CREATE FUNCTION ticket_first_words (body text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN char_length(line) <= 80 THEN line
              ELSE regexp_replace(left(line, 79), '^(.{40,}) [^ ]*$', '\1') || '…' END
  FROM (SELECT btrim(regexp_replace(left(body, 400), '\s+', ' ', 'g')) AS line) AS whole
$$;

-- A draft's first message lets it enter the queue; from here on agents know of it. One that somebody
-- of staff begins, `opener`, stands in no queue: it is theirs, and waits on the customer.
CREATE FUNCTION ticket_leave_draft (which bigint, first_body text, opener bigint DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  arrives timestamptz := CASE WHEN opener IS NULL THEN now() END;
BEGIN
  UPDATE ticket SET
    draft = false, created_at = now(),
    status = CASE WHEN opener IS NULL THEN status ELSE 'waiting_on_customer' END,
    assigned_to = (SELECT user_id FROM agent WHERE user_id = opener),
    unsorted = opener IS NULL AND routed_by = 'default' AND routing_reads_text(),
    waiting = opener IS NULL, waiting_since = arrives, enqueued_at = arrives,
    rank_at = queue_rank(arrives, priority, customer_id),
    subject = CASE subject WHEN '' THEN ticket_first_words(first_body) ELSE subject END,
    updated_at = now(), revision = revision + 1
  WHERE id = which RETURNING * INTO t;
  INSERT INTO event (kind, audience, ticket_id, customer_id, data, staff)
  SELECT 'ticket.created', 'ticket', which, t.customer_id, json_build_object('ticket', c.json), s.json
  FROM ticket_for_customer c JOIN ticket_for_staff s ON s.id = c.id
  WHERE c.id = which;
  IF t.follow_up_of IS NOT NULL THEN
    PERFORM tickets_relink(ARRAY[t.follow_up_of]);
  END IF;
END $$;

-- What a message does to its ticket: a customer's wakes it, an agent's public reply starts work on
-- it.
CREATE FUNCTION ticket_after_message (which bigint, author bigint, by_staff boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  line text;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which;
  IF by_staff AND t.snoozed_until IS NOT NULL THEN
    -- An answer now and a look at it later go well together.
    RETURN;
  ELSIF by_staff AND t.status = 'assigned' THEN
    PERFORM ticket_change(which, 'in_progress', t.assigned_to, true, NULL);
  ELSIF by_staff AND t.waiting AND EXISTS (SELECT FROM agent WHERE user_id = author) THEN
    -- Answering a waiting customer is taking the ticket, unless this agent is full: then the answer
    -- stands and the ticket waits on.
    PERFORM ticket_change(which, 'in_progress', author, false, 'assigned');
  ELSIF NOT by_staff AND t.status IN ('waiting_on_customer', 'resolved') THEN
    line := CASE WHEN t.status = 'resolved' THEN 'reopened' END;
    -- Back to the agent who knows the case; without one, or when that agent has no place free, to
    -- the queue.
    IF t.assigned_to IS NULL OR NOT EXISTS (SELECT FROM agent WHERE user_id = t.assigned_to AND presence <> 'offline')
       OR ticket_change(which, 'in_progress', t.assigned_to, false, line) <> 'done'
    THEN
      PERFORM ticket_change(which, 'open', NULL, true, line);
    END IF;
  ELSIF NOT by_staff THEN
    PERFORM ticket_wake(which);
  END IF;
END $$;
