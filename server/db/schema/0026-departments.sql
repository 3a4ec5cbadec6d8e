-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What admins change about who answers customers: departments, and of an agent the capacity, the
-- departments, and whether the account is in use. Locks are taken tickets, then department, then
-- agents.

-- A department as everybody sees it.
CREATE FUNCTION department_json (d department) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'id', d.id, 'name', d.name, 'is_default', d.is_default, 'is_active', d.is_active, 'strategy', d.strategy,
           'is_sticky', d.is_sticky, 'widen_after_minutes', d.widen_after_minutes, 'offers_chats', d.offers_chats,
           'offer_seconds', d.offer_seconds, 'is_open', d.is_open, 'next_open_at', rfc3339(d.next_open_at))
$$;

CREATE FUNCTION department_tell (d department) RETURNS void LANGUAGE sql AS $$
  INSERT INTO event (kind, audience, data)
  VALUES ('department.changed', 'everyone', json_build_object('department', department_json(d)))
$$;

-- Makes a department. The same `key` of the same actor is answered as request_find() says. Answers
-- `done`, `repeated`, `idempotency_mismatch`, or `too_many`.
CREATE FUNCTION department_add (
  actor bigint, key text, digest text, new_name text, new_strategy text, sticky boolean, widen_after integer,
  offers boolean, offer_for integer)
RETURNS TABLE (outcome text, json json) LANGUAGE plpgsql AS $$
DECLARE
  d department;
  asked record;
BEGIN
  SELECT * INTO asked FROM request_find(actor, key, digest);
  outcome := coalesce(asked.outcome, 'done');
  IF asked.outcome IS NOT NULL THEN
    SELECT * INTO d FROM department WHERE id = asked.made;
  ELSIF (SELECT count(*) FROM department) >= 200 THEN
    outcome := 'too_many';
  ELSE
    INSERT INTO department (name, strategy, is_sticky, widen_after_minutes, offers_chats, offer_seconds)
    VALUES (new_name, coalesce(new_strategy, 'least_busy'), coalesce(sticky, true), coalesce(widen_after, 10),
            coalesce(offers, false), coalesce(offer_for, 20))
    RETURNING * INTO d;
    PERFORM request_remember(actor, key, digest, d.id);
    PERFORM department_tell(d);
  END IF;
  json := json_build_object('department', department_json(d));
  RETURN NEXT;
END $$;

