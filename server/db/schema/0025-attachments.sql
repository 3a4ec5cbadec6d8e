-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The life of a file: what is taken, who may read it, when it goes.

-- What an admin decides about files, one row.
CREATE TABLE attachment_setting (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  max_file_size_mb integer NOT NULL DEFAULT 5 CHECK (max_file_size_mb BETWEEN 1 AND 2048),
  max_file_size_staff_mb integer NOT NULL DEFAULT 25 CHECK (max_file_size_staff_mb BETWEEN 1 AND 2048),
  -- Media types by content, or `image/*`.
  allowed_types text[] NOT NULL DEFAULT '{image/png, image/jpeg, image/gif, image/webp, application/pdf, text/plain,
    text/csv, application/json, application/zip, application/msword, application/vnd.ms-excel,
    application/vnd.ms-powerpoint, application/vnd.openxmlformats-officedocument.wordprocessingml.document,
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,
    application/vnd.openxmlformats-officedocument.presentationml.presentation,
    application/vnd.oasis.opendocument.text, application/vnd.oasis.opendocument.spreadsheet,
    application/vnd.oasis.opendocument.presentation, audio/*, video/*}',
  when_scanner_down text NOT NULL DEFAULT 'hold' CHECK (when_scanner_down IN ('hold', 'pass'))
);

INSERT INTO attachment_setting DEFAULT VALUES;

-- A file as its own paths tell it.
CREATE FUNCTION attachment_answer (a attachment) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('attachment', (
    '{"created_at":' || to_json(rfc3339(a.created_at)) || ',' || substr(attachment_json(a)::text, 2))::json)
$$;

-- Whether any message holds a file, or held it before it was taken back.
CREATE FUNCTION attachment_is_held (which bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM message WHERE attachments <> '{}' AND attachments @> ARRAY[which])
         OR EXISTS (SELECT FROM message_version WHERE attachments <> '{}' AND attachments @> ARRAY[which])
$$;

-- Whether somebody may read a file today: whoever may read a message that holds it. Staff also read what a
-- message held before it was taken back. Until a message has it, it is its uploader's alone.
CREATE FUNCTION attachment_is_readable (a attachment, reader app_user) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN a.used_at IS NULL THEN a.uploader_id = reader.id
    WHEN reader.role = 'customer' THEN EXISTS (
      SELECT FROM message m JOIN ticket t ON t.id = m.ticket_id
      WHERE m.attachments <> '{}' AND m.attachments @> ARRAY[a.id] AND NOT m.is_internal
        AND t.deleted_at IS NULL AND ticket_takes_part(t, reader.id))
    ELSE EXISTS (
      SELECT FROM message m JOIN ticket t ON t.id = m.ticket_id
      WHERE m.attachments <> '{}' AND m.attachments @> ARRAY[a.id] AND NOT t.hidden)
      OR EXISTS (
      SELECT FROM message_version v JOIN message m ON m.id = v.message_id JOIN ticket t ON t.id = m.ticket_id
      WHERE v.attachments <> '{}' AND v.attachments @> ARRAY[a.id] AND NOT t.hidden) END
$$;

-- Makes an attachment of two stored files (the second one NULL without a thumbnail). One that was sent
-- under the same `key` before is answered again (`repeated`), or is `idempotency_mismatch`; the new
-- files go then.
CREATE FUNCTION attachment_add (
  uploader bigint, called text, of_type text, of_state attachment_state, object_name text, thumbnail_name text,
  wide integer, high integer, key text)
RETURNS TABLE (outcome text, json json, id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  file attachment_file;
  thumbnail bigint := (SELECT f.id FROM attachment_file f WHERE f.object = thumbnail_name);
  made attachment;
BEGIN
  SELECT * INTO file FROM attachment_file f WHERE f.object = object_name;
  INSERT INTO attachment (uploader_id, name, type, size, width, height, state, file_id, thumbnail_id, idempotency_key)
  VALUES (uploader, called, of_type, file.size, wide, high, of_state, file.id, thumbnail, key)
  ON CONFLICT (uploader_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
  RETURNING * INTO made;
  IF made.id IS NOT NULL THEN
    RETURN QUERY SELECT 'done', attachment_answer(made), made.id;
    RETURN;
  END IF;
  UPDATE attachment_file f SET state = 'removing', since = now() WHERE f.id IN (file.id, thumbnail);
  RETURN QUERY
    SELECT CASE WHEN a.name = called AND (f.id IS NULL OR f.sha256 = file.sha256) THEN 'repeated'
                ELSE 'idempotency_mismatch' END,
           attachment_answer(a), a.id
    FROM attachment a LEFT JOIN attachment_file f ON f.id = a.file_id
    WHERE a.uploader_id = uploader AND a.idempotency_key = key;
END $$;

-- Forgets attachments; their files go when the store has removed them.
CREATE FUNCTION attachments_drop (ids bigint[]) RETURNS void LANGUAGE sql AS $$
  WITH gone AS (DELETE FROM attachment WHERE id = ANY (ids) RETURNING file_id, thumbnail_id)
  UPDATE attachment_file SET state = 'removing', since = now()
  WHERE id IN (SELECT file_id FROM gone UNION ALL SELECT thumbnail_id FROM gone)
$$;

-- Takes back an upload that no message has. Answers `done` or `not_found`.
CREATE FUNCTION attachment_discard (which bigint, actor bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM attachment WHERE id = which AND uploader_id = actor AND used_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  PERFORM attachments_drop(ARRAY[which]);
  RETURN 'done';
END $$;

-- Lets go of files that no message has had for a day, and of what was being stored when a server died.
CREATE FUNCTION attachments_expire () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  due bigint[] := ARRAY(
    SELECT id FROM attachment WHERE loose_since < now() - interval '1 day'
    ORDER BY loose_since LIMIT 200 FOR UPDATE SKIP LOCKED);
  gone bigint[] := ARRAY(SELECT id FROM unnest(due) AS id WHERE NOT attachment_is_held(id));
BEGIN
  UPDATE attachment SET loose_since = NULL WHERE id = ANY (due) AND id <> ALL (gone);
  PERFORM attachments_drop(gone);
  UPDATE attachment_file SET state = 'removing', since = now()
  WHERE state = 'storing' AND since < now() - interval '1 day';
  RETURN cardinality(gone);
END $$;

-- What messages held that are gone for good is looked at at once; copies may hold it still.
CREATE FUNCTION attachments_let_loose () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE attachment SET loose_since = now() - interval '1 day'
  WHERE id IN (SELECT unnest(attachments) FROM gone WHERE attachments <> '{}');
  RETURN NULL;
END $$;

CREATE TRIGGER message_lets_files_loose AFTER DELETE ON message REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION attachments_let_loose();

CREATE TRIGGER message_version_lets_files_loose AFTER DELETE ON message_version REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION attachments_let_loose();

-- The virus check of a held file has ended. One that did not pass keeps its name and loses all else.
-- Everybody who sees a message with it hears of it.
CREATE FUNCTION attachment_settle (which bigint, is_clean boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  was attachment;
  m message;
BEGIN
  PERFORM FROM ticket
  WHERE id IN (SELECT ticket_id FROM message WHERE attachments <> '{}' AND attachments @> ARRAY[which])
  ORDER BY id FOR NO KEY UPDATE;
  SELECT * INTO was FROM attachment WHERE id = which AND state = 'held' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF is_clean THEN
    UPDATE attachment SET state = 'ready' WHERE id = which;
  ELSE
    UPDATE attachment SET state = 'removed', file_id = NULL, thumbnail_id = NULL WHERE id = which;
    UPDATE attachment_file SET state = 'removing', since = now() WHERE id IN (was.file_id, was.thumbnail_id);
  END IF;
  FOR m IN
    SELECT held.* FROM message held JOIN ticket t ON t.id = held.ticket_id AND NOT t.hidden
    WHERE held.attachments <> '{}' AND held.attachments @> ARRAY[which] ORDER BY held.id
  LOOP
    PERFORM message_tell(m, 0);
  END LOOP;
END $$;
