-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Business hours and holidays. What they mean for a moment is arithmetic that the server does
-- (base/calendar.h); here stands what it found: `department.is_open` and its neighbours, and from when
-- until when that holds.

-- A department without a row is always open.
CREATE TABLE department_hours (
  department_id bigint PRIMARY KEY REFERENCES department ON DELETE CASCADE,
  time_zone text NOT NULL,
  -- As `1 09:00-17:00`, Monday being 1, by the clock of `time_zone`; none says always.
  week text[] NOT NULL,
  -- Grows with every change, so that nothing is written that was found for earlier ones.
  revision integer NOT NULL DEFAULT 1,
  -- What the department says of itself holds in between; looked at before or after, it is found anew, so
  -- a clock that is set has its way.
  found_at timestamptz NOT NULL DEFAULT 'infinity',
  turns_at timestamptz NOT NULL DEFAULT 'infinity'
);

-- Days whose hours are others: `2026-12-24`, or `12-24` of every year; no hours say closed.
CREATE TABLE holiday (
  department_id bigint NOT NULL REFERENCES department_hours ON DELETE CASCADE,
  date text NOT NULL,
  name text NOT NULL,
  hours text[] NOT NULL,
  PRIMARY KEY (department_id, date)
);

SELECT audit_watch('department_hours', 'department_hours', 'department_id', '{revision, found_at, turns_at}');
SELECT audit_watch('holiday', 'holiday', 'department_id');

-- A department's hours as staff see them.
CREATE FUNCTION department_hours_json (d department) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'time_zone', coalesce(h.time_zone, 'UTC'), 'week', coalesce(h.week, '{}'),
           'holidays', (
             SELECT coalesce(json_object_agg(y.date, json_build_object('name', y.name, 'hours', y.hours)
                                             ORDER BY y.date), '{}')
             FROM holiday y WHERE y.department_id = d.id),
           'hand_out_when_closed', d.hand_out_when_closed, 'is_open', d.is_open,
           'next_open_at', rfc3339(d.next_open_at),
           'closes_at', CASE WHEN d.is_open AND isfinite(h.turns_at) THEN rfc3339(h.turns_at) END)
  FROM (VALUES (1)) AS one LEFT JOIN department_hours h ON h.department_id = d.id
$$;

-- Gives a department these hours; the arrays hold a holiday each, its hours with spaces between them.
-- What they say now is for the caller to find, in the same transaction. Answers `done` or `not_found`.
CREATE FUNCTION department_hours_set (
  which bigint, zone text, new_week text[], dates text[], names text[], hours text[], hands_out boolean)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE department SET hand_out_when_closed = hands_out WHERE id = which;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  INSERT INTO department_hours AS h (department_id, time_zone, week) VALUES (which, zone, new_week)
  ON CONFLICT (department_id) DO UPDATE SET
    time_zone = zone, week = new_week, revision = h.revision + 1, found_at = 'infinity';
  DELETE FROM holiday WHERE department_id = which AND date <> ALL (dates);
  INSERT INTO holiday (department_id, date, name, hours)
  SELECT which, y.date, y.name, string_to_array(y.hours, ' ') FROM unnest(dates, names, hours) AS y (date, name, hours)
  ON CONFLICT (department_id, date) DO UPDATE SET name = excluded.name, hours = excluded.hours;
  RETURN 'done';
END $$;

-- Writes down what was found for the moment `moment` of the hours of `seen_revision`, and that it holds
-- until `until` (NULL: for good); tells everybody when the department opened or closed, and when its
-- hours are new.
CREATE FUNCTION department_turn (
  which bigint, seen_revision integer, opens boolean, moment timestamptz, until timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  was department;
  d department;
  is_new boolean;
BEGIN
  SELECT * INTO was FROM department WHERE id = which FOR NO KEY UPDATE;
  SELECT NOT isfinite(found_at) INTO is_new FROM department_hours WHERE department_id = which;
  UPDATE department_hours SET found_at = moment, turns_at = coalesce(until, 'infinity')
  WHERE department_id = which AND revision = seen_revision;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE department SET is_open = opens, next_open_at = CASE WHEN NOT opens THEN until END,
                        opened_at = CASE WHEN opens AND NOT is_open THEN moment ELSE opened_at END
  WHERE id = which RETURNING * INTO d;
  IF is_new OR (d.is_open, d.next_open_at) IS DISTINCT FROM (was.is_open, was.next_open_at) THEN
    PERFORM department_tell(d);
  END IF;
END $$;

-- When a department opens, for those who wait; NULL while it is open, or somebody is there who gets its
-- tickets all the same.
CREATE FUNCTION department_closed_until (d department) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT d.next_open_at
  WHERE NOT (d.hand_out_when_closed AND EXISTS (
    SELECT FROM agent_department m JOIN agent_present p ON p.user_id = m.agent_id WHERE m.department_id = d.id))
$$;

-- The same of a lane's.
CREATE FUNCTION lane_closed_until (which bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT department_closed_until(d) FROM lane l JOIN department d ON d.id = l.department_id WHERE l.id = which
$$;
