-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The JSON of a ticket and of a message, once for staff and once for the customer. Two shapes on
-- purpose: what only staff may see is not filtered out of the customer's shape, it was never in it.

CREATE FUNCTION ticket_number (id bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'TKT-' || lpad(id::text, greatest(6, length(id::text)), '0')
$$;

CREATE FUNCTION link_inverse (kind link_kind) RETURNS link_kind LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE kind WHEN 'parent' THEN 'child' WHEN 'child' THEN 'parent'
                   WHEN 'follow_up' THEN 'origin' WHEN 'origin' THEN 'follow_up' ELSE kind END
$$;

-- What a ticket is linked with, and what each of those is to it. Deleted ones are not there.
CREATE FUNCTION ticket_links (which bigint) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(json_build_object(
           'id', t.id, 'kind', l.kind, 'ticket_number', ticket_number(t.id), 'status', t.status,
           'subject', t.subject) ORDER BY t.id), '[]')
  FROM (SELECT other_id AS id, kind FROM ticket_link WHERE ticket_id = which
        UNION ALL
        SELECT ticket_id, link_inverse(kind) FROM ticket_link WHERE other_id = which) AS l
  JOIN ticket t ON t.id = l.id AND NOT t.hidden
$$;

-- Whether a customer is one of those whom a ticket concerns, and so sees what is public in it.
CREATE FUNCTION ticket_takes_part (t ticket, customer bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT t.customer_id = customer OR customer = ANY (t.participants)
$$;

-- The other customers who take part.
CREATE FUNCTION ticket_participants (ids bigint[]) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) ORDER BY u.id), '[]')
  FROM app_user u WHERE u.id = ANY (ids)
$$;

CREATE VIEW ticket_for_staff AS
SELECT t.id,
       json_build_object(
         'id', t.id, 'ticket_number', ticket_number(t.id), 'channel', t.channel, 'subject', t.subject,
         'status', t.status, 'priority', t.priority, 'category', t.category, 'language', t.language,
         'department', json_build_object('id', d.id, 'name', d.name),
         'user', json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'tier', u.tier),
         'assigned_to', CASE WHEN a.id IS NOT NULL
           THEN json_build_object('id', a.id, 'name', a.name, 'presence', coalesce(g.presence, 'offline')) END,
         'waiting', t.waiting, 'last_seq', t.last_seq,
         'user_read_seq', t.user_read_seq, 'agent_read_seq', t.agent_read_seq,
         'user_delivered_seq', t.user_delivered_seq, 'agent_delivered_seq', t.agent_delivered_seq,
         'user_unread_count', t.user_unread_count, 'agent_unread_count', t.agent_unread_count,
         'last_message', CASE WHEN t.last_message_preview IS NOT NULL
           THEN json_build_object('preview', t.last_message_preview, 'author_role', t.last_message_role) END,
         'last_message_at', rfc3339(t.last_message_at), 'created_at', rfc3339(t.created_at),
         'updated_at', rfc3339(t.updated_at), 'first_response_at', rfc3339(t.first_response_at),
         'resolved_at', rfc3339(t.resolved_at),
         'tags', t.tags, 'followers', t.followers,
         'links', CASE WHEN t.linked THEN ticket_links(t.id) ELSE '[]' END,
         'snoozed_until', rfc3339(t.snoozed_until), 'woken_at', rfc3339(t.woken_at),
         'deleted_at', rfc3339(t.deleted_at), 'merged_into', t.merged_into,
         'participants', CASE WHEN t.participants = '{}' THEN '[]' ELSE ticket_participants(t.participants) END,
         'closed_at', rfc3339(t.closed_at), 'follow_up_of', t.follow_up_of, 'revision', t.revision) AS json
FROM ticket t
JOIN department d ON d.id = t.department_id
JOIN app_user u ON u.id = t.customer_id
LEFT JOIN app_user a ON a.id = t.assigned_to
LEFT JOIN agent g ON g.user_id = t.assigned_to;

