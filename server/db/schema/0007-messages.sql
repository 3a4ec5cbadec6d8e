-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Messages: the group commit's one function, and how far each side has got and read them.

-- Whether every one of `ids` answers customers today, and so can be mentioned.
CREATE FUNCTION mentions_are_staff (ids bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT FROM unnest(ids) AS one (id)
    WHERE NOT EXISTS (SELECT FROM app_user u WHERE u.id = one.id AND u.is_active AND u.role <> 'customer'))
$$;

-- What makes a reply stale whose author had seen up to `seen`: in a chat, where customers type in
-- parallel, a colleague's reply or what a colleague did to the ticket; elsewhere anything public. Never
-- what the author did, nor the server by itself.
CREATE FUNCTION message_news (which bigint, in_chat boolean, author bigint, seen integer)
RETURNS SETOF message LANGUAGE sql STABLE AS $$
  SELECT m.* FROM message m
  WHERE m.ticket_id = which AND m.seq > seen AND m.author_id <> author AND (m.from_staff OR NOT in_chat)
    AND (m.type = 'system' OR NOT m.is_internal) AND m.taken_back_at IS NULL
$$;

-- What a refused reply has to see: the numbers of all that arrived since, and who was the last.
CREATE FUNCTION message_news_members (which bigint, in_chat boolean, author bigint, seen integer)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT '"arrived":' || coalesce(json_agg(m.seq ORDER BY m.seq), '[]') || ',"by":' || (
           SELECT json_build_object('id', u.id, 'name', u.name, 'role', u.role)
           FROM message_news(which, in_chat, author, seen) n JOIN app_user u ON u.id = n.author_id
           ORDER BY n.seq DESC LIMIT 1)
  FROM message m
  WHERE m.ticket_id = which AND m.seq > seen AND (m.type = 'system' OR NOT m.is_internal)
$$;

-- Whether `sender` may put all of these files into a message: own ones that no message has had.
CREATE FUNCTION attachments_are_free (sender bigint, ids bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT count(*) = cardinality(ids) FROM attachment
  WHERE id = ANY (ids) AND uploader_id = sender AND used_at IS NULL AND state <> 'removed'
$$;

-- Appends a batch of messages, in the order given, and answers an outcome for every one: `done`,
-- `repeated` (was there before: its own first answer again), or the stable name of a problem
-- (`validation_failed`: a mention of somebody who is not staff; `unknown_attachment`), and the ticket that it
-- went into: a customer's to one that ended too long ago goes into the one that follows it. A (ticket, author,
-- client_id) and an attachment stand at most once in a batch, and a reply that says what it has seen follows no
-- public message of somebody else to its ticket there; the caller sees to both.
--
-- What is written to a ticket that was merged goes to where that one goes on, see message_routes().
--
-- Two statements on purpose: tickets are locked first, by id, so that the second one's snapshot
-- sees what a racing sender of the same message has just committed. In one statement the race would
-- end in a unique violation instead of the first answer.
CREATE FUNCTION message_append (
  ticket_ids bigint[], author_ids bigint[], by_staff boolean[], client_ids text[], bodies text[], span_trees text[],
  internals boolean[], seen_seqs integer[], mention_lists text[] DEFAULT '{}', attachment_lists text[] DEFAULT '{}')
RETURNS TABLE (
  outcome text, into_ticket bigint, message_id bigint, author_seq integer, created_at text, message_json text,
  detail text)
-- Without settings of its own, which would cost each message a twentieth: all our sessions plan once and by index.
LANGUAGE plpgsql AS $$
DECLARE
  row record;
  woken bigint[] := '{}';
  wakers bigint[] := '{}';
  wakers_staff boolean[] := '{}';
  drafts bigint[];
  ended bigint[];
  merged boolean;
  used bigint[] := '{}';
