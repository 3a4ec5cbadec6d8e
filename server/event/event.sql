-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Reading what was committed.

-- name: event_now
-- The cursor of this moment: everything that is visible now lies before it.
SELECT e.name || ':' || pg_current_snapshot()::text AS cursor FROM epoch e;

-- name: event_snapshot
-- $1 a cursor as a client sent it. `snapshot` is NULL when the client has to fetch again.
SELECT event_cursor_snapshot($1)::text AS snapshot;

-- name: event_since
-- $1 a snapshot, $2 the most rows (NULL: all), $3 another snapshot that must see them (NULL: this
-- statement's). What that snapshot could not see and this statement's can, each with the cursor
-- that lies behind all of them. The statement and pg_current_snapshot() see the same snapshot, so
-- nothing is missed or doubled. `participants` are those of today. No row: nothing was committed.
SELECT e.id, e.kind, e.audience, coalesce(e.ticket_id, 0) AS ticket_id, coalesce(e.customer_id, 0) AS customer_id,
       coalesce(e.user_id, 0) AS user_id,
       (SELECT array_to_string(t.participants, ',') FROM ticket t
        WHERE t.id = e.ticket_id AND t.participants <> '{}') AS participants,
       coalesce(e.seq, 0) AS seq, coalesce(e.public_seq, 0) AS public_seq, e.data, e.staff, rfc3339(e.at) AS at,
       (SELECT name FROM epoch) || ':' || pg_current_snapshot()::text AS cursor
FROM (
  SELECT * FROM event WHERE xid >= pg_snapshot_xmax($1::pg_snapshot)
  UNION ALL
  SELECT * FROM event WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))
) AS e
WHERE $3::pg_snapshot IS NULL OR pg_visible_in_snapshot(e.xid, $3::pg_snapshot)
ORDER BY e.id
LIMIT $2;

-- name: event_partitions_ahead
SELECT event_partitions_ahead() AS made;

-- name: event_partitions_behind
SELECT sql FROM event_partitions_behind() AS sql;
