-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- How a ticket begins.

-- How many seconds a visitor has to wait until they may open another ticket; NULL or 0: none.
CREATE FUNCTION visitor_ticket_wait (visitor bigint) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT ceil(extract(epoch FROM opened.created_at + interval '1 hour' - now()))::integer
  FROM ticket_setting s
  CROSS JOIN LATERAL (
    SELECT t.created_at FROM ticket t
    WHERE t.customer_id = visitor AND t.created_by = visitor AND t.created_at > now() - interval '1 hour'
    ORDER BY t.created_at DESC OFFSET greatest(s.visitor_tickets_per_hour - 1, 0) LIMIT 1) AS opened
  WHERE s.visitor_tickets_per_hour > 0 AND EXISTS (SELECT FROM app_user WHERE id = visitor AND is_visitor)
$$;

-- Makes a ticket for `customer`. With a body it has its first message and stands in the queue;
-- without one it is a draft, and a customer who already has an unfinished chat gets that one
-- (`repeated`). With a body `from_actor` it is begun by staff: the first message is the actor's. A chat
-- then takes up the customer's draft, so that a window which is open already shows it;
-- `unfinished_chat` names the chat of a customer who is in the middle of one; `too_many_tickets` says
-- that a visitor has to wait. The same `key` of the same
-- actor with the same `digest` is answered with the first ticket (`repeated`), with another digest it is
-- `idempotency_mismatch`. `unknown_customer`, `unknown_department`, `unknown_category`,
-- `unknown_priority` and `unknown_attachment` say which of them is not there.
CREATE FUNCTION ticket_create (
  actor bigint, actor_staff boolean, customer bigint, new_channel ticket_channel, department bigint, new_category text,
  new_priority text, new_subject text, new_language text, key text, digest text, body text, span_tree text,
  client_id text, from_actor boolean DEFAULT false, files bigint[] DEFAULT '{}')