BEGIN
  SELECT array_agg(locked.id) FILTER (WHERE locked.draft),
         array_agg(locked.id) FILTER (WHERE locked.status IN ('resolved', 'closed')),
         bool_or(locked.merged_into IS NOT NULL)
  INTO drafts, ended, merged
  FROM (
    SELECT id, draft, status, merged_into FROM ticket
    WHERE id = ANY (ticket_ids || ARRAY(
      SELECT merged_into FROM ticket WHERE id = ANY (ticket_ids) AND merged_into IS NOT NULL))
    ORDER BY id FOR NO KEY UPDATE) AS locked;
  IF merged THEN
    SELECT routes.ticket_ids, routes.seen_seqs INTO ticket_ids, seen_seqs
    FROM message_routes(ticket_ids, author_ids, by_staff, client_ids, internals, seen_seqs) AS routes;
    -- Locked already, but where a merge was waited for.
    PERFORM FROM ticket WHERE id = ANY (ticket_ids) ORDER BY id FOR NO KEY UPDATE;
  END IF;
  -- What comes too late to reopen its ticket goes into the one that follows it.
  IF ended IS NOT NULL THEN
    ticket_ids := ARRAY(
      SELECT CASE WHEN i.ticket_id = ANY (ended) AND NOT i.staff
               THEN ticket_reply_target(i.ticket_id, i.author_id, i.client_id) ELSE i.ticket_id END
      FROM unnest(ticket_ids, author_ids, by_staff, client_ids) WITH ORDINALITY
        AS i (ticket_id, author_id, staff, client_id, place)
      ORDER BY i.place);
    drafts := (SELECT array_agg(id) FROM ticket WHERE id = ANY (ticket_ids) AND draft);
  END IF;
  IF attachment_lists <> '{}' THEN
    PERFORM FROM attachment
    WHERE id IN (SELECT unnest(list::bigint[]) FROM unnest(attachment_lists) AS list)
    ORDER BY id FOR NO KEY UPDATE;
  END IF;
  -- A draft whose customer writes becomes a ticket first, so that staff hear of it before they hear
  -- of its message.
  IF drafts IS NOT NULL THEN
    PERFORM ticket_leave_draft(d.id, d.body)
    FROM (SELECT DISTINCT ON (t.id) t.id, message_words(i.body, i.attachments) AS body
          FROM (SELECT given.ticket_id, given.author_id, given.body, given.place,
                       coalesce(given.attachments, '{}')::bigint[] AS attachments
                FROM unnest(ticket_ids, author_ids, bodies, attachment_lists) WITH ORDINALITY
                  AS given (ticket_id, author_id, body, attachments, place)) AS i
          JOIN ticket t ON t.id = i.ticket_id AND t.customer_id = i.author_id
          WHERE t.id = ANY (drafts) AND attachments_are_free(i.author_id, i.attachments)
          ORDER BY t.id, i.place) AS d;
  END IF;

  FOR row IN
    WITH input AS (
      SELECT i.ticket_id, i.author_id, i.staff, i.client_id, i.body, i.spans, i.internal, i.seen_seq,
             coalesce(i.mentions, '{}')::bigint[] AS mentions,
             coalesce(i.attachments, '{}')::bigint[] AS attachments, i.place
      FROM unnest(ticket_ids, author_ids, by_staff, client_ids, bodies, span_trees, internals, seen_seqs, mention_lists,
                  attachment_lists) WITH ORDINALITY
        AS i (ticket_id, author_id, staff, client_id, body, spans, internal, seen_seq, mentions, attachments, place)
    ),
    judged AS (
      SELECT i.*, t.customer_id, t.last_seq, t.last_public_seq, t.status, t.waiting, t.channel,
             t.snoozed_until IS NOT NULL AS snoozed, u.author, was,
             CASE
               WHEN t.id IS NULL OR u.id IS NULL OR t.deleted_at IS NOT NULL
                    OR (CASE WHEN i.staff THEN t.draft ELSE NOT ticket_takes_part(t, i.author_id) END)
                 THEN 'not_found'
               WHEN was.id IS NOT NULL THEN
                 CASE WHEN message_was_sent_as(was, i.body, i.mentions, i.internal, i.attachments) THEN 'repeated'
                      ELSE 'idempotency_mismatch' END
               WHEN t.status = 'closed' THEN 'conflict'
               WHEN i.mentions <> '{}' AND NOT mentions_are_staff(i.mentions) THEN 'validation_failed'
               WHEN i.attachments <> '{}' AND NOT attachments_are_free(i.author_id, i.attachments)
                 THEN 'unknown_attachment'
               WHEN i.staff AND NOT i.internal AND i.seen_seq >= 0 AND i.seen_seq < t.last_seq AND EXISTS (
                 SELECT FROM message_news(t.id, t.channel = 'chat', i.author_id, i.seen_seq)) THEN 'stale'
               ELSE 'done'
             END AS outcome
      FROM input i
      LEFT JOIN ticket t ON t.id = i.ticket_id
      -- OFFSET 0, or a plan that was made while people were few reads them all.
      LEFT JOIN LATERAL (
        SELECT a AS author, a.id FROM app_user a WHERE a.id = i.author_id AND a.is_active OFFSET 0) AS u ON true
      LEFT JOIN message was
        ON was.ticket_id = i.ticket_id AND was.author_id = i.author_id AND was.client_id = i.client_id
    ),
    fresh AS (
      SELECT j.*, nextval('message_id_seq') AS new_id,
             CASE WHEN j.body = '' THEN message_words(j.body, j.attachments) ELSE j.body END AS words,
             j.last_seq + row_number() OVER thread AS seq,
             CASE WHEN NOT j.internal
               THEN j.last_public_seq + count(*) FILTER (WHERE NOT j.internal) OVER thread END AS public_seq
      FROM judged j
      WHERE j.outcome = 'done'
      WINDOW thread AS (PARTITION BY j.ticket_id ORDER BY j.place ROWS UNBOUNDED PRECEDING)
    ),
    inserted AS (
      INSERT INTO message (
        id, ticket_id, seq, public_seq, author_id, from_staff, client_id, type, body, spans, mentions, attachments,
        is_internal)
      SELECT new_id, ticket_id, seq, public_seq, author_id, staff, client_id,
             CASE WHEN attachments = '{}' THEN 'text' ELSE message_type(attachments) END, body, spans::json, mentions,
             attachments, internal
      FROM fresh
      RETURNING id, message
    ),
    thread AS (
      SELECT ticket_id, max(seq) AS seq, max(public_seq) AS public_seq,
             count(*) FILTER (WHERE NOT internal AND NOT staff) AS from_user,
             count(*) FILTER (WHERE NOT internal AND staff) AS from_agent,
             (array_agg(left(words, 160) ORDER BY seq DESC) FILTER (WHERE NOT internal))[1] AS preview,
             (array_agg((author).role ORDER BY seq DESC) FILTER (WHERE NOT internal))[1] AS preview_role,
             (array_agg(author_id ORDER BY seq) FILTER (WHERE NOT internal AND staff))[1] AS responder
      FROM fresh GROUP BY ticket_id
    ),
    changed AS (
      UPDATE ticket t SET
        last_seq = thread.seq,
        last_public_seq = coalesce(thread.public_seq, t.last_public_seq),
        agent_unread_count = t.agent_unread_count + thread.from_user,
        user_unread_count = t.user_unread_count + thread.from_agent,
        last_message_preview = coalesce(thread.preview, t.last_message_preview),
        last_message_role = coalesce(thread.preview_role, t.last_message_role),
        last_message_at = CASE WHEN thread.public_seq IS NULL THEN t.last_message_at ELSE now() END,
        -- Only who has asked can be answered: a conversation that staff began has no first response.
        first_response_at = CASE WHEN t.first_response_at IS NULL AND t.enqueued_at IS NOT NULL
          AND thread.responder IS NOT NULL THEN now() ELSE t.first_response_at END,
        first_response_by = CASE WHEN t.enqueued_at IS NOT NULL
          THEN coalesce(t.first_response_by, thread.responder) END,
        updated_at = CASE WHEN thread.public_seq IS NULL THEN t.updated_at ELSE now() END,
        revision = t.revision + (thread.public_seq IS NOT NULL)::integer
      FROM thread WHERE t.id = thread.ticket_id
      RETURNING t.id, t.revision, t.agent_unread_count, t.user_unread_count, t.last_message_preview,
                t.last_message_role, t.last_message_at, t.updated_at, t.first_response_at
    ),
    told AS (
      SELECT f.*, message_json(i.message, f.author) AS json FROM fresh f JOIN inserted i ON i.id = f.new_id
    ),
    announced AS (
      INSERT INTO event (kind, audience, ticket_id, customer_id, seq, public_seq, data, staff)
      SELECT 'message.created', (CASE WHEN f.internal THEN 'staff' ELSE 'ticket' END)::event_audience, f.ticket_id,
             f.customer_id, f.seq, f.public_seq,
             json_build_object('message', f.json, 'ticket', CASE
               WHEN f.internal THEN json_build_object('id', c.id)
               ELSE json_build_object(
                 'id', c.id, 'revision', c.revision, 'user_unread_count', c.user_unread_count,
                 'last_message', json_build_object(
                   'preview', c.last_message_preview, 'author_role', c.last_message_role),
                 'last_message_at', rfc3339(c.last_message_at), 'updated_at', rfc3339(c.updated_at)) END),
             CASE WHEN NOT f.internal THEN json_build_object(
               'agent_unread_count', c.agent_unread_count, 'first_response_at', rfc3339(c.first_response_at)) END
      FROM told f JOIN changed c ON c.id = f.ticket_id
      ORDER BY f.place
    )
    SELECT j.outcome, j.ticket_id, j.author_id, j.staff, j.attachments, coalesce(f.new_id, (j.was).id) AS id,
           CASE WHEN j.staff THEN coalesce(f.seq, (j.was).seq)
                ELSE coalesce(f.public_seq, (j.was).public_seq) END AS seq,
           rfc3339(CASE WHEN j.outcome = 'done' THEN now() ELSE (j.was).created_at END) AS at,
           CASE j.outcome WHEN 'done' THEN f.json WHEN 'repeated' THEN message_json(j.was, j.author) END AS json,
           CASE WHEN j.outcome = 'stale'
             THEN message_news_members(j.ticket_id, j.channel = 'chat', j.author_id, j.seen_seq) END AS detail,
           j.outcome = 'done' AND NOT j.internal
             AND ((j.staff AND (j.waiting OR j.status = 'assigned'))
                  OR (NOT j.staff AND (j.snoozed OR j.status IN ('waiting_on_customer', 'resolved')))) AS wakes
    FROM judged j LEFT JOIN told f ON f.place = j.place
    ORDER BY j.place
  LOOP
    outcome := row.outcome;
    into_ticket := row.ticket_id;
    message_id := row.id;
    author_seq := row.seq;
    created_at := row.at;
    message_json := row.json;
    detail := row.detail;
    RETURN NEXT;
    IF row.outcome = 'done' THEN
      used := used || row.attachments;
    END IF;
    IF row.wakes AND NOT row.ticket_id = ANY (woken) THEN
      woken := woken || row.ticket_id;
      wakers := wakers || row.author_id;
      wakers_staff := wakers_staff || row.staff;
    END IF;
  END LOOP;

  IF used <> '{}' THEN
    UPDATE attachment SET used_at = now(), loose_since = NULL WHERE id = ANY (used);
  END IF;
  -- Several tickets may concern the same agents in any order; their rows are locked by id, as
  -- everywhere.
  IF cardinality(woken) > 1 THEN
    PERFORM FROM agent
    WHERE user_id = ANY (wakers) OR user_id IN (SELECT assigned_to FROM ticket WHERE id = ANY (woken)
                                                UNION SELECT agent_id FROM ticket_offer WHERE ticket_id = ANY (woken))
    ORDER BY user_id FOR NO KEY UPDATE;
  END IF;
  FOR n IN 1 .. cardinality(woken) LOOP
    PERFORM ticket_after_message(woken[n], wakers[n], wakers_staff[n]);
  END LOOP;
