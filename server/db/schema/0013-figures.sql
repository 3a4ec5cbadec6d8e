-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Figures: how many tickets there are and how long they took, for the whole desk, for each customer
-- and for each agent. They are sums over all tickets that nobody ever counts: whatever changes a
-- ticket adds two small rows, one that takes the old ticket out of the sums and one that puts the new
-- one in. So they are exact at every moment, no row is hot and nothing is locked; the clock folds
-- those rows into the sums.

CREATE TABLE figure_change (
  sign smallint NOT NULL,
  customer_id bigint NOT NULL,
  status ticket_status NOT NULL,
  priority text NOT NULL,
  category text NOT NULL,
  channel ticket_channel NOT NULL,
  department_id bigint NOT NULL,
  -- Milliseconds from the ticket's beginning; NULL as long as nobody has answered, or it has not ended.
  response_ms bigint,
  responder_id bigint,
  resolution_ms bigint,
  handler_id bigint,
  -- Other customers, who count it among theirs too.
  participants bigint[] NOT NULL
);

CREATE TYPE figure_scope AS ENUM ('desk', 'customer', 'agent');

-- `id` is a customer's or an agent's, 0 for the desk. An agent's row holds only what the agent answered
-- first (`responses`) and what ended in the agent's hands (`resolutions`).
CREATE TABLE figure (
  scope figure_scope NOT NULL,
  id bigint NOT NULL,
  open bigint NOT NULL,
  assigned bigint NOT NULL,
  in_progress bigint NOT NULL,
  waiting_on_customer bigint NOT NULL,
  resolved bigint NOT NULL,
  closed bigint NOT NULL,
  urgent bigint NOT NULL,
  responses bigint NOT NULL,
  response_ms bigint NOT NULL,
  resolutions bigint NOT NULL,
  resolution_ms bigint NOT NULL,
  PRIMARY KEY (scope, id)
);

-- How many tickets have each facet. A list asks here which there are.
CREATE TABLE facet (
  status ticket_status NOT NULL,
  priority text NOT NULL,
  category text NOT NULL,
  channel ticket_channel NOT NULL,
  department_id bigint NOT NULL,
  tickets bigint NOT NULL,
  PRIMARY KEY (status, priority, category, channel, department_id)
);

CREATE FUNCTION milliseconds (span interval) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(epoch FROM span) * 1000)::bigint
$$;

-- What a ticket is in the figures; a hidden one is nothing.
CREATE FUNCTION ticket_figures (t ticket, sign integer) RETURNS SETOF figure_change LANGUAGE sql IMMUTABLE AS $$
  SELECT sign::smallint, t.customer_id, t.status, t.priority, t.category, t.channel, t.department_id,
         milliseconds(t.first_response_at - t.created_at), t.first_response_by,
         -- What was merged into another ticket is not solved, it goes on there.
         CASE WHEN t.status IN ('resolved', 'closed') AND t.merged_into IS NULL
           THEN milliseconds(coalesce(t.resolved_at, t.closed_at) - t.created_at) END,
         t.handled_by, t.participants
  WHERE NOT t.hidden
$$;

CREATE FUNCTION ticket_counted () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op <> 'INSERT' THEN
    INSERT INTO figure_change SELECT * FROM ticket_figures(old, -1);
  END IF;
  IF tg_op <> 'DELETE' THEN
    INSERT INTO figure_change SELECT * FROM ticket_figures(new, 1);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ticket_counted AFTER INSERT OR DELETE ON ticket FOR EACH ROW EXECUTE FUNCTION ticket_counted();

-- Most changes of a ticket are messages, and most messages change no figure.
CREATE TRIGGER ticket_recounted
AFTER UPDATE OF customer_id, status, priority, category, department_id, draft, deleted_at, created_at,
                first_response_at, first_response_by, resolved_at, closed_at, handled_by, merged_into, participants
ON ticket FOR EACH ROW
WHEN ((old.customer_id, old.facet, old.hidden, old.created_at, old.first_response_at, old.first_response_by,
       old.resolved_at, old.closed_at, old.handled_by, old.merged_into, old.participants)
      IS DISTINCT FROM
      (new.customer_id, new.facet, new.hidden, new.created_at, new.first_response_at, new.first_response_by,
       new.resolved_at, new.closed_at, new.handled_by, new.merged_into, new.participants))
EXECUTE FUNCTION ticket_counted();