-- Puts the tickets that wait in a department (NULL: in any that asks for skills) into the lanes of
-- what they need by today's rules.
CREATE FUNCTION department_sort_lanes (which bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE ticket t SET lane_id = lane_find(t.department_id, t.channel, t.category, t.language)
  WHERE t.waiting AND CASE WHEN which IS NULL
    THEN t.department_id IN (SELECT id FROM department WHERE strategy = 'skills') ELSE t.department_id = which END
$$;

-- Changes a department; NULL leaves a value as it is. The default department gives that up only to
-- another one. Answers `done`, `not_found`, or `put_away` for one that is to be the default and is
-- not in use.
CREATE FUNCTION department_change (
  which bigint, new_name text, becomes_default boolean, becomes_active boolean, new_strategy text, sticky boolean,
  widen_after integer, offers boolean, offer_for integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  d department;
  dethroned department;
  was text;
BEGIN
  PERFORM FROM ticket WHERE department_id = which AND waiting AND new_strategy IS NOT NULL
  ORDER BY id FOR NO KEY UPDATE;
  -- Both by id, so that two that change places never wait for each other; so that no ticket comes in
  -- meanwhile by the old rules.
  PERFORM FROM department WHERE id = which OR (becomes_default AND is_default) ORDER BY id FOR UPDATE;
  SELECT * INTO d FROM department WHERE id = which;
  was := d.strategy;
  IF d.id IS NULL THEN
    RETURN 'not_found';
  ELSIF becomes_default AND NOT coalesce(becomes_active, d.is_active) THEN
    RETURN 'put_away';
  END IF;
  IF becomes_default AND NOT d.is_default THEN
    UPDATE department SET is_default = false WHERE is_default RETURNING * INTO dethroned;
    PERFORM department_tell(dethroned);
  END IF;
  UPDATE department SET name = coalesce(new_name, name), is_default = is_default OR coalesce(becomes_default, false),
                        is_active = is_active OR coalesce(becomes_active, false),
                        strategy = coalesce(new_strategy, strategy), is_sticky = coalesce(sticky, is_sticky),
                        widen_after_minutes = coalesce(widen_after, widen_after_minutes),
                        offers_chats = coalesce(offers, offers_chats),
                        offer_seconds = coalesce(offer_for, offer_seconds)
  WHERE id = which RETURNING * INTO d;
  IF (was = 'skills') <> (d.strategy = 'skills') THEN
    PERFORM department_sort_lanes(which);
  END IF;
  PERFORM department_tell(d);
  RETURN 'done';
END $$;

-- Moves a ticket to another department, where it keeps its rank, and tells everybody. The caller
-- has locked both.
CREATE FUNCTION ticket_move (which bigint, to_department bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket SET department_id = to_department, updated_at = now(), revision = revision + 1
  WHERE id = which AND department_id <> to_department;
  IF FOUND THEN
    PERFORM ticket_tell(which, ARRAY['department', 'updated_at']);
  END IF;
END $$;

-- Takes a department away. One that no ticket ever had is gone (`json` is NULL), another one is only
-- not in use any more, so that its past stays readable. Tickets that have not ended go to `heir` at
-- their old rank, those with an agent stay with that agent; without an heir their number is in
-- `tickets`. Answers `done`, `not_found`, `default`, `unknown_department` for an heir that is not in
-- use, `has_tickets`.
CREATE FUNCTION department_remove (which bigint, heir bigint)
RETURNS TABLE (outcome text, json json, tickets bigint) LANGUAGE plpgsql AS $$
DECLARE
  d department;
  moving bigint[] := ARRAY(
    SELECT id FROM ticket WHERE department_id = which AND status NOT IN ('resolved', 'closed')
    ORDER BY id FOR NO KEY UPDATE);
BEGIN
  -- From here on no ticket is made in it.
  PERFORM FROM department WHERE id IN (which, heir) ORDER BY id FOR UPDATE;
  -- Whom one of them is offered to gets a place free.
  PERFORM FROM agent WHERE user_id IN (SELECT agent_id FROM ticket_offer WHERE ticket_id = ANY (moving))
  ORDER BY user_id FOR NO KEY UPDATE;
  SELECT * INTO d FROM department WHERE id = which;
  tickets := (
    SELECT count(*) FROM ticket t
    WHERE t.department_id = which AND t.status NOT IN ('resolved', 'closed') AND NOT t.draft
      -- With an heir only those matter that came before the lock.
      AND (heir IS NULL OR t.id <> ALL (moving)));
  outcome := CASE
    WHEN d.id IS NULL THEN 'not_found'
    WHEN d.is_default THEN 'default'
    WHEN heir = which OR (heir IS NOT NULL AND NOT EXISTS (SELECT FROM department WHERE id = heir AND is_active))
      THEN 'unknown_department'
    WHEN tickets > 0 THEN 'has_tickets'
    ELSE 'done' END;
  IF outcome = 'done' THEN
    -- Drafts have no rank yet and need nobody's word.
    PERFORM ticket_move(id, coalesce(heir, (SELECT o.id FROM department o WHERE o.is_default)))
    FROM unnest(moving) AS id;
    PERFORM category_map(c.id, heir) FROM category c WHERE c.department_id = which;
    -- What was handed to somebody counts in the pace of the lane it stood in, wherever it went.
    IF EXISTS (SELECT FROM ticket WHERE department_id = which)
       OR EXISTS (SELECT FROM ticket WHERE lane_id IN (SELECT l.id FROM lane l WHERE l.department_id = which))
    THEN
      UPDATE department SET is_active = false WHERE id = which RETURNING * INTO d;
      PERFORM department_tell(d);
      json := json_build_object('department', department_json(d));
    ELSE
      DELETE FROM agent_department WHERE department_id = which;
      DELETE FROM lane WHERE department_id = which;
      DELETE FROM department WHERE id = which;
      INSERT INTO event (kind, audience, data)
      VALUES ('department.removed', 'everyone',
              json_build_object('department', json_build_object('id', d.id, 'name', d.name)));
    END IF;
  END IF;
  RETURN NEXT;
END $$;

-- Somebody who answers customers, as staff see it.
CREATE FUNCTION agent_json (who bigint) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'id', u.id, 'name', u.name, 'role', u.role, 'presence', a.presence, 'on_standby', a.on_standby,
           'is_active', u.is_active,
           'departments', (
             SELECT coalesce(json_agg(m.department_id ORDER BY m.department_id), '[]')
             FROM agent_department m WHERE m.agent_id = u.id),
           'skills', (
             SELECT coalesce(json_object_agg(k.name, s.level ORDER BY k.name), '{}')
             FROM agent_skill s JOIN skill k ON k.id = s.skill_id WHERE s.agent_id = u.id),
           'languages', a.languages, 'week', a.week, 'time_zone', a.time_zone,
           'display_names', a.display_names, 'bios', a.bios, 'position', a.position,
           'capacity', (
             SELECT coalesce(json_object_agg(w.channel, json_build_object('limit', w.capacity, 'load', w.load)
                                             ORDER BY w.channel), '{}')
             FROM agent_load w WHERE w.agent_id = u.id))
  FROM agent a JOIN app_user u ON u.id = a.user_id
  WHERE a.user_id = who
$$;

-- The name of an agent for a reader of this language: the one chosen for it or a near one, or the account's.
CREATE FUNCTION agent_shown_name (who bigint, reads text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN lower(split_part(near, '-', 1)) = lower(split_part(reads, '-', 1)) THEN a.display_names ->> near
              ELSE u.name END
  FROM app_user u LEFT JOIN agent a ON a.user_id = u.id, language_pick(a.display_names, reads) AS near
  WHERE u.id = who
$$;

-- Makes somebody who answers customers an admin or an agent, or puts the account in or out of use; NULL
-- leaves each as it is. Somebody in use is always admin: FALSE when that would be nobody, and then nothing
-- was changed. Whoever takes an admin away holds all of them, so that of two at once the second sees what
-- the first one left.
CREATE FUNCTION account_change (who bigint, becomes_active boolean, becomes user_role)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT becomes_active OR becomes <> 'admin' THEN
    PERFORM FROM app_user WHERE role = 'admin' AND is_active ORDER BY id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM app_user WHERE role = 'admin' AND is_active AND id <> who)
       AND EXISTS (SELECT FROM app_user WHERE role = 'admin' AND is_active AND id = who) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE app_user SET is_active = coalesce(becomes_active, is_active), role = coalesce(becomes, role)
  WHERE id = who AND (is_active <> becomes_active OR role <> becomes);
  RETURN true;
END $$;

-- Changes somebody who answers customers: limits by channel (`{"chat": 5}`), all departments served,
-- whether the account is in use, all skills with their levels (`{"refunds": 3}`), languages, hours of
-- work and their zone, the role, how customers are told of them and the place in lists; NULL leaves each
-- as it is. A limit below the load only stops new work. Answers `done`, `not_found`, `unknown_department`,
-- `unknown_skill`, `unknown_zone`, `last_admin`.
CREATE FUNCTION agent_change (
  who bigint, limits jsonb, serves bigint[], becomes_active boolean, skilled jsonb, spoken text[], hours text[],
  zone text, becomes user_role, names jsonb, about jsonb, place integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM department WHERE id = ANY (serves) ORDER BY id FOR KEY SHARE;
  IF EXISTS (SELECT unnest(serves) EXCEPT SELECT id FROM department) THEN
    RETURN 'unknown_department';
  ELSIF EXISTS (SELECT jsonb_object_keys(skilled) EXCEPT SELECT name FROM skill) THEN
    RETURN 'unknown_skill';
  ELSIF zone IS NOT NULL AND NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = zone) THEN
    RETURN 'unknown_zone';
  END IF;
  PERFORM FROM agent WHERE user_id = who FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF NOT account_change(who, becomes_active, becomes) THEN
    RETURN 'last_admin';
  END IF;
  INSERT INTO agent_load (agent_id, channel, capacity)
  SELECT who, key::ticket_channel, value::integer FROM jsonb_each_text(limits)
  ON CONFLICT (agent_id, channel) DO UPDATE SET capacity = excluded.capacity;
  IF serves IS NOT NULL THEN
    DELETE FROM agent_department WHERE agent_id = who AND department_id <> ALL (serves);
    INSERT INTO agent_department (agent_id, department_id) SELECT DISTINCT who, unnest(serves)
    ON CONFLICT DO NOTHING;
  END IF;
  IF skilled IS NOT NULL THEN
    DELETE FROM agent_skill WHERE agent_id = who;
    INSERT INTO agent_skill (agent_id, skill_id, level)
    SELECT who, k.id, s.value::integer FROM jsonb_each_text(skilled) AS s JOIN skill k ON k.name = s.key;
  END IF;
  UPDATE agent SET languages = coalesce(spoken, languages), week = coalesce(hours, week),
                   time_zone = coalesce(zone, time_zone), display_names = coalesce(names, display_names),
                   bios = coalesce(about, bios), position = coalesce(place, position)
  WHERE user_id = who;
  INSERT INTO event (kind, audience, data)
  VALUES ('agent.changed', 'staff', json_build_object('agent', agent_json(who)));
  RETURN 'done';
END $$;

-- An account that is not used any more is there on no device. Its tickets follow with the next
-- presence_sweep(), which takes the locks in their order.
CREATE FUNCTION agent_deactivated () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent SET presence = 'offline' WHERE user_id = new.id AND presence <> 'offline';
  IF FOUND THEN
    INSERT INTO event (kind, audience, data)
    VALUES ('presence.changed', 'everyone',
            json_build_object('agent', json_build_object('id', new.id, 'state', 'offline')));
  END IF;
  DELETE FROM presence_lease WHERE agent_id = new.id;
  RETURN NULL;
END $$;

CREATE TRIGGER agent_deactivated AFTER UPDATE OF is_active ON app_user FOR EACH ROW
WHEN (old.is_active AND NOT new.is_active) EXECUTE FUNCTION agent_deactivated();