END $$;

-- Where number `upto`, counted as one side counts, stands in both countings; never beyond the end.
CREATE FUNCTION message_place (
  t ticket, by_staff boolean, upto integer, OUT at_seq integer, OUT at_public_seq integer)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF by_staff THEN
    at_seq := least(upto, t.last_seq);
    at_public_seq := coalesce(
      (SELECT max(public_seq) FROM message WHERE ticket_id = t.id AND seq <= at_seq), 0);
  ELSE
    at_public_seq := least(upto, t.last_public_seq);
    -- A public message stands no earlier in the whole thread than in the public one.
    at_seq := coalesce(
      (SELECT seq FROM message WHERE ticket_id = t.id AND seq >= at_public_seq AND public_seq = at_public_seq), 0);
  END IF;
END $$;

-- Tells both sides how far each of them has got and read a ticket's messages. The caller has changed
-- the ticket, and its revision.
CREATE FUNCTION ticket_tell_marks (t ticket, event_kind text, by_staff boolean) RETURNS void LANGUAGE sql AS $$
  INSERT INTO event (kind, audience, ticket_id, customer_id, data, staff)
  VALUES (event_kind, 'ticket', t.id, t.customer_id,
          json_build_object(
            'side', CASE WHEN by_staff THEN 'agent' ELSE 'user' END,
            'ticket', json_build_object(
              'id', t.id, 'revision', t.revision,
              'agent_read_seq', t.agent_read_public_seq, 'user_read_seq', t.user_read_public_seq,
              'agent_delivered_seq', t.agent_delivered_public_seq, 'user_delivered_seq', t.user_delivered_public_seq,
              'user_unread_count', t.user_unread_count)),
          json_build_object(
            'agent_read_seq', t.agent_read_seq, 'user_read_seq', t.user_read_seq,
            'agent_delivered_seq', t.agent_delivered_seq, 'user_delivered_seq', t.user_delivered_seq,
            'agent_unread_count', t.agent_unread_count))
