-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What the documented paths ask besides the statements of the API: whether there is anything new, which
-- a window asks every three seconds.

-- name: documented_hours
-- When the default department's week begins its days and when it ends them, whatever the day.
SELECT coalesce(min(substr(entry, 3, 5)), '00:00') AS starts,
       coalesce((array_agg(substr(entry, 9, 5)
                           ORDER BY substr(entry, 9, 5) <= substr(entry, 3, 5) DESC, substr(entry, 9, 5) DESC))[1],
                '24:00') AS ends
FROM department d
LEFT JOIN department_hours h ON h.department_id = d.id
LEFT JOIN LATERAL unnest(h.week) AS entry ON true
WHERE d.is_default;

-- name: documented_news_customer
-- $1 ticket, $2 customer, $3 the id of the last message that is known. `after` is that one's number as
-- the customer counts, or, if it is none of theirs, of the last one before it; `last_seq` is the newest. No row:
-- no such ticket of theirs. Nothing is read but the ticket and that message, however long the thread.
SELECT coalesce(
         (SELECT m.public_seq FROM message m WHERE m.id = $3 AND m.ticket_id = t.id),
         (SELECT m.public_seq FROM message m WHERE m.ticket_id = t.id AND m.id <= $3 AND NOT m.is_internal
          ORDER BY m.seq DESC LIMIT 1), 0) AS after,
       t.last_public_seq AS last_seq
FROM ticket t
WHERE t.id = $1 AND ticket_takes_part(t, $2) AND t.deleted_at IS NULL;

-- name: documented_news_staff
-- $1 ticket, $2 the id of the last message that is known. The same as staff count.
SELECT coalesce(
         (SELECT m.seq FROM message m WHERE m.id = $2 AND m.ticket_id = t.id),
         (SELECT m.seq FROM message m WHERE m.ticket_id = t.id AND m.id <= $2 ORDER BY m.seq DESC LIMIT 1), 0) AS after,
       t.last_seq
FROM ticket t
WHERE t.id = $1 AND NOT t.hidden;
