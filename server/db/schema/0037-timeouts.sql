-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Timeouts: a customer who falls silent is reminded, then warned, and then the ticket ends; an agent
-- who does not answer loses it to the queue. Each department says for each channel after how long.
--
-- A message moves no deadline: that would cost each message. When a deadline comes it is asked again
-- what was said since, and moved to where it belongs, so at worst a ticket is looked at once in the
-- shortest of its times.

-- Minutes; NULL for never. A reminder comes so long after the last word of staff, the warning so long
-- after the reminder (or without one after that word), the end so long after the warning. An agent has
-- `answer_minutes` from the customer's word, or from getting the ticket.
CREATE TABLE department_timeout (
  department_id bigint NOT NULL REFERENCES department ON DELETE CASCADE,
  channel ticket_channel NOT NULL,
  remind_minutes integer CHECK (remind_minutes BETWEEN 1 AND 43200),
  warn_minutes integer CHECK (warn_minutes BETWEEN 1 AND 43200),
  close_minutes integer CHECK (close_minutes BETWEEN 1 AND 43200),
  answer_minutes integer CHECK (answer_minutes BETWEEN 1 AND 43200),
  PRIMARY KEY (department_id, channel),
  -- Nothing ends without a warning, and who is warned is told when.
  CONSTRAINT timeout_warns_first CHECK ((warn_minutes IS NULL) = (close_minutes IS NULL))
);

SELECT audit_watch('department_timeout', 'department_timeout', 'department_id');

-- What was done about a customer's silence.
CREATE TYPE silence_step AS ENUM ('none', 'reminded', 'warned');

