-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Events: what was committed, in the transaction that made the change. Ids become visible out of
-- order, so a cursor is never an id: it is a snapshot (pg_current_snapshot()), and what came after
-- it is what that snapshot could not see.

-- A restored database gets a new epoch, so that cursors from before the restore are answered with
-- `resync`.
CREATE TABLE epoch (name text NOT NULL);
INSERT INTO epoch VALUES (gen_random_uuid()::text);

CREATE SEQUENCE event_id_seq;

CREATE TYPE event_audience AS ENUM ('staff', 'ticket', 'everyone', 'user', 'server');

-- Who acts on this connection, as db_act_as() said; NULL for the server's own work.
CREATE FUNCTION acting_user () RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('deskbell.actor', true), '')::bigint
$$;

CREATE TABLE event (
  id bigint NOT NULL DEFAULT nextval('event_id_seq'),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  audience event_audience NOT NULL,
  ticket_id bigint,
  customer_id bigint,
  -- Whom the audience `user` means.
  user_id bigint,
  actor_id bigint DEFAULT acting_user(),
  seq integer,
  public_seq integer,
  data json NOT NULL,
  staff json
) PARTITION BY RANGE (at);

CREATE INDEX event_by_xid ON event (xid, id);

-- Makes the partitions from yesterday to a week ahead. There is no default partition: with one
-- PostgreSQL 15 could not detach old days concurrently, and a missing day should be noticed rather
-- than hidden.
CREATE FUNCTION event_partitions_ahead () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  first date := (now() AT TIME ZONE 'UTC')::date - 1;
  day date;
  made integer := 0;
BEGIN
  FOR day IN SELECT first + n FROM generate_series(0, 8) AS n LOOP
    IF to_regclass('event_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)',
                     'event_' || to_char(day, 'YYYYMMDD'), day || ' 00:00+00', (day + 1) || ' 00:00+00');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

SELECT event_partitions_ahead();

-- Everything up to this transaction is gone with its partition; an older cursor has to fetch again.
CREATE TABLE event_horizon (xid xid8 NOT NULL);
INSERT INTO event_horizon VALUES ('0');

-- The statements that take days away which ended more than a week ago, in order. DETACH
-- CONCURRENTLY cannot run inside a function, so the caller runs them one by one; every step can be
-- repeated. A day that a consumer has not taken yet stays, and so do those after it.
CREATE FUNCTION event_partitions_behind () RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  old record;
  newest xid8;
BEGIN
  FOR old IN
    SELECT c.relname AS name, i.inhrelid IS NOT NULL AS attached
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE c.relname ~ '^event_[0-9]{8}$' AND c.relkind = 'r'
      AND to_date(right(c.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - 8
    ORDER BY c.relname
  LOOP
    EXECUTE format('SELECT xid FROM %I ORDER BY xid DESC LIMIT 1', old.name) INTO newest;
    EXIT WHEN EXISTS (SELECT FROM event_consumer WHERE pg_snapshot_xmin(seen) <= newest);
    UPDATE event_horizon SET xid = newest WHERE newest > xid;
    IF old.attached THEN
      RETURN NEXT format('ALTER TABLE event DETACH PARTITION %I CONCURRENTLY', old.name);
    END IF;
    RETURN NEXT format('DROP TABLE %I', old.name);
  END LOOP;
END $$;

-- A cursor is EPOCH:SNAPSHOT. Its snapshot, or NULL when it is not readable, of another epoch, from
-- the future, or behind the horizon.
CREATE FUNCTION event_cursor_snapshot (given text) RETURNS pg_snapshot LANGUAGE plpgsql STABLE AS $$
DECLARE
  snapshot pg_snapshot;
BEGIN
  IF split_part(given, ':', 1) <> (SELECT name FROM epoch) THEN
    RETURN NULL;
  END IF;
  snapshot := substr(given, strpos(given, ':') + 1)::pg_snapshot;
  IF pg_snapshot_xmin(snapshot) <= (SELECT xid FROM event_horizon)
     OR pg_snapshot_xmax(snapshot) > pg_snapshot_xmax(pg_current_snapshot())
  THEN
    RETURN NULL;
  END IF;
  RETURN snapshot;
EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
  RETURN NULL;
END $$;

-- RFC 3339 in UTC, as every answer writes times.
CREATE FUNCTION rfc3339 (moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
