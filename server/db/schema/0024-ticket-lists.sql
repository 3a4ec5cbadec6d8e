-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Lists of tickets, newest first, narrowed by any filters, page by page. What a page costs depends
-- neither on how many tickets there are nor on how rare the ones are that it shows: each filter has
-- ranges of an index in which everything fits, and they are read together from their newest ends.
-- Only where no such ranges are (a common tag together with a rare category) a walk looks at so many
-- tickets at most; such a page may be short, and its `next` goes on behind the last one looked at.

-- What narrows a list; NULL is no filter. `holder` is who has it, 0 for nobody; `ids` are the only ones
-- in question.
CREATE TYPE ticket_filter AS (
  status ticket_status[],
  priority text[],
  category text[],
  channel ticket_channel[],
  department bigint[],
  holder bigint,
  customer bigint,
  follower bigint,
  tag text[],
  created_from timestamptz,
  created_to timestamptz,
  waiting boolean,
  snoozed boolean,
  deleted boolean,
  ids bigint[]
);

-- Whether a ticket fits; who asks looks after `deleted` and `ids`.
CREATE FUNCTION ticket_fits (t ticket, f ticket_filter) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (f.status IS NULL OR t.status = ANY (f.status))
     AND (f.priority IS NULL OR t.priority = ANY (f.priority))
     AND (f.category IS NULL OR t.category = ANY (f.category))
     AND (f.channel IS NULL OR t.channel = ANY (f.channel))
     AND (f.department IS NULL OR t.department_id = ANY (f.department))
     AND (f.holder IS NULL OR coalesce(t.assigned_to, 0) = f.holder)
     AND (f.customer IS NULL OR ticket_takes_part(t, f.customer))
     AND (f.follower IS NULL OR f.follower = ANY (t.followers))
     AND (f.tag IS NULL OR t.tags && f.tag)
     AND (f.created_from IS NULL OR t.created_at >= f.created_from)
     AND (f.created_to IS NULL OR t.created_at < f.created_to)
     AND (f.waiting IS NULL OR t.waiting = f.waiting)
     AND (f.snoozed IS NULL OR (t.snoozed_until IS NOT NULL) = f.snoozed)
$$;

