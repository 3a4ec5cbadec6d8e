-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Files of messages.

-- name: attachment_upload_limit
-- $1 whether staff, $2 uploader. How many bytes a file may have, and how many files of theirs wait for a
-- message.
SELECT CASE WHEN $1 THEN max_file_size_staff_mb ELSE max_file_size_mb END * 1048576::bigint AS bytes,
       (SELECT count(*) FROM attachment WHERE uploader_id = $2 AND used_at IS NULL) AS waiting
FROM attachment_setting;

-- name: attachment_rules
-- One row for each type that is taken.
SELECT unnest(allowed_types) AS type, when_scanner_down = 'hold' AS hold FROM attachment_setting;

-- name: attachment_file_begin
-- $1 object. Written down before it is stored.
INSERT INTO attachment_file (object) VALUES ($1);

-- name: attachment_file_keep
-- $1 object, $2 key and $3 master of its seal, $4 size, $5 sha256. No row: it was given up meanwhile.
UPDATE attachment_file SET state = 'kept', since = now(), seal_key = $2, seal_master = $3, size = $4, sha256 = $5
WHERE object = $1 AND state = 'storing' RETURNING id;

-- name: attachment_file_drop
-- $1 object.
UPDATE attachment_file SET state = 'removing', since = now() WHERE object = $1;

-- name: attachment_add
-- $1 uploader, $2 name, $3 type, $4 state, $5 object, $6 object of the thumbnail or NULL, $7 width, $8 height or
-- NULL, $9 idempotency key or NULL.
SELECT outcome, json, id FROM attachment_add($1, $2, $3, $4::text::attachment_state, $5, $6, $7, $8, $9);

-- name: attachment_get
-- $1 attachment, $2 reader. No row: no such file for this reader.
SELECT attachment_answer(a) AS json, a.thumbnail_id IS NOT NULL AS thumbnail
FROM attachment a JOIN app_user u ON u.id = $2 AND u.is_active
WHERE a.id = $1 AND attachment_is_readable(a, u);

-- name: attachment_content
-- $1 attachment, $2 reader, $3 whether its thumbnail is wanted. No row: no such file for this reader; without
-- `object` there is none to read.
SELECT a.state, a.name, a.type, f.object, f.seal_key, f.seal_master, f.size, f.sha256
FROM attachment a
JOIN app_user u ON u.id = $2 AND u.is_active
LEFT JOIN attachment_file f ON f.id = CASE WHEN $3 THEN a.thumbnail_id ELSE a.file_id END
WHERE a.id = $1 AND attachment_is_readable(a, u);

-- name: attachment_discard
-- $1 attachment, $2 actor.
SELECT attachment_discard($1, $2) AS outcome, NULL AS json;

-- name: attachments_expire
SELECT attachments_expire();

-- name: attachment_files_removing
-- $1 how many at most. What the store has still to remove.
SELECT id, object FROM attachment_file WHERE state = 'removing' ORDER BY since, id LIMIT $1;

-- name: attachment_file_defer
-- $1 file, which the store does not give up, or not let be read, at the moment: others come first.
UPDATE attachment_file SET since = now() WHERE id = $1;

-- name: attachment_file_forget
-- $1 file, whose object is gone.
DELETE FROM attachment_file WHERE id = $1 AND state = 'removing';

-- name: attachments_held
-- $1 how many at most. What still waits for the virus check.
SELECT a.id, f.id AS file_id, f.object, f.seal_key, f.seal_master, f.size, f.sha256
FROM attachment a JOIN attachment_file f ON f.id = a.file_id
WHERE a.state = 'held' ORDER BY f.since, a.id LIMIT $1;

-- name: attachment_settle
-- $1 attachment, $2 whether it passed.
SELECT attachment_settle($1, $2);

-- name: attachment_setting_get
SELECT json_build_object(
         'max_file_size_mb', max_file_size_mb, 'max_file_size_staff_mb', max_file_size_staff_mb,
         'allowed_types', allowed_types, 'when_scanner_down', when_scanner_down) AS json
FROM attachment_setting;

-- name: attachment_setting_change
-- $1 max_file_size_mb, $2 max_file_size_staff_mb, $3 allowed_types, $4 when_scanner_down: each NULL to leave it.
UPDATE attachment_setting SET
  max_file_size_mb = coalesce($1, max_file_size_mb),
  max_file_size_staff_mb = coalesce($2, max_file_size_staff_mb),
  allowed_types = coalesce($3::text[], allowed_types),
  when_scanner_down = coalesce($4, when_scanner_down);
