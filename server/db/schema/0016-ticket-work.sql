-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What people do with tickets besides answering: tag, link, follow, put to sleep, delete. Functions
-- answer with an outcome as in 0006, and take their locks in the same order: tickets by id, then
-- agents by id.

-- What a changing statement answers: the ticket as staff see it after the change. It is volatile so
-- that it sees what the same statement has just done.
CREATE FUNCTION ticket_answer (which bigint, outcome text) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('ticket', s.json) FROM ticket_for_staff s
          WHERE s.id = which AND outcome IN ('done', 'repeated'));
END $$;

-- How many tickets have a tag, as a sum of small rows, as the figures are. Deleted tickets do not
-- count.
CREATE TABLE tag_count (
  tag text COLLATE "C" NOT NULL,
  tickets integer NOT NULL
);

CREATE INDEX tag_count_by_tag ON tag_count (tag);

CREATE FUNCTION tags_count (tags text[], change integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO tag_count (tag, tickets) SELECT tag, change FROM unnest(tags) AS tag
$$;

-- Gives a ticket the tags `wanted`, or (NULL) leaves it those it has; then without `removed`, and
-- with `added`. Answers `done`, `not_found`, or `too_many_tags`.
CREATE FUNCTION ticket_tag (which bigint, wanted text[], added text[], removed text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_tags text[];
  new_tags text[];
BEGIN
  SELECT tags INTO old_tags FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  new_tags := ARRAY(
    SELECT tag COLLATE "C" FROM unnest(coalesce(wanted, old_tags)) AS tag WHERE tag <> ALL (removed)
    UNION
    SELECT tag FROM unnest(added) AS tag
    ORDER BY tag);
  IF new_tags = old_tags THEN
    RETURN 'done';
  ELSIF cardinality(new_tags) > 20 THEN
    RETURN 'too_many_tags';
  END IF;
  UPDATE ticket SET tags = new_tags, revision = revision + 1 WHERE id = which;
  PERFORM tags_count(ARRAY(SELECT unnest(new_tags) EXCEPT SELECT unnest(old_tags)), 1);
  PERFORM tags_count(ARRAY(SELECT unnest(old_tags) EXCEPT SELECT unnest(new_tags)), -1);
  PERFORM ticket_tell(which, ARRAY['tags']);
  RETURN 'done';
END $$;

-- Lets somebody follow a ticket, or follow it no longer. Answers `done` or `not_found`.
CREATE FUNCTION ticket_follow (which bigint, follower bigint, follows boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  was bigint[];
BEGIN
  SELECT followers INTO was FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF follows = (follower = ANY (was)) THEN
    RETURN 'done';
  END IF;
  UPDATE ticket SET
    followers = CASE WHEN follows THEN ARRAY(SELECT f FROM unnest(followers || follower) AS f ORDER BY f)
                     ELSE array_remove(followers, follower) END,
    revision = revision + 1
  WHERE id = which;
  PERFORM ticket_tell(which, ARRAY['followers']);
  RETURN 'done';
END $$;

-- Says of tickets whose links have changed whether they have any, and tells everybody. The caller
-- has locked them.
CREATE FUNCTION tickets_relink (ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ticket t SET
    linked = EXISTS (SELECT FROM ticket_link l WHERE l.ticket_id = t.id)
             OR EXISTS (SELECT FROM ticket_link l WHERE l.other_id = t.id),
    revision = revision + 1
  WHERE id = ANY (ids);
  PERFORM ticket_tell(id, ARRAY['links']) FROM unnest(ids) AS id;
END $$;

-- Whether ticket `which` stands above `below` among parents, by other links than their own.
CREATE FUNCTION ticket_is_above (which bigint, below bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE above (id) AS (
    VALUES (below)
    UNION
    SELECT l.parent FROM above a CROSS JOIN LATERAL (
      SELECT other_id AS parent, ticket_id AS child FROM ticket_link WHERE ticket_id = a.id AND kind = 'parent'
      UNION ALL
      SELECT ticket_id, other_id FROM ticket_link WHERE other_id = a.id AND kind = 'child') AS l
    WHERE NOT (l.parent = which AND l.child = below)
  )
  SELECT which IN (SELECT id FROM above)
$$;

-- Links a ticket with another, which is `other_is` to it from now on, whatever it was before. Answers
-- `done`; `repeated` when they are linked so already; `not_found` and `unknown_ticket` for the first and
-- the second; `too_many_links`; `circle` when a ticket would be its own parent's parent.
CREATE FUNCTION ticket_link_to (which bigint, other bigint, other_is link_kind) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  pair bigint[] := ARRAY[least(which, other), greatest(which, other)];
  pair_kind link_kind := CASE WHEN which < other THEN other_is ELSE link_inverse(other_is) END;
  found_ids bigint[];
  was link_kind;
BEGIN
  IF other_is IN ('parent', 'child') THEN
    -- One after the other, since no ticket's lock keeps a longer circle from closing.
    PERFORM pg_advisory_xact_lock(hashtext('ticket_link parents'));
  END IF;
  found_ids := ARRAY(
    SELECT id FROM ticket WHERE id = ANY (pair) AND NOT hidden ORDER BY id FOR NO KEY UPDATE);
  SELECT kind INTO was FROM ticket_link WHERE ticket_id = pair[1] AND other_id = pair[2];
  IF NOT which = ANY (found_ids) THEN
    RETURN 'not_found';
  ELSIF NOT other = ANY (found_ids) THEN
    RETURN 'unknown_ticket';
  ELSIF was = pair_kind THEN
    RETURN 'repeated';
  ELSIF (other_is = 'parent' AND ticket_is_above(which, other))
        OR (other_is = 'child' AND ticket_is_above(other, which))
  THEN
    RETURN 'circle';
  ELSIF was IS NULL AND EXISTS (
    SELECT FROM unnest(pair) AS id
    WHERE (SELECT count(*) FROM ticket_link WHERE ticket_id = id)
          + (SELECT count(*) FROM ticket_link WHERE other_id = id) >= 50)
  THEN
    RETURN 'too_many_links';
  END IF;
  INSERT INTO ticket_link (ticket_id, other_id, kind) VALUES (pair[1], pair[2], pair_kind)
  ON CONFLICT (ticket_id, other_id) DO UPDATE SET kind = excluded.kind;
  PERFORM tickets_relink(pair);
  RETURN 'done';
END $$;

-- Ends a link. Answers `done` or `not_found`.
CREATE FUNCTION ticket_unlink (which bigint, other bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  pair bigint[] := ARRAY[least(which, other), greatest(which, other)];
BEGIN
  IF (SELECT count(*) FROM (
        SELECT FROM ticket WHERE id = ANY (pair) AND NOT hidden ORDER BY id FOR NO KEY UPDATE) AS locked) < 2
  THEN
    RETURN 'not_found';
  END IF;
  DELETE FROM ticket_link WHERE ticket_id = pair[1] AND other_id = pair[2];
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  PERFORM tickets_relink(pair);
  RETURN 'done';
END $$;

-- Puts a ticket to sleep until a time. It keeps its status and its agent, and is nobody's load and in
-- no queue meanwhile. Answers `done`, `not_found`, or `ended` for one that is resolved or closed.
CREATE FUNCTION ticket_snooze (which bigint, until timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.status IN ('resolved', 'closed') THEN
    RETURN 'ended';
  END IF;
  PERFORM agent_move_load(t.channel, CASE WHEN ticket_is_load(t) THEN t.assigned_to END, NULL, false);
  UPDATE ticket SET snoozed_until = until, waiting = false, revision = revision + 1 WHERE id = which;
  PERFORM ticket_tell(which, ARRAY['snoozed_until', 'waiting']);
  RETURN 'done';
END $$;

-- Whether the agent of a ticket can have it back: a chat needs somebody who is there.
CREATE FUNCTION ticket_agent_is_there (t ticket) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM agent a JOIN app_user u ON u.id = a.user_id AND u.is_active
    WHERE a.user_id = t.assigned_to AND (t.channel <> 'chat' OR a.presence <> 'offline'))
$$;

-- Ends a ticket's snooze: it goes back to its agent, or to the queue at its old rank when it has none
-- or that one is gone or full. Answers `done` (also when it did not sleep) or `not_found`.
CREATE FUNCTION ticket_wake (which bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.snoozed_until IS NULL THEN
    RETURN 'done';
  ELSIF (ticket_is_load(t.status, t.assigned_to) AND NOT ticket_agent_is_there(t))
        OR ticket_change(which, t.status, t.assigned_to, false, NULL) = 'full'
  THEN
    RETURN ticket_change(which, 'open', NULL, true, 'returned');
  END IF;
  RETURN 'done';
END $$;

-- Ends the snoozes whose time has come. Answers how many.
CREATE FUNCTION tickets_wake_due () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  due bigint[] := ARRAY(
    SELECT id FROM ticket WHERE snoozed_until <= now() AND NOT hidden ORDER BY id LIMIT 200
    FOR NO KEY UPDATE SKIP LOCKED);
BEGIN
  PERFORM FROM agent
  WHERE user_id IN (SELECT assigned_to FROM ticket WHERE id = ANY (due)) ORDER BY user_id FOR NO KEY UPDATE;
  PERFORM ticket_wake(id) FROM unnest(due) AS id;
  RETURN cardinality(due);
END $$;

-- Locks a ticket and those it is linked with, by id. Answers the others that are not hidden.
CREATE FUNCTION ticket_lock_linked (which bigint) RETURNS bigint[] LANGUAGE sql AS $$
  SELECT array_remove(array_agg(id) FILTER (WHERE NOT hidden), which)
  FROM (
    SELECT id, hidden FROM ticket
    WHERE id IN (
      SELECT which UNION ALL SELECT other_id FROM ticket_link WHERE ticket_id = which
      UNION ALL SELECT ticket_id FROM ticket_link WHERE other_id = which)
    ORDER BY id FOR NO KEY UPDATE) AS locked
$$;

-- Deletes a ticket until it is restored or purged: from here on it is there for nobody, gives its
-- agent's place free and leaves queue and counts, and keeps everything that brings it back. Answers
-- `done` or `not_found`.
CREATE FUNCTION ticket_delete (which bigint, actor bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  others bigint[] := ticket_lock_linked(which);
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT hidden;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  PERFORM agent_move_load(t.channel, CASE WHEN ticket_is_load(t) THEN t.assigned_to END, NULL, false);
  UPDATE ticket SET deleted_at = now(), deleted_by = actor, waiting = false, revision = revision + 1 WHERE id = which
  RETURNING * INTO t;
  PERFORM tags_count(t.tags, -1);
  INSERT INTO event (kind, audience, ticket_id, customer_id, data)
  VALUES ('ticket.deleted', 'ticket', which, t.customer_id,
          json_build_object('ticket', json_build_object('id', which, 'revision', t.revision)));
  PERFORM tickets_relink(others);
  RETURN 'done';
END $$;

-- Brings a deleted ticket back to where it was: asleep, to its agent, or to the queue at its old
-- rank; to the queue too when its agent is gone or full. Answers `done`, `repeated` when it is not deleted,
-- or `not_found`.
CREATE FUNCTION ticket_restore (which bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  others bigint[] := ticket_lock_linked(which);
  t ticket;
  returns boolean; -- to the queue, though it had an agent
  waits boolean;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = which AND NOT draft;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF t.deleted_at IS NULL THEN
    RETURN 'repeated';
  END IF;
  returns := ticket_is_load(t.status, t.assigned_to) AND t.snoozed_until IS NULL
             AND NOT (ticket_agent_is_there(t) AND agent_move_load(t.channel, NULL, t.assigned_to, false));
  waits := returns OR (t.status = 'open' AND t.assigned_to IS NULL AND t.snoozed_until IS NULL);
  UPDATE ticket SET
    deleted_at = NULL,
    deleted_by = NULL,
    status = CASE WHEN returns THEN 'open' ELSE status END,
    assigned_to = CASE WHEN NOT returns THEN assigned_to END,
    preferred_agent = CASE WHEN returns THEN assigned_to ELSE preferred_agent END,
    waiting = waits,
    waiting_since = CASE WHEN waits THEN now() ELSE waiting_since END,
    enqueued_at = CASE WHEN waits THEN coalesce(enqueued_at, now()) ELSE enqueued_at END,
    rank_at = CASE WHEN waits THEN coalesce(rank_at, queue_rank(now(), priority, customer_id)) ELSE rank_at END,
    revision = revision + 1
  WHERE id = which RETURNING * INTO t;
  PERFORM tags_count(t.tags, 1);
  IF returns THEN
    PERFORM ticket_add_line(which, 'returned', NULL);
  END IF;
  INSERT INTO event (kind, audience, ticket_id, customer_id, data, staff)
  SELECT 'ticket.restored', 'ticket', which, t.customer_id, json_build_object('ticket', c.json), s.json
  FROM ticket_for_customer c JOIN ticket_for_staff s ON s.id = c.id
  WHERE c.id = which;
  PERFORM tickets_relink(others);
  RETURN 'done';
END $$;

-- Takes tickets away for good that were deleted long enough ago, with everything that hangs on them.
-- In bites, since a ticket may have thousands of messages. Answers how many.
CREATE FUNCTION tickets_purge () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  gone bigint[] := ARRAY(
    SELECT id FROM ticket
    WHERE deleted_at < now() - make_interval(days => (SELECT purge_deleted_after_days FROM ticket_setting))
    ORDER BY deleted_at LIMIT 20 FOR UPDATE SKIP LOCKED);
BEGIN
  DELETE FROM ticket WHERE id = ANY (gone);
  RETURN cardinality(gone);
END $$;
