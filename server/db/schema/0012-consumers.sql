-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Consumers: rooms of the server that make something of every event exactly once (a search index,
-- notices, figures). Each keeps a snapshot of its own, and moves it in the transaction that writes
-- what it made; so a crash repeats the whole step or nothing.

CREATE TABLE event_consumer (
  name text PRIMARY KEY,
  epoch text NOT NULL,
  -- Everything visible in it was taken.
  seen pg_snapshot NOT NULL,
  -- A stretch that is too long for one step: up to where it goes, and the last id taken of it.
  until pg_snapshot,
  after_id bigint NOT NULL DEFAULT 0
);

-- What `held` has still to take, as visible in `upto`.
CREATE FUNCTION event_untaken (held event_consumer, upto pg_snapshot) RETURNS SETOF event LANGUAGE sql STABLE AS $$
  SELECT e.* FROM (
    SELECT * FROM event WHERE xid >= pg_snapshot_xmax(held.seen)
    UNION ALL
    SELECT * FROM event WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(held.seen)))
  ) AS e
  WHERE e.id > held.after_id AND pg_visible_in_snapshot(e.xid, upto)
$$;

-- The next events that `consumer` has not had, at most `most`, in the order of their ids: within a
-- ticket that is the order in which they happened, since whoever appends one holds the ticket's
-- lock. One that is new begins at this moment. Locks the consumer's row until the transaction ends, so that
-- two servers never take the same; writes nothing when there is nothing. What a consumer appends itself in
-- the same transaction it may get or not.
CREATE FUNCTION event_take (consumer text, most integer) RETURNS SETOF event LANGUAGE plpgsql AS $$
DECLARE
  held event_consumer;
  upto pg_snapshot;
  found_event event;
  taken integer := 0;
  last_id bigint;
BEGIN
  SELECT c.* INTO held FROM event_consumer c JOIN epoch e ON e.name = c.epoch WHERE c.name = consumer;
  IF NOT FOUND THEN
    INSERT INTO event_consumer (name, epoch, seen) SELECT consumer, e.name, pg_current_snapshot() FROM epoch e
    ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, seen = excluded.seen, until = NULL, after_id = 0;
    RETURN;
  END IF;
  IF held.until IS NULL AND NOT EXISTS (SELECT FROM event_untaken(held, pg_current_snapshot())) THEN
    RETURN;
  END IF;

  SELECT * INTO held FROM event_consumer WHERE name = consumer FOR UPDATE;
  upto := coalesce(held.until, pg_current_snapshot());
  FOR found_event IN SELECT * FROM event_untaken(held, upto) ORDER BY id LIMIT most LOOP
    taken := taken + 1;
    last_id := found_event.id;
    RETURN NEXT found_event;
  END LOOP;
  IF taken < most THEN
    UPDATE event_consumer SET seen = upto, until = NULL, after_id = 0 WHERE name = consumer;
  ELSE
    UPDATE event_consumer SET until = upto, after_id = last_id WHERE name = consumer;
  END IF;
END $$;
