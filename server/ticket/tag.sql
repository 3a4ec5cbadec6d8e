-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Tags.

-- name: tag_list
-- $1 how they begin, $2 the tag after which the page begins (or NULL), $3 page size. By name, each
-- with the number of its tickets; read from the index, as far as the page goes.
WITH page AS (
  SELECT tag, sum(tickets) AS tickets FROM tag_count
  WHERE tag > coalesce($2, '') AND tag >= $1::text AND tag < $1::text || chr(1114111)
  GROUP BY tag HAVING sum(tickets) > 0 ORDER BY tag LIMIT $3::integer + 1
)
SELECT json_build_object(
         'tags', coalesce((
           SELECT json_agg(json_build_object('name', tag, 'tickets', tickets) ORDER BY tag)
           FROM (SELECT * FROM page ORDER BY tag LIMIT $3::integer) AS shown), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > $3::integer
                   THEN (SELECT tag FROM page ORDER BY tag OFFSET $3::integer - 1 LIMIT 1) END) AS json;

-- name: ticket_tag
-- $1 ticket, $2 all tags it shall have (or NULL to keep those it has), $3 tags to add, $4 tags to
-- remove.
SELECT c.outcome, ticket_answer($1, c.outcome) AS json
FROM ticket_tag($1, $2, $3, $4) AS c (outcome);

-- name: tag_count_fold
-- As ticket_count_fold.
WITH folded AS (DELETE FROM tag_count RETURNING *)
INSERT INTO tag_count (tag, tickets)
SELECT tag, sum(tickets) FROM folded GROUP BY tag HAVING sum(tickets) <> 0;
