-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Standby: limits, and calls by the wait and by hand.

-- name: standby_list
-- $1 who asks. Every department that is in use, and whether that one may be called in.
SELECT json_build_object(
         'on_standby', coalesce((SELECT on_standby FROM agent WHERE user_id = $1), false),
         'departments', coalesce(json_agg(standby_json(id) ORDER BY is_default DESC, name, id), '[]')) AS json
FROM department WHERE is_active;

-- name: standby_get
-- $1 department. No row: there is none.
SELECT json_build_object('standby', standby_json(id)) AS json FROM department WHERE id = $1;

-- name: standby_set
-- $1 department, $2 whether anybody is called in by the wait, $3 seconds of waiting at which, $4 seconds
-- below which they are released, $5 minutes they stay.
SELECT standby_set($1, $2, $3, $4, $5) AS outcome;

-- name: standby_call_by_hand
-- $1 department.
SELECT standby_call_by_hand($1) AS outcome;

-- name: standby_release_by_hand
-- $1 department.
SELECT standby_release_by_hand($1) AS outcome;

-- name: agent_set_standby
-- $1 agent, $2 whether to be called in while away.
SELECT agent_set_standby($1, $2) AS outcome, json_build_object('on_standby', $2::boolean) AS json;

-- name: standby_lanes
-- Of departments that could call somebody, or have: the lanes in which a chat waits, or one row
-- without a lane. `waited` is of who has waited longest among the first, in open hours; `place` is of the
-- last one, as far as counting is worth it; the pace is as of lane_pace().
SELECT d.id AS department, r.is_on, r.call_at_seconds AS call_at, r.release_at_seconds AS release_at,
       c.id IS NOT NULL AS is_called,
       -- Nobody can end by hand what was begun for a department that is not in use any more.
       coalesce(c.reason = 'by_hand' AND NOT c.is_called_off AND d.is_active, false) AS by_hand,
       w.lane, w.waited, w.place, p.handovers, p.seconds
FROM department d
CROSS JOIN LATERAL standby_rule_of(d.id) AS r
LEFT JOIN standby_call c ON c.department_id = d.id AND c.ended_at IS NULL
LEFT JOIN LATERAL (
  SELECT l.id AS lane, head.waited,
         (SELECT count(*) FROM (SELECT FROM ticket t WHERE t.lane_id = l.id AND t.waiting LIMIT 1000) AS n) AS place
  FROM lane l CROSS JOIN LATERAL (
    SELECT greatest(max(extract(epoch FROM now() - greatest(t.waiting_since, d.opened_at))), 0)::bigint AS waited
    FROM (SELECT waiting_since FROM ticket WHERE lane_id = l.id AND waiting ORDER BY rank_at, id LIMIT 32) AS t
    HAVING count(*) > 0) AS head
  WHERE l.department_id = d.id AND l.channel = 'chat' AND department_hands_out(d)) AS w ON true
LEFT JOIN LATERAL lane_pace(w.lane) AS p ON w.lane IS NOT NULL
WHERE c.id IS NOT NULL OR (r.is_on AND EXISTS (SELECT FROM standby_agents(d.id)))
ORDER BY d.id;

-- name: standby_call_in
-- $1 department, $2 why, $3 seconds of waiting. The number of those who were called now.
SELECT standby_call_in($1, $2, $3) AS called;

-- name: standby_note_joined
-- $1 department.
SELECT standby_note_joined($1);

-- name: standby_release
-- $1 department. Those who stayed long enough.
SELECT standby_release($1, false, false);
