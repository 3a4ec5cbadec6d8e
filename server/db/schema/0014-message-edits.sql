-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What becomes of a message after it was sent: edits, taking back, and what it said before.

-- Every version of a message that was changed, the first and the present one included; a message that
-- never was has none here.
CREATE TABLE message_version (
  message_id bigint NOT NULL REFERENCES message ON DELETE CASCADE,
  version integer NOT NULL,
  action text NOT NULL CHECK (action IN ('written', 'edited', 'taken_back')),
  actor_id bigint NOT NULL REFERENCES app_user,
  at timestamptz NOT NULL,
  body text NOT NULL,
  spans json NOT NULL,
  mentions bigint[] NOT NULL,
  attachments bigint[] NOT NULL,
  PRIMARY KEY (message_id, version)
);

CREATE INDEX message_version_by_attachment ON message_version USING gin (attachments) WITH (fastupdate = off)
WHERE attachments <> '{}';

-- Whether `m` was sent as these words: what it says now may be an edit of them.
CREATE FUNCTION message_was_sent_as (
  m message, sent_body text, sent_mentions bigint[], internal boolean, sent_attachments bigint[])
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT m.is_internal = internal
         AND coalesce(v.body, m.body) = sent_body AND coalesce(v.mentions, m.mentions) = sent_mentions
         AND coalesce(v.attachments, m.attachments) = sent_attachments
  FROM (VALUES (m.id)) AS one (id) LEFT JOIN message_version v ON v.message_id = one.id AND v.version = 1
$$;

-- Finds a message that `actor` may see, and locks its ticket; NULL when there is none.
CREATE FUNCTION message_for_change (which bigint, actor bigint, by_staff boolean) RETURNS message LANGUAGE plpgsql AS $$
DECLARE
  m message;
BEGIN
  PERFORM FROM ticket t
  WHERE t.id = (SELECT ticket_id FROM message WHERE id = which) AND t.deleted_at IS NULL
    AND CASE WHEN by_staff THEN NOT t.draft ELSE ticket_takes_part(t, actor) END
  FOR NO KEY UPDATE;
  IF FOUND THEN
    SELECT * INTO m FROM message WHERE id = which AND (by_staff OR NOT is_internal);
  END IF;
  RETURN m;
END $$;

-- Gives a message other words and keeps the old ones. A ticket that is called by its first words is
-- called by the new ones. The caller has locked the ticket.
CREATE FUNCTION message_rewrite (
  m message, change text, actor bigint, new_body text, new_spans json, new_mentions bigint[])
RETURNS message LANGUAGE plpgsql AS $$
DECLARE
  last_version integer := (SELECT max(version) FROM message_version WHERE message_id = m.id);
  files bigint[] := CASE change WHEN 'taken_back' THEN '{}' ELSE m.attachments END;
BEGIN
  IF last_version IS NULL THEN
    last_version := 1;
    INSERT INTO message_version (message_id, version, action, actor_id, at, body, spans, mentions, attachments)
    VALUES (m.id, 1, 'written', m.author_id, m.created_at, m.body, m.spans, m.mentions, m.attachments);
  END IF;
  INSERT INTO message_version (message_id, version, action, actor_id, at, body, spans, mentions, attachments)
  VALUES (m.id, last_version + 1, change, actor, now(), new_body, new_spans, new_mentions, files);
  UPDATE ticket SET subject = ticket_first_words(new_body), revision = revision + 1
  WHERE id = m.ticket_id AND m.public_seq = 1 AND subject = ticket_first_words(m.body);
  IF FOUND THEN
    PERFORM ticket_tell(m.ticket_id, ARRAY['subject']);
  END IF;
  UPDATE message SET body = new_body, spans = new_spans, mentions = new_mentions, attachments = files,
                     edited_at = CASE change WHEN 'edited' THEN now() ELSE edited_at END,
                     taken_back_at = CASE change WHEN 'taken_back' THEN now() ELSE taken_back_at END
  WHERE id = m.id RETURNING * INTO m;
  RETURN m;
END $$;

-- What lists show of a ticket: how the newest public words begin that are still there, and the role of
-- who said them. Copies of a merge keep their times, so the highest number may hold older words. No
-- row: there are none.
CREATE FUNCTION message_newest (ticket bigint) RETURNS TABLE (preview text, role user_role) LANGUAGE sql STABLE AS $$
  SELECT left(message_words(p.body, p.attachments), 160), u.role
  FROM message p JOIN app_user u ON u.id = p.author_id
  WHERE p.ticket_id = ticket AND NOT p.is_internal AND p.type <> 'system' AND p.taken_back_at IS NULL
  ORDER BY p.created_at DESC, p.seq DESC LIMIT 1
$$;