-- The facets that a filter lets through, those that have a ticket, and how many tickets they have.
CREATE FUNCTION ticket_facets (f ticket_filter, OUT facets integer[], OUT tickets bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
  SELECT array_agg(DISTINCT ticket_facet(c.status, c.priority, c.category, c.channel, c.department_id)),
         coalesce(sum(c.tickets), 0)
  INTO facets, tickets
  FROM (SELECT status, priority, category, channel, department_id, facet.tickets FROM facet WHERE facet.tickets > 0
        UNION ALL
        SELECT status, priority, category, channel, department_id, sign FROM figure_change) AS c
  WHERE (f.status IS NULL OR c.status = ANY (f.status))
    AND (f.priority IS NULL OR c.priority = ANY (f.priority))
    AND (f.category IS NULL OR c.category = ANY (f.category))
    AND (f.channel IS NULL OR c.channel = ANY (f.channel))
    AND (f.department IS NULL OR c.department_id = ANY (f.department));
END $$;

-- The functions below take a filter, the place (moment, id) behind which to begin, and how many tickets
-- are wanted at most. Where they may give up before they have seen everything they say how far they
-- looked: nothing is missing before that place, which is NULL when they did not, or found enough.

-- Walks all tickets in their order, and looks at `budget` of them.
CREATE FUNCTION ticket_walk (
  f ticket_filter, after_at timestamptz, after_id bigint, want integer, budget integer, OUT ids bigint[],
  OUT looked_at timestamptz, OUT looked_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  since timestamptz := coalesce(f.created_from, '-infinity');
BEGIN
  ids := ARRAY(
    SELECT w.id
    FROM (SELECT t.id, ticket_fits(t, f) AS fits FROM ticket t
          WHERE NOT t.hidden AND t.listed_at >= since AND (t.listed_at, t.id) < (after_at, after_id)
          ORDER BY t.listed_at DESC, t.id DESC LIMIT budget) AS w
    WHERE w.fits LIMIT want);
  IF cardinality(ids) < want THEN
    SELECT t.listed_at, t.id INTO looked_at, looked_id FROM ticket t
    WHERE NOT t.hidden AND t.listed_at >= since AND (t.listed_at, t.id) < (after_at, after_id)
    ORDER BY t.listed_at DESC, t.id DESC OFFSET budget - 1 LIMIT 1;
  END IF;
END $$;

-- The same for the tickets of one customer, and the few of others in which that one takes part. They stand
-- in the order of their last messages.
CREATE FUNCTION ticket_walk_customer (
  f ticket_filter, after_at timestamptz, after_id bigint, want integer, budget integer, OUT ids bigint[],
  OUT looked_at timestamptz, OUT looked_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  shared bigint[];
BEGIN
  ids := ARRAY(
    SELECT w.id
    FROM (SELECT t.id, NOT t.hidden AND (f.ids IS NULL OR t.id = ANY (f.ids)) AND ticket_fits(t, f) AS fits
          FROM ticket t
          WHERE t.customer_id = f.customer AND (t.last_message_at, t.id) < (after_at, after_id)
          ORDER BY t.last_message_at DESC, t.id DESC LIMIT budget) AS w
    WHERE w.fits LIMIT want);
  IF cardinality(ids) < want THEN
    SELECT t.last_message_at, t.id INTO looked_at, looked_id FROM ticket t
    WHERE t.customer_id = f.customer AND (t.last_message_at, t.id) < (after_at, after_id)
    ORDER BY t.last_message_at DESC, t.id DESC OFFSET budget - 1 LIMIT 1;
  END IF;
  shared := ARRAY(
    SELECT t.id FROM ticket t
    WHERE t.participants @> ARRAY[f.customer] AND t.participants <> '{}'
      AND (t.last_message_at, t.id) < (after_at, after_id)
      AND (looked_at IS NULL OR (t.last_message_at, t.id) >= (looked_at, looked_id))
      AND NOT t.hidden AND (f.ids IS NULL OR t.id = ANY (f.ids)) AND ticket_fits(t, f));
  IF shared <> '{}' THEN
    ids := ARRAY(
      SELECT t.id FROM ticket t WHERE t.id = ANY (ids || shared)
      ORDER BY t.last_message_at DESC, t.id DESC LIMIT want);
  END IF;
END $$;

-- A range of tickets that are in order, from a place on: of a facet, of a day since 2000 on which they were
-- made, or of what the filter's holder has by status (as a number) or by facet.
CREATE TYPE ticket_range AS (key integer, at timestamptz, id bigint);

-- The next `each` tickets of several ranges. `is_last` marks the one behind which a range goes on.
CREATE FUNCTION ticket_read (by text, ranges ticket_range[], f ticket_filter, each integer)
RETURNS TABLE (key integer, id bigint, at timestamptz, fits boolean, is_last boolean) LANGUAGE plpgsql STABLE AS $$
BEGIN
  CASE by
    WHEN 'facet' THEN
      RETURN QUERY
        SELECT r.key, n.* FROM unnest(ranges) AS r CROSS JOIN LATERAL (
          SELECT t.id, t.listed_at, ticket_fits(t, f), row_number() OVER (ORDER BY t.listed_at DESC, t.id DESC) = each
          FROM ticket t
          WHERE t.facet = r.key
            AND NOT t.hidden AND (t.listed_at, t.id) < (r.at, r.id)
          ORDER BY t.listed_at DESC, t.id DESC LIMIT each) AS n;
    WHEN 'day' THEN
      RETURN QUERY
        SELECT r.key, n.* FROM unnest(ranges) AS r CROSS JOIN LATERAL (
          SELECT t.id, t.listed_at, ticket_fits(t, f), row_number() OVER (ORDER BY t.listed_at DESC, t.id DESC) = each
          FROM ticket t
          WHERE ticket_day(t.created_at) = r.key
            AND NOT t.hidden AND (t.listed_at, t.id) < (r.at, r.id)
          ORDER BY t.listed_at DESC, t.id DESC LIMIT each) AS n;
    WHEN 'holder and status' THEN
      RETURN QUERY
        SELECT r.key, n.* FROM unnest(ranges) AS r CROSS JOIN LATERAL (
          SELECT t.id, t.listed_at, ticket_fits(t, f), row_number() OVER (ORDER BY t.listed_at DESC, t.id DESC) = each
          FROM ticket t
          WHERE coalesce(t.assigned_to, 0) = f.holder AND t.status = (enum_range(NULL::ticket_status))[r.key]
            AND NOT t.hidden AND (t.listed_at, t.id) < (r.at, r.id)
          ORDER BY t.listed_at DESC, t.id DESC LIMIT each) AS n;
    WHEN 'holder and facet' THEN
      RETURN QUERY
        SELECT r.key, n.* FROM unnest(ranges) AS r CROSS JOIN LATERAL (
          SELECT t.id, t.listed_at, ticket_fits(t, f), row_number() OVER (ORDER BY t.listed_at DESC, t.id DESC) = each
          FROM ticket t
          WHERE coalesce(t.assigned_to, 0) = f.holder AND t.facet = r.key
            AND NOT t.hidden AND (t.listed_at, t.id) < (r.at, r.id)
          ORDER BY t.listed_at DESC, t.id DESC LIMIT each) AS n;
  END CASE;
END $$;

-- Reads ranges together: first a little of each, then more of those that may still have something newer
-- than what was found, until nothing is missing or `budget` tickets were looked at.
CREATE FUNCTION ticket_merge (
  by text, keys integer[], f ticket_filter, after_at timestamptz, after_id bigint, want integer, budget integer,
  OUT ids bigint[], OUT looked_at timestamptz, OUT looked_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  open ticket_range[] := ARRAY(SELECT ROW(key, after_at, after_id)::ticket_range FROM unnest(keys) AS key);
  found ticket_range[] := '{}';
  last ticket_range;
  each integer := greatest(2, least(want, 6 * want / greatest(1, cardinality(keys))));
  looked integer := 0;
BEGIN
  WHILE cardinality(open) > 0 AND each > 0 LOOP
    looked := looked + cardinality(open) * each;
    WITH news AS MATERIALIZED (
      SELECT * FROM ticket_read(by, open, f, each)
    )
    SELECT ARRAY(
             SELECT ROW(m.key, m.at, m.id)::ticket_range
             FROM (SELECT key, at, id FROM unnest(found) UNION ALL SELECT key, at, id FROM news WHERE fits) AS m
             ORDER BY m.at DESC, m.id DESC LIMIT want),
           ARRAY(SELECT ROW(key, at, id)::ticket_range FROM news WHERE is_last)
    INTO found, open;
    last := found[want];
    open := ARRAY(SELECT r FROM unnest(open) AS r WHERE last IS NULL OR (r.at, r.id) > (last.at, last.id));
    each := least(each * 4, (budget - looked) / greatest(1, cardinality(open)));
  END LOOP;
  SELECT r.at, r.id INTO looked_at, looked_id FROM unnest(open) AS r ORDER BY r.at DESC, r.id DESC LIMIT 1;
  ids := ARRAY(SELECT r.id FROM unnest(found) AS r
               WHERE looked_at IS NULL OR (r.at, r.id) >= (looked_at, looked_id)
               ORDER BY r.at DESC, r.id DESC);
END $$;

-- Of tickets that are easily found and not many, those that fit, in their order.
CREATE FUNCTION ticket_choose (among bigint[], f ticket_filter, after_at timestamptz, after_id bigint, want integer)
RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(
    SELECT t.id FROM ticket t
    WHERE t.id = ANY (among) AND NOT t.hidden AND (t.listed_at, t.id) < (after_at, after_id) AND ticket_fits(t, f)
    ORDER BY t.listed_at DESC, t.id DESC LIMIT want);
END $$;

-- What somebody has, or nobody: by status, and where also other facets are asked for and rare, by those.
CREATE FUNCTION ticket_find_held (
  f ticket_filter, after_at timestamptz, after_id bigint, want integer, glance integer, budget integer,
  OUT ids bigint[], OUT looked_at timestamptz, OUT looked_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  by_facet boolean := f.priority IS NOT NULL OR f.category IS NOT NULL OR f.channel IS NOT NULL
                      OR f.department IS NOT NULL;
  statuses integer[] := ARRAY(
    SELECT array_position(enum_range(NULL::ticket_status), s)
    FROM unnest(coalesce(f.status, enum_range(NULL::ticket_status))) AS s);
BEGIN
  SELECT m.* INTO ids, looked_at, looked_id
  FROM ticket_merge('holder and status', statuses, f, after_at, after_id, want,
                    CASE WHEN by_facet THEN glance ELSE budget END) AS m;
  IF looked_at IS NOT NULL AND by_facet THEN
    SELECT m.* INTO ids, looked_at, looked_id
    FROM ticket_merge('holder and facet', (ticket_facets(f)).facets, f, after_at, after_id, want, budget) AS m;
  END IF;
END $$;

-- What has certain tags or was made on certain days: among the tickets that have one of these tags,
-- facets or days if they are few, or else day by day, or one by one.
CREATE FUNCTION ticket_find_mixed (
  f ticket_filter, after_at timestamptz, after_id bigint, want integer, budget integer,
  OUT ids bigint[], OUT looked_at timestamptz, OUT looked_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  few constant integer := 2000;
  of_tags bigint := CASE WHEN f.tag IS NOT NULL
    THEN coalesce((SELECT sum(c.tickets) FROM tag_count c WHERE c.tag = ANY (f.tag)), 0) END;
  sorted record := ticket_facets(f);
  first_day integer := greatest(ticket_day(f.created_from), (
    SELECT ticket_day(created_at) FROM ticket WHERE NOT hidden ORDER BY ticket_day(created_at) LIMIT 1));
  last_day integer := ticket_day(least(f.created_to, now()) - interval '1 microsecond');
  among bigint[];
BEGIN
  IF of_tags <= few THEN
    among := ARRAY(SELECT t.id FROM ticket t WHERE t.tags && f.tag AND t.tags <> '{}' AND NOT t.hidden);
  ELSIF sorted.tickets <= few THEN
    among := ARRAY(SELECT t.id FROM ticket t WHERE t.facet = ANY (sorted.facets) AND NOT t.hidden);
  ELSIF f.created_from IS NOT NULL OR f.created_to IS NOT NULL THEN
    among := ARRAY(
      SELECT t.id FROM ticket t WHERE ticket_day(t.created_at) BETWEEN first_day AND last_day AND NOT t.hidden
      LIMIT few + 1);
  END IF;
  IF cardinality(among) <= few THEN
    ids := ticket_choose(among, f, after_at, after_id, want);
  ELSIF f.created_to IS NOT NULL THEN
    SELECT m.* INTO ids, looked_at, looked_id
    FROM ticket_merge('day', ARRAY(SELECT generate_series(first_day, last_day)), f, after_at, after_id, want,
                      budget) AS m;
  ELSE
    SELECT w.* INTO ids, looked_at, looked_id FROM ticket_walk(f, after_at, after_id, want, budget) AS w;
  END IF;
END $$;

-- Finds a page: at most `size` tickets, and the place where the next page begins, NULL behind the last
-- one. Of what many tickets have some is found at a glance; only then it is asked for otherwise.
CREATE FUNCTION ticket_find (
  wanted ticket_filter, after_at timestamptz, after_id bigint, size integer, OUT ids bigint[],
  OUT next_at timestamptz, OUT next_id bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  want constant integer := size + 1;
  glance constant integer := greatest(want, 400);
  budget constant integer := 5000;
  f ticket_filter := wanted;
  mixed boolean := f.tag IS NOT NULL OR f.created_from IS NOT NULL OR f.created_to IS NOT NULL;
BEGIN
  IF f.waiting THEN
    f.holder := coalesce(f.holder, 0);
    f.status := CASE WHEN f.holder = 0 AND coalesce('open' = ANY (f.status), true) THEN '{open}' ELSE '{}' END;
  END IF;
  CASE
    WHEN f.customer IS NOT NULL THEN
      SELECT w.* INTO ids, next_at, next_id FROM ticket_walk_customer(f, after_at, after_id, want, budget) AS w;
    WHEN f.deleted THEN
      ids := ARRAY(
        SELECT t.id FROM ticket t
        WHERE t.deleted_at IS NOT NULL AND (t.deleted_at, t.id) < (after_at, after_id) AND ticket_fits(t, f)
        ORDER BY t.deleted_at DESC, t.id DESC LIMIT want);
    WHEN f.ids IS NOT NULL THEN
      ids := ticket_choose(f.ids, f, after_at, after_id, want);
    WHEN f.follower IS NOT NULL THEN
      ids := ticket_choose(
        ARRAY(SELECT t.id FROM ticket t
              WHERE t.followers @> ARRAY[f.follower] AND t.followers <> '{}' AND NOT t.hidden),
        f, after_at, after_id, want);
    WHEN f.snoozed THEN
      ids := ticket_choose(
        ARRAY(SELECT t.id FROM ticket t WHERE t.snoozed_until IS NOT NULL AND NOT t.hidden),
        f, after_at, after_id, want);
    WHEN f.holder IS NOT NULL AND NOT mixed THEN
      SELECT h.* INTO ids, next_at, next_id
      FROM ticket_find_held(f, after_at, after_id, want, glance, budget) AS h;
    ELSE
      SELECT w.* INTO ids, next_at, next_id FROM ticket_walk(f, after_at, after_id, want, glance) AS w;
      IF next_at IS NOT NULL AND mixed THEN
        SELECT m.* INTO ids, next_at, next_id FROM ticket_find_mixed(f, after_at, after_id, want, budget) AS m;
      ELSIF next_at IS NOT NULL THEN
        SELECT m.* INTO ids, next_at, next_id
        FROM ticket_merge('facet', (ticket_facets(f)).facets, f, after_at, after_id, want, budget) AS m;
      END IF;
  END CASE;
  IF cardinality(ids) = want THEN
    ids := ids[1:size];
    SELECT CASE WHEN f.customer IS NOT NULL THEN t.last_message_at WHEN f.deleted THEN t.deleted_at
                ELSE t.listed_at END, t.id
    INTO next_at, next_id FROM ticket t WHERE t.id = ids[size];
  END IF;
END $$;

-- `next` of a page.
CREATE FUNCTION list_next (at timestamptz, id bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (extract(epoch FROM at) * 1000000)::bigint || '.' || id
$$;

-- Draws a page for staff. In PL/pgSQL, which keeps its plans.
CREATE FUNCTION ticket_page (f ticket_filter, after_at timestamptz, after_id bigint, size integer)
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  found record;
BEGIN
  found := ticket_find(f, after_at, after_id, size);
  RETURN json_build_object(
    'tickets', coalesce((
      SELECT json_agg(s.json ORDER BY i.place)
      FROM unnest(found.ids) WITH ORDINALITY AS i (id, place) JOIN ticket_for_staff s ON s.id = i.id), '[]'),
    'next', list_next(found.next_at, found.next_id),
    'stats', stats_json('desk', 0));
END $$;

-- The same for the customer whom the filter names.
CREATE FUNCTION ticket_page_customer (f ticket_filter, after_at timestamptz, after_id bigint, size integer)
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  found record;
BEGIN
  found := ticket_find(f, after_at, after_id, size);
  RETURN json_build_object(
    'tickets', coalesce((
      SELECT json_agg(c.json ORDER BY i.place)
      FROM unnest(found.ids) WITH ORDINALITY AS i (id, place)
      JOIN ticket t ON t.id = i.id AND ticket_takes_part(t, f.customer)
      JOIN ticket_for_customer c ON c.id = i.id), '[]'),
    'next', list_next(found.next_at, found.next_id),
    'stats', stats_json('customer', f.customer));
END $$;