$$;

-- Finds a ticket whose marks `reader` may move, and locks it; NULL when there is none.
CREATE FUNCTION ticket_for_marks (which bigint, reader bigint, by_staff boolean) RETURNS ticket LANGUAGE sql AS $$
  SELECT t FROM ticket t
  WHERE t.id = which AND t.deleted_at IS NULL
    AND CASE WHEN by_staff THEN NOT t.draft ELSE ticket_takes_part(t, reader) END
  FOR NO KEY UPDATE
$$;

-- How many words of the other side stand behind `mark` unread.
CREATE FUNCTION message_unread (which bigint, by_staff boolean, mark integer) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT count(*)::integer FROM message m
  WHERE m.ticket_id = which AND m.seq > mark AND NOT m.is_internal AND m.type <> 'system'
    AND m.from_staff <> by_staff AND m.taken_back_at IS NULL
$$;

-- Marks a ticket's messages read up to `upto` (counted as the reader counts) for one side; what was read
-- was delivered too, and its reader has no use for notices of it. Reading never goes backwards.
-- Answers `done` or `not_found`.
CREATE FUNCTION ticket_mark_read (which bigint, reader bigint, by_staff boolean, upto integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket := ticket_for_marks(which, reader, by_staff);
  place record;
  unread integer;
BEGIN
  IF t.id IS NULL THEN
    RETURN 'not_found';
  END IF;
  PERFORM notice_mark_read(reader, NULL, NULL, which);
  SELECT * INTO place FROM message_place(t, by_staff, upto);
  IF place.at_seq <= (CASE WHEN by_staff THEN t.agent_read_seq ELSE t.user_read_seq END) THEN
    RETURN 'done';
  END IF;
  unread := message_unread(which, by_staff, place.at_seq);
  IF by_staff THEN
    UPDATE ticket SET agent_read_seq = place.at_seq, agent_read_public_seq = place.at_public_seq,
                      agent_delivered_seq = greatest(agent_delivered_seq, place.at_seq),
                      agent_delivered_public_seq = greatest(agent_delivered_public_seq, place.at_public_seq),
                      agent_unread_count = unread, revision = revision + 1
    WHERE id = which RETURNING * INTO t;
  ELSE
    UPDATE ticket SET user_read_seq = place.at_seq, user_read_public_seq = place.at_public_seq,
                      user_delivered_seq = greatest(user_delivered_seq, place.at_seq),
                      user_delivered_public_seq = greatest(user_delivered_public_seq, place.at_public_seq),
                      user_unread_count = unread, revision = revision + 1
    WHERE id = which RETURNING * INTO t;
  END IF;
  PERFORM ticket_tell_marks(t, 'ticket.read', by_staff);
  RETURN 'done';
END $$;

-- Marks a ticket's messages delivered up to `upto` for one side: a device of it holds them. Answers as
-- ticket_mark_read().
CREATE FUNCTION ticket_mark_delivered (which bigint, holder bigint, by_staff boolean, upto integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t ticket := ticket_for_marks(which, holder, by_staff);
  place record;
BEGIN
  IF t.id IS NULL THEN
    RETURN 'not_found';
  END IF;
  SELECT * INTO place FROM message_place(t, by_staff, upto);
  IF place.at_seq <= (CASE WHEN by_staff THEN t.agent_delivered_seq ELSE t.user_delivered_seq END) THEN
    RETURN 'done';
  END IF;
  IF by_staff THEN
    UPDATE ticket SET agent_delivered_seq = place.at_seq, agent_delivered_public_seq = place.at_public_seq,
                      revision = revision + 1
    WHERE id = which RETURNING * INTO t;
  ELSE
    UPDATE ticket SET user_delivered_seq = place.at_seq, user_delivered_public_seq = place.at_public_seq,
                      revision = revision + 1
    WHERE id = which RETURNING * INTO t;
  END IF;
  PERFORM ticket_tell_marks(t, 'ticket.delivered', by_staff);
  RETURN 'done';
END $$;
