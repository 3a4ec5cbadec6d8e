-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of the queue: hand-out and places.

-- name: dispatch_agents
-- $1 lanes with a mark, $2 its rank in microseconds since 1970, $3 tickets that may stand before it.
-- Whoever may be given work now and has a place free on the channel of a lane in which somebody waits.
-- `turn` is smallest for who was given nothing for the longest time, `rotation` for whose turn it is in
-- the department, `busy` of `room` is what all channels take together.
WITH standing AS MATERIALIZED (
  SELECT l.id AS lane
  FROM department d JOIN lane l ON l.department_id = d.id
  LEFT JOIN unnest($1::bigint[], $2::bigint[]) AS m (lane, rank) ON m.lane = l.id
  CROSS JOIN LATERAL (
    SELECT FROM ticket t
    WHERE t.lane_id = l.id AND t.waiting AND t.rank_at >= coalesce(list_moment(m.rank), '-infinity')
      AND NOT EXISTS (SELECT FROM ticket_offer o WHERE o.ticket_id = t.id)
    ORDER BY t.rank_at, t.id LIMIT 1) AS somebody
  WHERE department_hands_out(d)
  UNION
  SELECT t.lane_id FROM ticket t JOIN department d ON d.id = t.department_id
  WHERE t.id = ANY ($3::bigint[]) AND t.waiting AND department_hands_out(d)
)
SELECT m.lane_id AS lane, p.user_id AS agent, m.department_id AS department, w.channel, w.load, w.capacity, c.weight,
       own.busy, own.room, extract(epoch FROM m.fits_after)::bigint AS fits_after,
       dense_rank() OVER (ORDER BY p.last_assigned_at, p.user_id) AS turn,
       dense_rank() OVER (ORDER BY m.turn_at, p.user_id) AS rotation
FROM standing s
JOIN lane_agent m ON m.lane_id = s.lane
JOIN agent_present p ON p.user_id = m.agent_id
JOIN agent_load w ON w.agent_id = p.user_id AND w.channel = m.channel AND w.load < w.capacity
JOIN channel_weight c ON c.channel = w.channel
CROSS JOIN LATERAL (
  SELECT sum(o.load * x.weight) AS busy, sum(o.capacity * x.weight) AS room
  FROM agent_load o JOIN channel_weight x ON x.channel = o.channel WHERE o.agent_id = p.user_id) AS own;

-- name: dispatch_heads
-- $1 tickets to leave out, $2 tickets of a lane at most, $3 lanes; $4 lanes with a mark, $5 its rank, $6
-- tickets that may stand before it, of any lane. The first of every lane from its mark on (`scanned`) and
-- the others of $6, oldest rank first; without what is offered to somebody.
WITH scanned AS MATERIALIZED (
  SELECT l.lane, head.*
  FROM unnest($3::bigint[]) AS l (lane)
  LEFT JOIN unnest($4::bigint[], $5::bigint[]) AS m (lane, rank) ON m.lane = l.lane
  CROSS JOIN LATERAL (
    SELECT t.id, t.rank_at, t.preferred_agent, t.waiting_since, t.unsorted FROM ticket t
    WHERE t.lane_id = l.lane AND t.waiting AND t.rank_at >= coalesce(list_moment(m.rank), '-infinity')
      AND t.id <> ALL ($1::bigint[]) AND NOT EXISTS (SELECT FROM ticket_offer o WHERE o.ticket_id = t.id)
    ORDER BY t.rank_at, t.id LIMIT $2) AS head
),
head AS (
  SELECT *, true AS scanned FROM scanned
  UNION ALL
  SELECT t.lane_id, t.id, t.rank_at, t.preferred_agent, t.waiting_since, t.unsorted, false FROM ticket t
  WHERE t.id = ANY ($6::bigint[]) AND t.waiting AND t.id <> ALL ($1::bigint[])
    AND t.id NOT IN (SELECT id FROM scanned) AND t.id NOT IN (SELECT ticket_id FROM ticket_offer)
)
SELECT h.lane, d.strategy, h.id AS ticket, h.scanned, h.unsorted,
       (extract(epoch FROM h.rank_at) * 1000000)::bigint AS rank,
       CASE WHEN d.is_sticky THEN h.preferred_agent END AS preferred_agent, ticket_passers(h.id) AS passers,
       -- A clock that was set back makes nobody wait for it to catch up; a night is not waited through.
       greatest(extract(epoch FROM now() - greatest(h.waiting_since, d.opened_at))::bigint, 0) AS waited
FROM head h JOIN lane l ON l.id = h.lane JOIN department d ON d.id = l.department_id
ORDER BY h.rank_at, h.id;

-- name: dispatch_assign
-- $1 tickets, $2 the agent for each, $3 whether (1 or 0) it is that one's turn. An outcome for every
-- pair; only `done` was handed over, or offered.
SELECT pair_ticket AS ticket, outcome
FROM dispatch_assign($1::bigint[], $2::bigint[], ARRAY(SELECT n <> 0 FROM unnest($3::integer[]) AS n));

-- name: queue_places
-- $1 customers. Their waiting tickets with place and pace, in one walk over the lanes they stand
-- in; `standing` needs nothing but what the index ticket_queue has.
WITH watched AS MATERIALIZED (
  SELECT t.id, t.customer_id, t.lane_id
  FROM unnest($1::bigint[]) AS c (id) JOIN ticket t ON t.customer_id = c.id AND t.waiting
),
standing AS (
  SELECT t.id, row_number() OVER (PARTITION BY t.lane_id ORDER BY t.rank_at, t.id) AS place,
         count(*) OVER (PARTITION BY t.lane_id) AS lane_length
  FROM ticket t
  WHERE t.waiting AND t.lane_id IN (SELECT lane_id FROM watched)
),
pace AS MATERIALIZED (
  SELECT l.lane_id, p.handovers, p.seconds, p.agents, rfc3339(lane_closed_until(l.lane_id)) AS closed_until
  FROM (SELECT DISTINCT lane_id FROM watched) AS l CROSS JOIN LATERAL lane_pace(l.lane_id) AS p
)
SELECT w.id AS ticket, w.customer_id AS customer, s.place, s.lane_length, p.handovers, p.seconds, p.agents,
       p.closed_until
FROM watched w JOIN standing s ON s.id = w.id JOIN pace p ON p.lane_id = w.lane_id;

-- name: queue_place
-- $1 ticket, $2 who asks, $3 whether that is staff. No row: no such ticket for this account.
-- `place` is NULL when it does not wait.
WITH asked AS (
  SELECT t.id, t.lane_id, t.rank_at, t.waiting FROM ticket t
  WHERE t.id = $1 AND t.deleted_at IS NULL
    AND CASE WHEN $3::boolean THEN NOT t.draft ELSE ticket_takes_part(t, $2) END
)
SELECT a.id AS ticket, o.place, o.lane_length, p.handovers, p.seconds, p.agents,
       rfc3339(lane_closed_until(a.lane_id)) AS closed_until
FROM asked a
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE (t.rank_at, t.id) <= (a.rank_at, a.id)) AS place, count(*) AS lane_length
  FROM ticket t WHERE t.lane_id = a.lane_id AND t.waiting) AS o ON a.waiting
LEFT JOIN LATERAL lane_pace(a.lane_id) AS p ON a.waiting;
