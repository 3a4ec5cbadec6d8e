-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The seals of stored files and texts, when the master key changes.

-- name: storage_seals
-- $1 id of the master key in use, $2 the file after which to go on. Some files that are sealed under another.
SELECT id, object, seal_key, seal_master
FROM attachment_file WHERE state = 'kept' AND seal_master <> $1 AND id > $2 ORDER BY id LIMIT 500;

-- name: storage_reseal
-- $1 file, $2 its seal's key as it was, $3 and $4 key and master of the new seal.
UPDATE attachment_file SET seal_key = $3, seal_master = $4 WHERE id = $1 AND seal_key = $2;

-- name: storage_under_way
-- Files that are being stored and may still get a seal under the key before.
SELECT count(*) AS files FROM attachment_file WHERE state = 'storing';

-- name: sealed_texts
-- $1 id of the master key in use, $2 the object after which to go on. Some texts that are sealed under another.
SELECT object, sealed_key FROM sealed_text
WHERE split_part(sealed_key, '.', 1) <> $1 AND object > $2 ORDER BY object LIMIT 500;

-- name: sealed_text_renew
-- $1 object, $2 what it was sealed as, $3 what it is now.
UPDATE sealed_text SET sealed_key = $3 WHERE object = $1 AND sealed_key = $2;