-- Tells everybody who may see a message what it says now. With a public one the ticket's preview may
-- change, and by `unread` the count of who had not read it.
CREATE FUNCTION message_tell (m message, unread integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  author app_user;
  newest record;
BEGIN
  SELECT * INTO author FROM app_user WHERE id = m.author_id;
  IF m.is_internal THEN
    INSERT INTO event (kind, audience, ticket_id, customer_id, seq, data)
    SELECT 'message.updated', 'staff', m.ticket_id, customer_id, m.seq,
           json_build_object('message', message_json(m, author), 'ticket', json_build_object('id', m.ticket_id))
    FROM ticket WHERE id = m.ticket_id;
    RETURN;
  END IF;

  SELECT * INTO newest FROM message_newest(m.ticket_id);
  UPDATE ticket SET last_message_preview = newest.preview, last_message_role = newest.role,
                    agent_unread_count = agent_unread_count + CASE WHEN m.from_staff THEN 0 ELSE unread END,
                    user_unread_count = user_unread_count + CASE WHEN m.from_staff THEN unread ELSE 0 END,
                    updated_at = now(), revision = revision + 1
  WHERE id = m.ticket_id RETURNING * INTO t;
  INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data, staff)
  VALUES ('message.updated', 'ticket', t.id, t.customer_id, m.seq, m.public_seq,
          json_build_object('message', message_json(m, author), 'ticket', json_build_object(
            'id', t.id, 'revision', t.revision, 'user_unread_count', t.user_unread_count,
            'last_message', CASE WHEN t.last_message_preview IS NOT NULL THEN json_build_object(
              'preview', t.last_message_preview, 'author_role', t.last_message_role) END,
            'updated_at', rfc3339(t.updated_at))),
          json_build_object('agent_unread_count', t.agent_unread_count));
END $$;

-- What the one who changed a message is answered: the message as that side sees it.
CREATE FUNCTION message_answer (m message, by_staff boolean) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('message', message_numbered(
           CASE WHEN by_staff THEN m.seq ELSE m.public_seq END, message_json(m, u)))
  FROM app_user u WHERE u.id = m.author_id
$$;

-- Gives a message of `actor`'s own another text; `new_mentions` NULL leaves the mentions as they are.
-- Answers `done` with the message, `not_found`, `forbidden`, or why it is too late: `taken_back`,
-- `closed`, `too_old` (a public message after the settable time). `unknown_mention` and
-- `public_mention` say what is wrong with the mentions.
CREATE FUNCTION message_edit (
  which bigint, actor bigint, by_staff boolean, new_body text, new_spans json, new_mentions bigint[])
RETURNS TABLE (outcome text, answer json) LANGUAGE plpgsql AS $$
DECLARE
  m message := message_for_change(which, actor, by_staff);
  mentioned bigint[] := coalesce(new_mentions, m.mentions);
  edit_time interval := (SELECT edit_within_minutes * interval '1 minute' FROM ticket_setting);
BEGIN
  outcome := CASE
    WHEN m.id IS NULL THEN 'not_found'
    WHEN m.type = 'system' OR m.author_id <> actor OR m.merge_id IS NOT NULL THEN 'forbidden'
    WHEN m.taken_back_at IS NOT NULL THEN 'taken_back'
    WHEN NOT m.is_internal AND mentioned <> '{}' THEN 'public_mention'
    WHEN EXISTS (
      SELECT FROM ticket
      WHERE id = m.ticket_id AND (merged_into IS NOT NULL OR (status = 'closed' AND NOT m.is_internal))) THEN 'closed'
    WHEN NOT m.is_internal AND m.created_at < now() - edit_time THEN 'too_old'
    WHEN mentioned <> m.mentions AND NOT mentions_are_staff(mentioned) THEN 'unknown_mention'
    ELSE 'done' END;
  IF outcome = 'done' THEN
    IF (m.body, m.mentions) <> (new_body, mentioned) THEN
      m := message_rewrite(m, 'edited', actor, new_body, new_spans, mentioned);
      PERFORM message_tell(m, 0);
    END IF;
    answer := message_answer(m, by_staff);
  END IF;
  RETURN NEXT;
END $$;

-- Takes a message back: its place stays, its words go. A public one only by its author, and while the
-- other side has not read it; a note at any time by its author or an admin. Answers `done` with the
-- message, also when it was taken back before; `not_found`, `forbidden`, or `read`.
CREATE FUNCTION message_take_back (which bigint, actor bigint, by_staff boolean, by_admin boolean)
RETURNS TABLE (outcome text, answer json) LANGUAGE plpgsql AS $$
DECLARE
  m message := message_for_change(which, actor, by_staff);
  t ticket;
BEGIN
  SELECT * INTO t FROM ticket WHERE id = m.ticket_id;
  outcome := CASE
    WHEN m.id IS NULL THEN 'not_found'
    WHEN m.type = 'system' OR m.merge_id IS NOT NULL
         OR (m.author_id <> actor AND NOT (m.is_internal AND by_admin)) THEN 'forbidden'
    WHEN t.merged_into IS NOT NULL THEN 'closed'
    WHEN m.taken_back_at IS NULL AND NOT m.is_internal
         AND m.seq <= CASE WHEN m.from_staff THEN t.user_read_seq ELSE t.agent_read_seq END THEN 'read'
    ELSE 'done' END;
  IF outcome = 'done' THEN
    IF m.taken_back_at IS NULL THEN
      m := message_rewrite(m, 'taken_back', actor, '', '[]', '{}');
      PERFORM message_tell(m, -1);
    END IF;
    answer := message_answer(m, by_staff);
  END IF;
  RETURN NEXT;
END $$;