-- Every ticket that somebody of staff and its customer are in the middle of, where its department has
-- times for its channel.
CREATE TABLE ticket_watch (
  ticket_id bigint PRIMARY KEY REFERENCES ticket ON DELETE CASCADE,
  -- Silence counts from here, or from a later word.
  since timestamptz NOT NULL DEFAULT now(),
  step silence_step NOT NULL DEFAULT 'none',
  step_at timestamptz,
  -- When to look at it, never later than something is due.
  due_at timestamptz NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX ticket_watch_due ON ticket_watch (due_at);

CREATE FUNCTION ticket_is_watched (t ticket) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT NOT t.hidden AND t.snoozed_until IS NULL AND NOT t.waiting
         AND (t.status = 'waiting_on_customer'
              OR (t.assigned_to IS NOT NULL AND t.status IN ('assigned', 'in_progress')))
$$;

-- The shortest of the times that begin with a word, from now.
CREATE FUNCTION timeout_soonest (r department_timeout) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT now() + make_interval(mins => least(coalesce(r.remind_minutes, r.warn_minutes), r.answer_minutes))
$$;

-- Begins to watch a ticket, or begins anew: somebody has it now who had it not, or it moved.
CREATE FUNCTION ticket_watch_begin (t ticket) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ticket_watch (ticket_id, due_at)
  SELECT t.id, timeout_soonest(r) FROM department_timeout r
  WHERE r.department_id = t.department_id AND r.channel = t.channel AND timeout_soonest(r) IS NOT NULL
  ON CONFLICT (ticket_id) DO UPDATE SET since = now(), step = 'none', step_at = NULL, due_at = excluded.due_at
$$;

CREATE FUNCTION ticket_watch_follow () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ticket_is_watched(old) AND (NOT ticket_is_watched(new) OR old.department_id <> new.department_id) THEN
    DELETE FROM ticket_watch WHERE ticket_id = new.id;
  END IF;
  IF ticket_is_watched(new) THEN
    PERFORM ticket_watch_begin(new);
  END IF;
  RETURN NULL;
END $$;

-- Whoever changes these, by whichever way; a message changes none of them.
CREATE TRIGGER ticket_watch_follow
AFTER UPDATE OF status, assigned_to, department_id, waiting, snoozed_until, draft, deleted_at ON ticket FOR EACH ROW
WHEN ((ticket_is_watched(old) OR ticket_is_watched(new))
      AND (old.status, old.assigned_to, old.department_id, old.waiting, old.snoozed_until, old.hidden)
          IS DISTINCT FROM (new.status, new.assigned_to, new.department_id, new.waiting, new.snoozed_until, new.hidden))
EXECUTE FUNCTION ticket_watch_follow();

-- A new department has times for chats, where somebody sits and waits; for everything else none.
CREATE FUNCTION department_times () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO department_timeout (department_id, channel, remind_minutes, warn_minutes, close_minutes, answer_minutes)
  VALUES (new.id, 'chat', 5, 10, 5, 10);
  RETURN NULL;
END $$;

CREATE TRIGGER department_times AFTER INSERT ON department FOR EACH ROW EXECUTE FUNCTION department_times();

INSERT INTO department_timeout (department_id, channel, remind_minutes, warn_minutes, close_minutes, answer_minutes)
SELECT id, 'chat', 5, 10, 5, 10 FROM department;

-- The times of a department, channel by channel.
CREATE FUNCTION timeouts_json (which bigint) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_object_agg(c, json_build_object(
           'remind_minutes', r.remind_minutes, 'warn_minutes', r.warn_minutes, 'close_minutes', r.close_minutes,
           'answer_minutes', r.answer_minutes) ORDER BY c)
  FROM unnest(enum_range(NULL::ticket_channel)) AS c
  LEFT JOIN department_timeout r ON r.department_id = which AND r.channel = c
$$;

-- Gives a department times for a channel, all of them (NULL for never). Tickets that somebody is in the
-- middle of are looked at anew; of those that nobody watched before, silence counts from now. Answers
-- `done`, `not_found`, or `warns_first` when a ticket would end without a warning, or a warning without
-- an end.
CREATE FUNCTION timeouts_change (
  which bigint, on_channel ticket_channel, remind integer, warn integer, closing integer, answer integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM department WHERE id = which FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF (warn IS NULL) <> (closing IS NULL) THEN
    RETURN 'warns_first';
  END IF;
  INSERT INTO department_timeout AS r VALUES (which, on_channel, remind, warn, closing, answer)
  ON CONFLICT (department_id, channel)
  DO UPDATE SET remind_minutes = excluded.remind_minutes, warn_minutes = excluded.warn_minutes,
                close_minutes = excluded.close_minutes, answer_minutes = excluded.answer_minutes;
  INSERT INTO ticket_watch (ticket_id, due_at)
  SELECT t.id, now() FROM ticket t
  WHERE t.facet IN (
      SELECT ticket_facet(status, priority, category, channel, department_id)
      FROM (SELECT status, priority, category, channel, department_id FROM facet
            UNION SELECT status, priority, category, channel, department_id FROM figure_change) AS there
      WHERE department_id = which AND channel = on_channel
        AND status IN ('assigned', 'in_progress', 'waiting_on_customer'))
    AND t.department_id = which AND t.channel = on_channel AND NOT t.hidden AND ticket_is_watched(t)
  ORDER BY t.id
  ON CONFLICT (ticket_id) DO UPDATE SET due_at = now();
  RETURN 'done';
END $$;

-- When a customer said the first thing to which nobody has said anything; who asks again makes no
-- agent's time longer.
CREATE FUNCTION message_first_unanswered (which bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT min(created_at) FROM message
  WHERE ticket_id = which AND NOT from_staff AND NOT is_internal AND type <> 'system'
    AND seq > (SELECT coalesce(max(seq), 0) FROM message
               WHERE ticket_id = which AND from_staff AND NOT is_internal AND type <> 'system')
$$;

-- What is due for a ticket that the caller has locked, and when to look again. `act` is `return`,
-- `remind`, `warn`, `close`, or NULL when nothing is due yet.
CREATE FUNCTION ticket_watch_judge (t ticket, w ticket_watch, r department_timeout, OUT act text, OUT due timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  quiet timestamptz := greatest(t.last_message_at, w.since);
BEGIN
  IF t.last_message_role = 'customer' AND t.status <> 'waiting_on_customer' THEN
    act := 'return';
    due := greatest(message_first_unanswered(t.id), w.since) + make_interval(mins => r.answer_minutes);
  ELSIF w.step = 'warned' THEN
    act := 'close';
    due := w.step_at + make_interval(mins => r.close_minutes);
  ELSIF w.step = 'reminded' OR r.remind_minutes IS NULL THEN
    act := 'warn';
    due := coalesce(w.step_at, quiet) + make_interval(mins => r.warn_minutes);
  ELSE
    act := 'remind';
    due := quiet + make_interval(mins => r.remind_minutes);
  END IF;
  IF due IS NULL OR due > now() THEN
    act := NULL;
    -- Whoever speaks next may begin another time, of which nobody tells us.
    due := least(due, timeout_soonest(r));
  END IF;
END $$;

-- Tells a silent customer, and everybody, what comes.
CREATE FUNCTION ticket_silence_say (which bigint, act text, r department_timeout) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ticket_add_line(
    which, CASE act WHEN 'warn' THEN 'warned' ELSE 'reminded' END,
    CASE act WHEN 'warn' THEN json_build_object(
      'minutes', r.close_minutes, 'closes_at', rfc3339(now() + make_interval(mins => r.close_minutes))) END);
  UPDATE ticket_watch SET
    step = CASE act WHEN 'warn' THEN 'warned' ELSE 'reminded' END::silence_step, step_at = now(),
    due_at = least(now() + make_interval(mins => CASE act WHEN 'warn' THEN r.close_minutes ELSE r.warn_minutes END),
                   timeout_soonest(r))
  WHERE ticket_id = which;
END $$;

-- Does what is due for a ticket that the caller has locked, with its agent. Answers what that was, or
-- NULL.
CREATE FUNCTION ticket_time_out (t ticket) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  w ticket_watch;
  r department_timeout;
  judged record;
BEGIN
  SELECT * INTO w FROM ticket_watch WHERE ticket_id = t.id AND due_at <= now();
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT * INTO r FROM department_timeout WHERE department_id = t.department_id AND channel = t.channel;
  IF NOT FOUND OR timeout_soonest(r) IS NULL OR NOT ticket_is_watched(t) THEN
    DELETE FROM ticket_watch WHERE ticket_id = t.id;
    RETURN NULL;
  END IF;
  -- A word since then ended the silence.
  IF t.last_message_at > w.step_at THEN
    w.step := 'none';
    w.step_at := NULL;
  END IF;
  SELECT * INTO judged FROM ticket_watch_judge(t, w, r);
  IF judged.act IS NULL THEN
    UPDATE ticket_watch SET due_at = judged.due, step = w.step, step_at = w.step_at WHERE ticket_id = t.id;
  ELSIF judged.act = 'return' THEN
    PERFORM ticket_pass(t.id, t.assigned_to);
    PERFORM ticket_change(t.id, 'open', NULL, true, 'returned');
  ELSIF judged.act = 'close' THEN
    PERFORM ticket_change(t.id, 'resolved', t.assigned_to, true, NULL);
    PERFORM ticket_add_line(t.id, 'resolved', json_build_object('silent', true));
  ELSE
    PERFORM ticket_silence_say(t.id, judged.act, r);
  END IF;
  RETURN judged.act;
END $$;

-- Does what is due, a hundred tickets at a time, each thing once, whoever else looks for it. Who speaks
-- at this moment holds the ticket, and it is looked at when that is said. How many tickets it looked at.
CREATE FUNCTION tickets_time_out () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  due bigint[] := ARRAY(SELECT ticket_id FROM ticket_watch WHERE due_at <= now() ORDER BY due_at LIMIT 100);
BEGIN
  IF due = '{}' THEN
    RETURN 0;
  END IF;
  due := ARRAY(SELECT id FROM ticket WHERE id = ANY (due) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
  PERFORM FROM agent WHERE user_id IN (SELECT assigned_to FROM ticket WHERE id = ANY (due))
  ORDER BY user_id FOR NO KEY UPDATE;
  PERFORM ticket_time_out(one.t) FROM (SELECT t FROM ticket t WHERE id = ANY (due) ORDER BY id) AS one;
  RETURN cardinality(due);
END $$;

-- A customer says to be there still, without a word. Answers `done`, `not_found`, or `ended`.
CREATE FUNCTION ticket_keep_open (which bigint, customer bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  was silence_step;
BEGIN
  SELECT * INTO t FROM ticket x WHERE id = which AND NOT hidden AND ticket_takes_part(x, customer) FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.status IN ('resolved', 'closed') THEN
    RETURN 'ended';
  END IF;
  was := (SELECT step FROM ticket_watch WHERE ticket_id = which AND step_at >= t.last_message_at);
  IF was <> 'none' THEN
    PERFORM ticket_watch_begin(t);
    PERFORM ticket_add_line(which, 'kept_open', NULL, customer);
  END IF;
  RETURN 'done';
END $$;