-- What is not folded yet, as rows of `figure`.
CREATE VIEW figure_pending AS
SELECT part.scope, part.id,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'open'), 0) AS open,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'assigned'), 0) AS assigned,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'in_progress'), 0) AS in_progress,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'waiting_on_customer'), 0) AS waiting_on_customer,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'resolved'), 0) AS resolved,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.status = 'closed'), 0) AS closed,
       coalesce(sum(c.sign) FILTER (WHERE part.counts AND c.priority = 'urgent'
                                 AND c.status NOT IN ('resolved', 'closed')), 0) AS urgent,
       coalesce(sum(c.sign) FILTER (WHERE part.answered), 0) AS responses,
       coalesce(sum(c.sign * c.response_ms) FILTER (WHERE part.answered), 0) AS response_ms,
       coalesce(sum(c.sign) FILTER (WHERE part.ended), 0) AS resolutions,
       coalesce(sum(c.sign * c.resolution_ms) FILTER (WHERE part.ended), 0) AS resolution_ms
FROM figure_change c
CROSS JOIN LATERAL (
  VALUES ('desk'::figure_scope, 0::bigint, true, c.response_ms IS NOT NULL, c.resolution_ms IS NOT NULL),
         ('customer', c.customer_id, true, c.response_ms IS NOT NULL, c.resolution_ms IS NOT NULL),
         ('agent', CASE WHEN c.response_ms IS NOT NULL THEN c.responder_id END, false, true, false),
         ('agent', CASE WHEN c.resolution_ms IS NOT NULL THEN c.handler_id END, false, false, true)
  UNION ALL
  SELECT 'customer', participant, true, c.response_ms IS NOT NULL, c.resolution_ms IS NOT NULL
  FROM unnest(c.participants) AS participant)
  AS part (scope, id, counts, answered, ended)
WHERE part.id IS NOT NULL
GROUP BY part.scope, part.id;

-- Folds what is pending. One at a time: then what is summed up and what is deleted are the same rows,
-- those of one snapshot. What others add meanwhile stays.
CREATE FUNCTION figures_fold () RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('figures_fold'));
  WITH folded AS (
    DELETE FROM figure_change
  ),
  sorted AS (
    INSERT INTO facet AS f
    SELECT status, priority, category, channel, department_id, sum(sign) FROM figure_change
    GROUP BY status, priority, category, channel, department_id HAVING sum(sign) <> 0
    ON CONFLICT (status, priority, category, channel, department_id)
    DO UPDATE SET tickets = f.tickets + excluded.tickets
  )
  INSERT INTO figure AS f SELECT * FROM figure_pending
  ON CONFLICT (scope, id) DO UPDATE SET
    open = f.open + excluded.open,
    assigned = f.assigned + excluded.assigned,
    in_progress = f.in_progress + excluded.in_progress,
    waiting_on_customer = f.waiting_on_customer + excluded.waiting_on_customer,
    resolved = f.resolved + excluded.resolved,
    closed = f.closed + excluded.closed,
    urgent = f.urgent + excluded.urgent,
    responses = f.responses + excluded.responses,
    response_ms = f.response_ms + excluded.response_ms,
    resolutions = f.resolutions + excluded.resolutions,
    resolution_ms = f.resolution_ms + excluded.resolution_ms;
END $$;

-- The folded rows and what is pending: several rows for the same (scope, id), to be summed up.
CREATE VIEW figure_part AS
SELECT * FROM figure UNION ALL SELECT * FROM figure_pending;

-- The documents' five figures: who is assigned counts as open, who waits on the customer as in
-- progress. In PL/pgSQL, which keeps its plan.
CREATE FUNCTION stats_json (in_scope figure_scope, of_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
             'total', coalesce(sum(open + assigned + in_progress + waiting_on_customer + resolved + closed), 0),
             'open', coalesce(sum(open + assigned), 0),
             'in_progress', coalesce(sum(in_progress + waiting_on_customer), 0),
             'resolved', coalesce(sum(resolved), 0), 'urgent', coalesce(sum(urgent), 0))
    FROM figure_part WHERE scope = in_scope AND id = of_id);
END $$;

-- How many, and how long on average.
CREATE FUNCTION average_json (total_ms numeric, count numeric) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object('tickets', coalesce(count, 0),
                           'average_s', CASE WHEN count > 0 THEN round(total_ms / count / 1000) END)
$$;
