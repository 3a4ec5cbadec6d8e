-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Business hours and holidays of departments.

-- name: department_hours_get
-- $1 department. No row: there is none.
SELECT json_build_object('hours', department_hours_json(d)) AS json FROM department d WHERE id = $1;

-- name: department_hours_set
-- $1 department, $2 zone, $3 hours of the week; $4 dates, $5 names, $6 hours of the holidays; $7 whether
-- tickets are handed out when it is closed.
SELECT department_hours_set($1, $2, $3::text[], $4::text[], $5::text[], $6::text[], $7) AS outcome;

-- name: department_hours_due
-- $1 department, or NULL for every one. Those of which it has to be found whether they are open:
-- `moment` is now, in seconds; week and holidays have line breaks between them, a holiday is its date
-- and its hours with spaces between.
SELECT h.department_id AS department, h.revision, h.time_zone, floor(extract(epoch FROM now()))::bigint AS moment,
       array_to_string(h.week, E'\n') AS week,
       (SELECT coalesce(string_agg(concat_ws(' ', y.date, nullif(array_to_string(y.hours, ' '), '')), E'\n'), '')
        FROM holiday y WHERE y.department_id = h.department_id) AS holidays
FROM department_hours h
WHERE h.department_id = coalesce($1, h.department_id) AND NOT (now() >= h.found_at AND now() < h.turns_at)
ORDER BY h.department_id;

-- name: department_hours_forget
-- What was found holds no more: at a start the rules of time zones may be newer.
UPDATE department_hours SET turns_at = found_at;

-- name: department_turn
-- $1 department, $2 revision of its hours, $3 whether it is open, $4 the moment for which that was
-- found, $5 until when it holds or NULL; both in seconds since 1970.
SELECT department_turn($1, $2, $3, to_timestamp($4::bigint), to_timestamp($5::bigint));
