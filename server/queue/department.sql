-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Departments and the people who serve them, as admins change them.

-- name: departments_list
-- $1 whether those that are not in use any more count. The default one first.
SELECT json_build_object('departments', coalesce(
         json_agg(department_json(d) ORDER BY is_default DESC, name, id), '[]')) AS json
FROM department d WHERE is_active OR $1::boolean;

-- name: department_add
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request, $4 name; $5 strategy, $6 whether
-- sticky, $7 minutes until needs widen, $8 whether chats are offered, $9 seconds for an answer: each NULL
-- for the usual one.
SELECT outcome, json FROM department_add($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: department_change
-- $1 department; $2 name, $3 whether it becomes the default, $4 whether it is in use again, $5
-- strategy, $6 whether sticky, $7 minutes until needs widen, $8 whether chats are offered, $9 seconds for an
-- answer: each NULL to leave it.
SELECT department_change($1, $2, $3, $4, $5, $6, $7, $8, $9) AS outcome;

-- name: department_get
-- $1 department. No row: there is none.
SELECT json_build_object('department', department_json(d)) AS json FROM department d WHERE id = $1;

-- name: department_remove
-- $1 department, $2 where its tickets go, or NULL. `json` is NULL when it is gone.
SELECT outcome, json, tickets FROM department_remove($1, $2);

-- name: agents_list
-- $1 whether those whose account is not in use any more count.
SELECT json_build_object('agents', coalesce(json_agg(agent_json(u.id) ORDER BY a.position, u.name, u.id), '[]')) AS json
FROM agent a JOIN app_user u ON u.id = a.user_id
WHERE u.is_active OR $1::boolean;

-- name: agent_change
-- $1 agent; $2 limits by channel, $3 departments, $4 whether the account is in use, $5 skills with
-- levels, $6 languages, $7 hours of work, $8 their zone, $9 role, $10 names and $11
-- words for customers, $12 place in lists: each NULL to leave it.
SELECT agent_change($1, $2::jsonb, $3::bigint[], $4, $5::jsonb, $6::text[], $7::text[], $8,
                    $9::text::user_role, $10::jsonb, $11::jsonb, $12::integer) AS outcome;

-- name: profile_change
-- $1 agent, $2 names and $3 words for customers, each NULL to leave it.
WITH done AS MATERIALIZED (
  SELECT agent_change($1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, $2::jsonb, $3::jsonb, NULL) AS outcome)
SELECT outcome, json_build_object('display_names', coalesce($2::jsonb, a.display_names),
                                  'bios', coalesce($3::jsonb, a.bios)) AS json
FROM done LEFT JOIN agent a ON a.user_id = $1;

-- name: profile_get
-- $1 agent, $2 the reader's language. No row: nobody who answers customers now.
SELECT json_build_object('profile', json_build_object(
         'id', u.id, 'name', agent_shown_name(u.id, $2), 'bio', a.bios ->> language_pick(a.bios, $2))) AS json
FROM agent a JOIN app_user u ON u.id = a.user_id AND u.is_active AND u.role <> 'customer'
WHERE a.user_id = $1;

-- name: agent_get
-- $1 agent. No row: nobody who answers customers.
SELECT json_build_object('agent', agent_json(user_id)) AS json FROM agent WHERE user_id = $1;