RETURNS TABLE (outcome text, ticket_id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
  was ticket;
  home bigint;
  mapped bigint := (
    SELECT d.id FROM category c JOIN department d ON d.id = c.department_id AND d.is_active
    WHERE c.name = new_category AND department IS NULL);
  way text := CASE WHEN department IS NOT NULL THEN 'form' WHEN mapped IS NOT NULL THEN 'category' ELSE 'default' END;
  unknown text;
BEGIN
  -- One after the other for each customer, so that two windows that open at once share one chat.
  PERFORM FROM app_user WHERE id = customer AND role = 'customer' AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown_customer', NULL::bigint;
    RETURN;
  END IF;
  IF key IS NOT NULL THEN
    SELECT t.* INTO was FROM ticket t WHERE t.created_by = actor AND t.idempotency_key = key;
    IF FOUND THEN
      RETURN QUERY SELECT CASE WHEN was.request_digest = digest THEN 'repeated' ELSE 'idempotency_mismatch' END, was.id;
      RETURN;
    END IF;
  END IF;
  IF new_channel = 'chat' AND (from_actor OR (body IS NULL AND NOT actor_staff)) THEN
    SELECT t.* INTO was FROM ticket t
    WHERE t.customer_id = customer AND t.channel = 'chat' AND t.status NOT IN ('resolved', 'closed')
      AND t.deleted_at IS NULL
    ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1 FOR NO KEY UPDATE;
    IF FOUND AND NOT (from_actor AND was.draft) THEN
      RETURN QUERY SELECT CASE WHEN from_actor THEN 'unfinished_chat' ELSE 'repeated' END, was.id;
      RETURN;
    END IF;
  END IF;
  IF NOT actor_staff AND visitor_ticket_wait(customer) > 0 THEN
    RETURN QUERY SELECT 'too_many_tickets', NULL::bigint;
    RETURN;
  END IF;
  SELECT d.id INTO home FROM department d
  WHERE CASE way WHEN 'default' THEN d.is_default ELSE d.id = coalesce(department, mapped) END AND d.is_active
  FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown_department', NULL::bigint;
    RETURN;
  END IF;
  unknown := coalesce(ticket_unknown_word(new_category, new_priority),
                      CASE WHEN files <> '{}' AND NOT attachments_are_free(actor, files) THEN 'unknown_attachment' END);
  IF unknown IS NOT NULL THEN
    RETURN QUERY SELECT unknown, NULL::bigint;
    RETURN;
  END IF;

  IF was.draft THEN
    UPDATE ticket SET department_id = home, routed_by = way,
                      priority = coalesce(new_priority, priority), category = coalesce(new_category, category),
                      subject = coalesce(new_subject, subject), created_by = actor, idempotency_key = key,
                      request_digest = digest
    WHERE id = was.id;
  ELSE
    INSERT INTO ticket (channel, department_id, routed_by, customer_id, priority, category, subject,
                        language, draft, created_by, idempotency_key, request_digest)
    SELECT new_channel, home, way, u.id, coalesce(new_priority, 'normal'),
           coalesce(new_category, 'general'), coalesce(new_subject, ''), coalesce(new_language, u.language), true,
           actor, key, digest
    FROM app_user u WHERE u.id = customer
    RETURNING * INTO was;
  END IF;
  IF from_actor THEN
    PERFORM ticket_leave_draft(was.id, body, actor);
  END IF;
  IF body IS NOT NULL THEN
    -- What staff hand in for a customer is the customer's.
    UPDATE attachment SET uploader_id = customer WHERE id = ANY (files) AND uploader_id <> customer AND NOT from_actor;
    PERFORM message_append(ARRAY[was.id], ARRAY[CASE WHEN from_actor THEN actor ELSE customer END], ARRAY[from_actor],
                           ARRAY[client_id], ARRAY[body], ARRAY[span_tree], ARRAY[false], ARRAY[-1], '{}',
                           CASE WHEN files = '{}' THEN '{}' ELSE ARRAY[files::text] END);
  END IF;
  RETURN QUERY SELECT 'done', was.id;
END $$;

-- The draft of the ticket that goes on where `t` cannot be reopened any more: the same matter, first
-- offered to who knows it. The caller has locked `t`.
CREATE FUNCTION ticket_begin_follow_up (t ticket) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  unknown text := ticket_unknown_word(t.category, t.priority);
  made bigint;
BEGIN
  INSERT INTO ticket (channel, department_id, routed_by, customer_id, preferred_agent, priority, category, subject,
                      language, draft, created_by, follow_up_of, linked)
  SELECT t.channel, d.id, 'follow_up', t.customer_id, coalesce(t.assigned_to, t.preferred_agent),
         CASE WHEN unknown IS NULL THEN t.priority ELSE 'normal' END,
         CASE WHEN unknown IS NULL THEN t.category ELSE 'general' END, t.subject, t.language, true, t.customer_id,
         t.id, true
  FROM department d
  WHERE CASE WHEN (SELECT is_active FROM department WHERE id = t.department_id) THEN d.id = t.department_id
             ELSE d.is_default END
  RETURNING id INTO made;
  INSERT INTO ticket_link (ticket_id, other_id, kind) VALUES (t.id, made, 'follow_up');
  RETURN made;
END $$;

-- Where a customer's message to `which` belongs: there, unless it ended too long ago, or was merged into
-- one that is deleted or in which this customer takes no part; then to the latest ticket that follows it,
-- which begins here if there is none. A message that came before belongs where it is. Every ticket on the
-- way is locked.
CREATE FUNCTION ticket_reply_target (which bigint, author bigint, sent_as text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  t ticket;
  target bigint := which;
BEGIN
  WHILE target IS NOT NULL LOOP
    SELECT * INTO t FROM ticket WHERE id = target AND customer_id = author AND deleted_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT (ticket_is_late(t) OR t.merged_into IS NOT NULL)
       OR EXISTS (SELECT FROM message m WHERE m.ticket_id = target AND m.author_id = author AND m.client_id = sent_as)
    THEN
      RETURN target;
    END IF;
    target := (SELECT max(id) FROM ticket f WHERE f.follow_up_of = t.id AND f.deleted_at IS NULL);
  END LOOP;
  RETURN ticket_begin_follow_up(t);
END $$;
