-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Reading the audit. Triggers write it, see db/schema/0032-audit.sql.

-- name: audit_page
-- $1 filter as audit_filter has it, JSON; $2 and $3 the place behind which to look (microseconds since 1970, id), or
-- NULL; $4 at most how many. Column next_at is NULL when there is nothing more.
SELECT coalesce(json_agg(audit_json(entry)) FILTER (WHERE shown), '[]') AS entries,
       max((extract(epoch FROM (entry).at) * 1000000)::bigint) FILTER (WHERE NOT shown) AS next_at,
       max((entry).id) FILTER (WHERE NOT shown) AS next_id
FROM audit_find(jsonb_populate_record(NULL::audit_filter, $1::jsonb), list_moment($2), $3, $4);

-- name: audit_lines_json
-- As audit_page, one entry a line.
SELECT coalesce(string_agg(audit_json(entry) || E'\n', '') FILTER (WHERE shown), '') AS lines,
       max((extract(epoch FROM (entry).at) * 1000000)::bigint) FILTER (WHERE NOT shown) AS next_at,
       max((entry).id) FILTER (WHERE NOT shown) AS next_id
FROM audit_find(jsonb_populate_record(NULL::audit_filter, $1::jsonb), list_moment($2), $3, $4);

-- name: audit_lines_csv
-- As audit_page, one entry a line.
SELECT coalesce(string_agg(audit_csv(entry), '') FILTER (WHERE shown), '') AS lines,
       max((extract(epoch FROM (entry).at) * 1000000)::bigint) FILTER (WHERE NOT shown) AS next_at,
       max((entry).id) FILTER (WHERE NOT shown) AS next_id
FROM audit_find(jsonb_populate_record(NULL::audit_filter, $1::jsonb), list_moment($2), $3, $4);

-- name: audit_note_export
-- $1 format, $2 filter.
SELECT audit_note('exported', 'audit', NULL, jsonb_build_object('format', $1::text, 'filter', $2::jsonb));

-- name: audit_setting_get
SELECT json_build_object('keep_months', keep_months) AS json FROM audit_setting;

-- name: audit_setting_change
-- $1 keep_months, NULL to leave it.
UPDATE audit_setting SET keep_months = coalesce($1, keep_months);

-- name: audit_partitions_ahead
SELECT audit_partitions_ahead() AS made;

-- name: audit_partitions_behind
SELECT sql FROM audit_partitions_behind() AS sql;