CREATE VIEW ticket_for_customer AS
SELECT t.id, t.customer_id,
       json_build_object(
         'id', t.id, 'ticket_number', ticket_number(t.id), 'channel', t.channel, 'subject', t.subject,
         'status', t.status, 'priority', t.priority, 'category', t.category, 'language', t.language,
         'department', json_build_object('id', d.id, 'name', d.name),
         -- The address is for its owner, not for others who take part.
         'user', json_build_object('id', u.id, 'name', u.name,
                                   'email', CASE WHEN t.participants = '{}' THEN u.email END),
         'assigned_to', CASE WHEN a.id IS NOT NULL
           THEN json_build_object('id', a.id, 'name', a.name, 'presence', coalesce(g.presence, 'offline')) END,
         'waiting', t.waiting, 'last_seq', t.last_public_seq,
         'user_read_seq', t.user_read_public_seq, 'agent_read_seq', t.agent_read_public_seq,
         'user_delivered_seq', t.user_delivered_public_seq, 'agent_delivered_seq', t.agent_delivered_public_seq,
         'user_unread_count', t.user_unread_count,
         'last_message', CASE WHEN t.last_message_preview IS NOT NULL
           THEN json_build_object('preview', t.last_message_preview, 'author_role', t.last_message_role) END,
         'last_message_at', rfc3339(t.last_message_at), 'created_at', rfc3339(t.created_at),
         'updated_at', rfc3339(t.updated_at), 'resolved_at', rfc3339(t.resolved_at),
         -- Where the customer is no part of, the customer is not led.
         'merged_into', CASE WHEN t.merged_into IS NOT NULL THEN (
           SELECT o.id FROM ticket o WHERE o.id = t.merged_into AND ticket_takes_part(o, t.customer_id)) END,
         'participants', CASE WHEN t.participants = '{}' THEN '[]' ELSE ticket_participants(t.participants) END,
         'closed_at', rfc3339(t.closed_at), 'follow_up_of', t.follow_up_of, 'revision', t.revision) AS json
FROM ticket t
JOIN department d ON d.id = t.department_id
JOIN app_user u ON u.id = t.customer_id
LEFT JOIN app_user a ON a.id = t.assigned_to
LEFT JOIN agent g ON g.user_id = t.assigned_to;

-- Where a message that a merge brought was said first, counted as the reader counts; NULL for any
-- other. A note has no number among the public ones, and its reader is staff.
CREATE FUNCTION message_origin (m message, for_staff boolean) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN m.origin_ticket IS NOT NULL THEN json_build_object(
           'ticket_id', m.origin_ticket, 'ticket_number', ticket_number(m.origin_ticket),
           'seq', CASE WHEN for_staff THEN m.origin_seq ELSE m.origin_public_seq END) END
$$;

-- A file as it stands in messages.
CREATE FUNCTION attachment_json (a attachment) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object(
           'id', a.id, 'name', a.name, 'type', a.type, 'size', a.size, 'width', a.width, 'height', a.height,
           'state', a.state, 'thumbnail', a.thumbnail_id IS NOT NULL)
$$;

CREATE FUNCTION attachments_json (ids bigint[]) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(attachment_json(a) ORDER BY given.place), '[]')
  FROM unnest(ids) WITH ORDINALITY AS given (id, place) JOIN attachment a ON a.id = given.id
$$;

-- What a message without words is called in lists: its first file.
CREATE FUNCTION message_words (body text, attachments bigint[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN body = '' AND attachments <> '{}' THEN (SELECT a.name FROM attachment a WHERE a.id = attachments[1])
              ELSE body END
$$;

-- What kind of message one with these files is.
CREATE FUNCTION message_type (attachments bigint[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN attachments = '{}' THEN 'text' ELSE (
           SELECT CASE WHEN bool_and(a.type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp'))
                    THEN 'image' ELSE 'file' END
           FROM attachment a WHERE a.id = ANY (attachments)) END
$$;

-- A message as everybody sees it who may see it at all, without its number: sides count differently,
-- so lists put the reader's own in front, and of an event the frame carries it.
CREATE FUNCTION message_json (m message, author app_user, for_staff boolean DEFAULT false)
RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'id', m.id, 'ticket_id', m.ticket_id, 'client_id', m.client_id, 'type', m.type,
           'author', CASE WHEN m.type <> 'system'
             THEN json_build_object('id', author.id, 'name', author.name, 'role', author.role) END,
           'body', m.body, 'data', m.data, 'spans', m.spans,
           'attachments', CASE WHEN m.attachments = '{}' THEN '[]' ELSE attachments_json(m.attachments) END,
           'is_internal', m.is_internal, 'mentions', m.mentions, 'edited_at', rfc3339(m.edited_at),
           'taken_back_at', rfc3339(m.taken_back_at), 'origin', message_origin(m, for_staff),
           'created_at', rfc3339(m.created_at))
$$;

CREATE FUNCTION message_numbered (number integer, message json) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT ('{"seq":' || number || ',' || substr(message::text, 2))::json
$$;

CREATE VIEW message_for_staff AS
SELECT m.id, m.ticket_id, m.seq, message_numbered(m.seq, message_json(m, u, true)) AS json
FROM message m LEFT JOIN app_user u ON u.id = m.author_id;

-- Whatever reads messages for a customer reads this: notes are not in it.
CREATE VIEW message_for_customer AS
SELECT m.id, m.ticket_id, m.public_seq AS seq, message_numbered(m.public_seq, message_json(m, u)) AS json
FROM message m LEFT JOIN app_user u ON u.id = m.author_id
WHERE NOT m.is_internal;

-- The moment that a page's `next` names, exact to the microsecond.
CREATE FUNCTION list_moment (microseconds bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT timestamptz 'epoch' + microseconds * interval '1 microsecond'
$$;
