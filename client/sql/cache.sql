-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Every statement that the cache runs, by name. Parameters stand in the order of their numbers.

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: put_kept
-- 1 name, 2 value
INSERT INTO kept (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: get_kept
-- 1 name; no row: never kept
SELECT value FROM kept WHERE name = ?1;

-- name: put_ticket
-- 1 id, 2 sorted_at, 3 record
INSERT INTO ticket (id, sorted_at, record) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET sorted_at = excluded.sorted_at, record = excluded.record;

-- name: list_tickets
-- 1 how many at most
SELECT record FROM ticket ORDER BY sorted_at DESC LIMIT ?1;

-- name: drop_ticket
-- 1 id
DELETE FROM ticket WHERE id = ?1;

-- name: put_message
-- 1 ticket, 2 seq, 3 json
INSERT INTO message (ticket, seq, json) VALUES (?1, ?2, ?3)
ON CONFLICT (ticket, seq) DO UPDATE SET json = excluded.json;

-- name: cut_messages
-- 1 ticket, 2 seq
DELETE FROM message WHERE ticket = ?1 AND seq >= ?2;

-- name: list_messages
-- 1 ticket, 2 how many at most; newest first
SELECT seq, json FROM message WHERE ticket = ?1 ORDER BY seq DESC LIMIT ?2;

-- name: put_outbox
-- 1 client_id, 2 ticket, 3 body, 4 is_internal, 5 seen_seq, 6 created_at
INSERT INTO outbox (client_id, ticket, body, is_internal, seen_seq, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: list_outbox
SELECT client_id, ticket, body, is_internal, seen_seq, created_at, code, detail
FROM outbox ORDER BY rank;

-- name: fail_outbox
-- 1 client_id, 2 code, 3 detail
UPDATE outbox SET code = ?2, detail = ?3 WHERE client_id = ?1;

-- name: drop_outbox
-- 1 client_id
DELETE FROM outbox WHERE client_id = ?1;

-- name: put_draft
-- 1 ticket, 2 body, 3 is_note
INSERT INTO draft (ticket, body, is_note) VALUES (?1, ?2, ?3)
ON CONFLICT (ticket) DO UPDATE SET body = excluded.body, is_note = excluded.is_note;

-- name: get_draft
-- 1 ticket; no row: nothing was begun
SELECT body, is_note FROM draft WHERE ticket = ?1;

-- name: list_drafts
SELECT ticket FROM draft WHERE body <> '';

-- name: wipe_tickets
DELETE FROM ticket;

-- name: wipe_messages
DELETE FROM message;

-- name: wipe_kept
DELETE FROM kept;

-- name: wipe_outbox
DELETE FROM outbox;

-- name: wipe_drafts
DELETE FROM draft;

-- name: count_unsent
SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM draft WHERE body <> '');

-- name: list_draft_texts
SELECT ticket, body, is_note FROM draft WHERE body <> '';

-- name: put_sealed
-- 1 data
INSERT INTO sealed (data) VALUES (?1);

-- name: list_sealed
SELECT id, data FROM sealed ORDER BY id;

-- name: drop_sealed
-- 1 id
DELETE FROM sealed WHERE id = ?1;

-- name: count_sealed
SELECT count(*) FROM sealed;

-- name: empty_log
-- What was deleted must not live on in the log.
PRAGMA wal_checkpoint (TRUNCATE);
