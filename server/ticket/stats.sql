-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Figures of the whole desk.

-- name: stats_get
-- The stats block, times, and what each agent did. Agents who are not active any more stay as long as
-- there is something they did.
WITH desk AS (
  SELECT coalesce(sum(open), 0) AS open, coalesce(sum(assigned), 0) AS assigned,
         coalesce(sum(in_progress), 0) AS in_progress, coalesce(sum(waiting_on_customer), 0) AS waiting_on_customer,
         coalesce(sum(resolved), 0) AS resolved, coalesce(sum(closed), 0) AS closed,
         average_json(sum(response_ms), sum(responses)) AS first_response,
         average_json(sum(resolution_ms), sum(resolutions)) AS resolution
  FROM figure_part WHERE scope = 'desk'
),
done AS (
  SELECT id, sum(responses) AS responses, sum(response_ms) AS response_ms, sum(resolutions) AS resolutions,
         sum(resolution_ms) AS resolution_ms
  FROM figure_part WHERE scope = 'agent' GROUP BY id
),
agents AS (
  SELECT u.id, u.name, d.responses, d.response_ms, d.resolutions, d.resolution_ms,
         coalesce((SELECT sum(l.load) FROM agent_load l WHERE l.agent_id = u.id), 0) AS load
  FROM agent a
  JOIN app_user u ON u.id = a.user_id
  LEFT JOIN done d ON d.id = u.id
  WHERE u.is_active OR d.responses > 0 OR d.resolutions > 0
)
SELECT json_build_object(
         'stats', stats_json('desk', 0),
         'statuses', json_build_object(
           'open', desk.open, 'assigned', desk.assigned, 'in_progress', desk.in_progress,
           'waiting_on_customer', desk.waiting_on_customer, 'resolved', desk.resolved, 'closed', desk.closed),
         'first_response', desk.first_response, 'resolution', desk.resolution,
         'agents', (
           SELECT coalesce(json_agg(json_build_object(
             'id', g.id, 'name', g.name, 'handled', coalesce(g.resolutions, 0), 'load', g.load,
             'first_response', average_json(g.response_ms, g.responses),
             'resolution', average_json(g.resolution_ms, g.resolutions)) ORDER BY g.name, g.id), '[]')
           FROM agents g)) AS json
FROM desk;

-- name: figures_fold
SELECT figures_fold();
