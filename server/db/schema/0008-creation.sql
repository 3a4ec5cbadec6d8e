-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- How a ticket begins.

-- Makes a ticket for `customer`. With a body it has its first message and stands in the queue;
-- without one it is a draft, and a customer who already has an unfinished chat gets that one
-- (`repeated`). The same `key` of the same actor with the same `digest` is answered with the first
-- ticket (`repeated`), with another digest it is `idempotency_mismatch`. `unknown_customer`,
-- `unknown_department`, `unknown_category` and `unknown_priority` say which of them is not there.
CREATE FUNCTION ticket_create (
  actor bigint, actor_staff boolean, customer bigint, new_channel ticket_channel, department bigint, new_category text,
  new_priority text, new_subject text, new_language text, key text, digest text, body text, span_tree text,
  client_id text)
RETURNS TABLE (outcome text, ticket_id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
  was ticket;
  lane_row lane;
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
  IF body IS NULL AND NOT actor_staff AND new_channel = 'chat' THEN
    SELECT t.* INTO was FROM ticket t
    WHERE t.customer_id = customer AND t.channel = 'chat' AND t.status NOT IN ('resolved', 'closed')
      AND t.deleted_at IS NULL
    ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1;
    IF FOUND THEN
      RETURN QUERY SELECT 'repeated', was.id;
      RETURN;
    END IF;
  END IF;
  SELECT l.* INTO lane_row FROM lane l JOIN department d ON d.id = l.department_id
  WHERE l.channel = new_channel AND CASE WHEN department IS NULL THEN d.is_default ELSE d.id = department END;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown_department', NULL::bigint;
    RETURN;
  END IF;
  unknown := ticket_unknown_word(new_category, new_priority);
  IF unknown IS NOT NULL THEN
    RETURN QUERY SELECT unknown, NULL::bigint;
    RETURN;
  END IF;

  INSERT INTO ticket (channel, lane_id, department_id, customer_id, priority, category, subject,
                      language, draft, created_by, idempotency_key, request_digest)
  VALUES (new_channel, lane_row.id, lane_row.department_id, customer, coalesce(new_priority, 'normal'),
          coalesce(new_category, 'general'), coalesce(new_subject, ''), new_language, true, actor, key, digest)
  RETURNING * INTO was;
  IF body IS NOT NULL THEN
    PERFORM message_append(ARRAY[was.id], ARRAY[customer], ARRAY[false], ARRAY[client_id],
                           ARRAY[body], ARRAY[span_tree], ARRAY[false], ARRAY[-1]);
  END IF;
  RETURN QUERY SELECT 'done', was.id;
END $$;
