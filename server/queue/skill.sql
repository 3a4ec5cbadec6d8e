-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Skills, and what a ticket of each channel weighs.

-- name: skills_list
SELECT json_build_object('skills', coalesce(json_agg(skill_json(k) ORDER BY k.name), '[]')) AS json FROM skill k;

-- name: skill_add
-- $1 actor, $2 idempotency key or NULL, $3 digest of the request, $4 name; $5 categories, $6 level:
-- each NULL for none and the lowest.
SELECT outcome, json FROM skill_add($1, $2, $3, $4, $5::text[], $6);

-- name: skill_change
-- $1 skill; $2 categories, $3 level: each NULL to leave it.
SELECT outcome, json FROM skill_change($1, $2::text[], $3);

-- name: skill_remove
-- $1 skill.
SELECT skill_remove($1) AS outcome, NULL AS json;

-- name: queue_settings_get
SELECT json_build_object(
         'channel_weights', (SELECT json_object_agg(channel, weight ORDER BY channel) FROM channel_weight),
         'away_after_idle_minutes', away_after_idle_minutes) AS json
FROM queue_setting;

-- name: queue_settings_change
-- $1 weights by channel or NULL, others stay; $2 minutes until somebody idle is Away, or NULL.
WITH weighed AS (
  UPDATE channel_weight w SET weight = n.value::integer FROM jsonb_each_text($1::jsonb) AS n
  WHERE w.channel = n.key::ticket_channel
)
UPDATE queue_setting SET away_after_idle_minutes = coalesce($2, away_after_idle_minutes);
