-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What the widget asks before it knows anybody.

-- name: widget_config
-- $1 the language of the texts. `online`: somebody who could answer is there; `next_open_at`: when, if
-- the hours of the default department say that it is closed.
SELECT json_build_object(
         'enabled', w.is_enabled, 'name', w.name, 'position', w.position, 'primary_color', w.primary_color,
         'shades', widget_shades(w.primary_color),
         'welcome_message', CASE WHEN $1 LIKE 'bn%' THEN w.welcome_message_bn ELSE w.welcome_message END,
         'offline_message', CASE WHEN $1 LIKE 'bn%' THEN w.offline_message_bn ELSE w.offline_message END,
         'show_online_status', w.show_online_status,
         'online', EXISTS (SELECT FROM agent WHERE presence = 'online'),
         'next_open_at', (SELECT rfc3339(department_closed_until(d)) FROM department d WHERE d.is_default),
         'languages', json_build_array('en', 'bn')) AS json
FROM widget_setting w;

-- name: origins_get
SELECT json_build_object('origins', to_json(allowed_origins)) AS json FROM widget_setting;

-- name: origins_set
-- $1 the origins with spaces between them. Tells every server.
WITH changed AS (
  UPDATE widget_setting SET allowed_origins = ARRAY(
    SELECT DISTINCT origin FROM unnest(string_to_array($1, ' ')) AS origin ORDER BY origin)
  RETURNING json_build_object('origins', to_json(allowed_origins)) AS json),
told AS (
  INSERT INTO event (kind, audience, data) SELECT 'origins.changed', 'server', json FROM changed)
SELECT json FROM changed;
