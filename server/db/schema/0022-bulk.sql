-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- One change for many tickets. Each of them is judged whole before anything of it is touched, so that
-- it changes as asked or not at all, without a savepoint for each.

-- NULL stays as it is; `assigns` says that `agent` counts, whose NULL is nobody.
CREATE TYPE bulk_change AS (
  status ticket_status,
  assigns boolean,
  agent bigint,
  category text,
  priority text,
  department bigint,
  add_tags text[],
  remove_tags text[]
);

-- The first value of a change that names nothing there is, or NULL.
CREATE FUNCTION bulk_unknown (change bulk_change) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN change.agent IS NOT NULL AND NOT EXISTS (
      SELECT FROM agent JOIN app_user u ON u.id = user_id WHERE user_id = change.agent AND u.is_active)
      THEN 'unknown_agent'
    WHEN change.department IS NOT NULL AND NOT EXISTS (
      SELECT FROM department WHERE id = change.department AND is_active)
      THEN 'unknown_department'
    ELSE ticket_unknown_word(change.category, change.priority) END
$$;

-- What speaks against a change of this ticket; `done` when nothing does.
CREATE FUNCTION bulk_judge (t ticket, change bulk_change) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  -- Where assigning brings it first.
  before ticket_status := CASE
    WHEN NOT change.assigns OR t.assigned_to = change.agent THEN t.status
    WHEN change.agent IS NULL THEN 'open' ELSE 'assigned' END;
BEGIN
  IF change.assigns AND t.status IN ('resolved', 'closed') THEN
    RETURN 'ended';
  ELSIF change.status <> before AND NOT EXISTS (
    SELECT FROM status_move m WHERE m.from_status = before AND m.to_status = change.status)
  THEN
    RETURN 'illegal_transition';
  ELSIF cardinality(ARRAY(
    SELECT unnest(t.tags) EXCEPT SELECT unnest(change.remove_tags) UNION SELECT unnest(change.add_tags))) > 20
  THEN
    RETURN 'too_many_tags';
  END IF;
  RETURN 'done';
END $$;

-- Changes a ticket that was judged. Only the first step can still find its agent full; the others
-- then stay undone.
CREATE FUNCTION bulk_apply (which bigint, change bulk_change, actor bigint, over_capacity boolean)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  outcome text := 'done';
BEGIN
  IF change.assigns THEN
    outcome := ticket_assign(which, change.agent, over_capacity);
  END IF;
  IF outcome = 'done' AND change.status IS NOT NULL THEN
    outcome := ticket_set_status(which, change.status, actor, over_capacity);
  END IF;
  IF outcome = 'done' THEN
    outcome := ticket_edit(which, NULL, change.category, change.priority, change.department, NULL, NULL);
  END IF;
  IF outcome = 'done' THEN
    outcome := ticket_tag(which, NULL, change.add_tags, change.remove_tags);
  END IF;
  RETURN outcome;
END $$;

-- Changes tickets, each of which is named once, in the order given: the first ones get an agent's
-- last places. Answers `changed`, `unchanged` or why not for every one; `forbidden` for all that are there
-- when the actor lacks a permission. `detail` is what else a refusal says, as JSON members.
CREATE FUNCTION tickets_change (
  ids bigint[], change bulk_change, permitted boolean, actor bigint, over_capacity boolean)
RETURNS TABLE (ticket_id bigint, outcome text, detail text) LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
BEGIN
  PERFORM FROM ticket WHERE id = ANY (ids) AND NOT hidden ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM agent
  WHERE user_id IN (
    SELECT assigned_to FROM ticket WHERE id = ANY (ids)
    UNION SELECT agent_id FROM ticket_offer o WHERE o.ticket_id = ANY (ids)
    UNION VALUES (change.agent), (CASE WHEN change.status = 'in_progress' THEN actor END))
  ORDER BY user_id FOR NO KEY UPDATE;
  FOREACH ticket_id IN ARRAY ids LOOP
    SELECT * INTO t FROM ticket WHERE id = ticket_id AND NOT hidden;
    outcome := CASE WHEN NOT FOUND THEN 'not_found' WHEN NOT permitted THEN 'forbidden'
                    ELSE bulk_judge(t, change) END;
    detail := NULL;
    IF outcome = 'illegal_transition' THEN
      detail := '"allowed":' || (
        SELECT coalesce(json_agg(m.to_status ORDER BY m.to_status), '[]') FROM status_move m
        WHERE m.from_status = t.status);
    ELSIF outcome = 'done' THEN
      outcome := bulk_apply(ticket_id, change, actor, over_capacity);
    END IF;
    IF outcome = 'done' THEN
      outcome := CASE WHEN (SELECT revision FROM ticket WHERE id = ticket_id) > t.revision
                      THEN 'changed' ELSE 'unchanged' END;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
