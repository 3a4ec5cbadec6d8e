-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The audit: who changed what, from where, when, and what it was before. Triggers write it in the
-- transaction of the change, so no handler has to call it and none can forget it; db/ tells the
-- transaction who acts. Entries are never changed; whole months go when they are old enough.

CREATE FUNCTION acting_address () RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('deskbell.address', true), '')
$$;

CREATE FUNCTION acting_request () RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('deskbell.request', true), '')
$$;

CREATE SEQUENCE audit_entry_id_seq;

-- `target` is what kind of thing was changed and `target_id` which one; of what belongs to something
-- (an agent's skill) it is the id of that. `before` and `after` hold only what differs.
CREATE TABLE audit_entry (
  id bigint NOT NULL DEFAULT nextval('audit_entry_id_seq'),
  at timestamptz NOT NULL DEFAULT now(),
  -- NULL: the server by itself, its operator's command line, or somebody who is not signed in.
  actor_id bigint DEFAULT acting_user(),
  address text DEFAULT acting_address(),
  request_id text DEFAULT acting_request(),
  action text NOT NULL,
  target text NOT NULL,
  target_id bigint,
  before jsonb,
  after jsonb
) PARTITION BY RANGE (at);

CREATE INDEX audit_entry_by_time ON audit_entry (at, id);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, at, id);
CREATE INDEX audit_entry_by_target ON audit_entry (target, target_id, at, id);

CREATE FUNCTION audit_entry_stays () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what the audit holds is never changed';
END $$;

CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays();

-- What an admin decides about the audit, one row.
CREATE TABLE audit_setting (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- For how many whole months entries are kept; 0 is for ever.
  keep_months integer NOT NULL DEFAULT 24 CHECK (keep_months BETWEEN 0 AND 120)
);

INSERT INTO audit_setting DEFAULT VALUES;

-- Makes the partitions of this month and the next. As of events, there is none for the rest.
CREATE FUNCTION audit_partitions_ahead () RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  month date;
  name text;
  made integer := 0;
BEGIN
  FOR month IN SELECT generate_series(0, 1) * interval '1 month' + date_trunc('month', now() AT TIME ZONE 'UTC') LOOP
    name := 'audit_entry_' || to_char(month, 'YYYYMM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)', name,
                     month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
      EXECUTE format('CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON %I '
                     'FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()', name);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

SELECT audit_partitions_ahead();

-- The statements that take months away which are not kept any more, to be run one by one as those of
-- event_partitions_behind(); that they went is itself an entry.
CREATE FUNCTION audit_partitions_behind () RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  old record;
  entries bigint;
BEGIN
  FOR old IN
    SELECT c.relname AS name, i.inhrelid IS NOT NULL AS attached
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid, audit_setting s
    WHERE c.relname ~ '^audit_entry_[0-9]{6}$' AND c.relkind = 'r' AND s.keep_months > 0
      AND to_date(right(c.relname, 6), 'YYYYMM')
          < date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => s.keep_months)
    ORDER BY c.relname
  LOOP
    IF old.attached THEN
      EXECUTE format('SELECT count(*) FROM %I', old.name) INTO entries;
      PERFORM audit_note('dropped', 'audit', NULL,
                         jsonb_build_object('month', to_char(to_date(right(old.name, 6), 'YYYYMM'), 'YYYY-MM'),
                                            'entries', entries));
      RETURN NEXT format('ALTER TABLE audit_entry DETACH PARTITION %I CONCURRENTLY', old.name);
    END IF;
    RETURN NEXT format('DROP TABLE %I', old.name);
  END LOOP;
END $$;

-- An entry for what no row tells of: a failed sign-in, an export.
CREATE FUNCTION audit_note (what text, of_target text, of_id bigint, detail jsonb DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO audit_entry (action, target, target_id, after) VALUES (what, of_target, of_id, detail)
$$;

-- Whether a column holds what nobody may read, also not here.
CREATE FUNCTION audit_is_secret (name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT name ~ '(^|_)(hash|hashes|secret|secrets|key|keys|token|tokens|seal|password|passphrase)$'
$$;

-- `image`, a row, with … in the place of every secret that is set; so one sees that it was changed.
CREATE FUNCTION audit_open (image jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT jsonb_object_keys(image) LOOP
    IF audit_is_secret(name) AND image->name <> 'null' THEN
      image := jsonb_set(image, ARRAY[name], '"…"');
    ELSIF jsonb_typeof(image->name) = 'object' THEN
      image := jsonb_set(image, ARRAY[name], audit_open(image->name));
    END IF;
  END LOOP;
  RETURN image;
END $$;

-- The journal of a table: its arguments are the target, the column that holds the target's id (or
-- nothing), and the columns that are not journalled.
CREATE FUNCTION audit_row () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  omitted text[] := tg_argv[2]::text[] || tg_argv[1];
  was jsonb := to_jsonb(old);
  becomes jsonb := to_jsonb(new);
  thing bigint := coalesce(becomes, was) ->> tg_argv[1];
  same text[];
BEGIN
  was := was - omitted;
  becomes := becomes - omitted;
  IF tg_op = 'UPDATE' THEN
    same := ARRAY(SELECT key FROM jsonb_each(becomes) WHERE value = was->key);
    was := was - same;
    becomes := becomes - same;
    IF becomes = '{}' THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO audit_entry (action, target, target_id, before, after)
  VALUES (CASE tg_op WHEN 'INSERT' THEN 'created' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END,
          tg_argv[0], thing, audit_open(was), audit_open(becomes));
  RETURN NULL;
END $$;

-- Keeps a journal of `relation`, see audit_row(); again after a column was added. An update that sets
-- none but `omitted` columns costs nothing. `inserts`, `updates` and `deletes` are conditions of old and
-- new rows, NULL for never.
CREATE FUNCTION audit_watch (
  relation regclass, target text, id_column text, omitted text[] DEFAULT '{}', inserts text DEFAULT 'true',
  updates text DEFAULT 'true', deletes text DEFAULT 'true')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  watched text := (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attname <> ALL (omitted));
  change record;
BEGIN
  FOR change IN
    SELECT * FROM (VALUES ('INSERT', 'audited_insert', inserts), ('UPDATE OF ' || watched, 'audited_update', updates),
                          ('DELETE', 'audited_delete', deletes)) AS v (event, name, condition)
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', change.name, relation);
    IF change.condition IS NOT NULL THEN
      EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION audit_row(%L, %L, %L)',
                     change.name, change.event, relation, change.condition, target, id_column, omitted);
    END IF;
  END LOOP;
END $$;

-- Every table that people change. tests/server/test_audit.py knows the others, and why not.

-- Whoever only visits changes nothing; the visit's session knows from where.
SELECT audit_watch('app_user', 'account', 'id', '{created_at, last_seen_at, revision, search_text}',
                   'NOT new.is_visitor');
SELECT audit_watch('second_factor', 'second_factor', 'user_id', '{created_at, last_step}');
-- A code goes when it is used, or when others take the place of all.
SELECT audit_watch('recovery_code', 'recovery_code', 'user_id', inserts => NULL, updates => NULL);
SELECT audit_watch('identity_provider', 'identity_provider', 'id', '{created_at}');
SELECT audit_watch('linked_identity', 'linked_identity', 'id', '{created_at, used_at}');
SELECT audit_watch('identity_signer', 'identity_signer', 'id', '{created_at, used_at}');
SELECT audit_watch('customer_block', 'customer_block', 'id', '{created_at}');
SELECT audit_watch('invitation', 'invitation', 'id', '{created_at}');
-- That a way back was asked for; using it changes the account.
SELECT audit_watch('password_reset', 'password_reset', 'user_id', updates => NULL, deletes => NULL);
SELECT audit_watch('api_key', 'api_key', 'id', '{session_id, created_at, last_used_at}');
SELECT audit_watch('role_permission', 'role_permission', '');
SELECT audit_watch('department', 'department', 'id', '{is_open, opened_at, next_open_at}');
SELECT audit_watch('agent', 'agent', 'user_id',
                   '{presence, last_assigned_at, missed_offers, stepped_away, away_until}');
SELECT audit_watch('agent_department', 'agent_department', 'agent_id', '{turn_at}');
SELECT audit_watch('agent_load', 'agent_capacity', 'agent_id', '{load}');
SELECT audit_watch('agent_skill', 'agent_skill', 'agent_id');
SELECT audit_watch('skill', 'skill', 'id');
SELECT audit_watch('category', 'category', 'id');
SELECT audit_watch('priority', 'priority', 'id');
SELECT audit_watch('status_move', 'status_move', '');
SELECT audit_watch('channel_weight', 'queue_settings', '');
SELECT audit_watch('queue_setting', 'queue_settings', '', '{only_one}');
SELECT audit_watch('ticket_setting', 'ticket_settings', '', '{only_one}');
SELECT audit_watch('attachment_setting', 'attachment_settings', '', '{only_one}');
SELECT audit_watch('widget_setting', 'widget_settings', '', '{only_one}');
SELECT audit_watch('audit_setting', 'audit_settings', '', '{only_one}');
SELECT audit_watch('quick_reply', 'quick_reply', 'id', '{created_at, updated_at, revision}');
SELECT audit_watch('saved_view', 'view', 'id', '{created_at, updated_at, revision}');
-- What staff think of a customer is not said twice.
SELECT audit_watch('customer_note', 'customer_note', 'customer_id', '{body, created_at}');
SELECT audit_watch('ticket_link', 'ticket_link', 'ticket_id');
SELECT audit_watch('ticket_merge', 'ticket_merge', 'source_id', '{source_before, target_before, target_after}');

-- What people do to a ticket, not what messages and the queue make of it: of that the thread tells,
-- which lasts as long. Who began a ticket of their own is its customer.
SELECT audit_watch('ticket', 'ticket', 'id', omitted, 'new.created_by <> new.customer_id AND ' || acting, acting,
                   NULL)
FROM (VALUES ('current_setting(''deskbell.actor'', true) <> ''''', ARRAY[
  'lane_id', 'preferred_agent', 'routed_by', 'unsorted', 'facet', 'draft', 'hidden', 'linked', 'woken_at', 'waiting',
  'enqueued_at', 'rank_at',
  'waiting_since', 'handed_over_at', 'last_seq', 'last_public_seq', 'agent_read_seq', 'agent_read_public_seq',
  'user_read_seq', 'user_read_public_seq', 'agent_delivered_seq', 'agent_delivered_public_seq', 'user_delivered_seq',
  'user_delivered_public_seq', 'agent_unread_count', 'user_unread_count', 'last_message_preview', 'last_message_role',
  'last_message_at', 'listed_at', 'created_at', 'updated_at', 'first_response_at', 'first_response_by', 'resolved_at',
  'closed_at', 'handled_by', 'revision', 'created_by', 'idempotency_key', 'request_digest']))
  AS given (acting, omitted);

-- A deleted ticket that is gone for good: that it was there, and nothing of what stood in it.
CREATE FUNCTION audit_purge () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_entry (action, target, target_id, before)
  VALUES ('purged', 'ticket', old.id, jsonb_build_object('deleted_at', old.deleted_at, 'deleted_by', old.deleted_by));
  RETURN NULL;
END $$;

CREATE TRIGGER audited_purge AFTER DELETE ON ticket FOR EACH ROW
WHEN (NOT old.draft) EXECUTE FUNCTION audit_purge();

-- That a message was edited or taken back; what it said stands in its own versions, as long as it is
-- there.
CREATE FUNCTION audit_message () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_entry (actor_id, action, target, target_id, after)
  SELECT coalesce(acting_user(), new.actor_id), new.action, 'message', new.message_id,
         jsonb_build_object('ticket_id', m.ticket_id, 'version', new.version)
  FROM message m WHERE m.id = new.message_id;
  RETURN NULL;
END $$;

CREATE TRIGGER audited_insert AFTER INSERT ON message_version FOR EACH ROW
WHEN (new.action <> 'written') EXECUTE FUNCTION audit_message();

-- Signing in and out. A visitor's session has no refresh token.
CREATE FUNCTION audit_session () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_entry (actor_id, action, target, target_id, after)
  VALUES (CASE tg_op WHEN 'INSERT' THEN new.user_id ELSE acting_user() END,
          CASE tg_op WHEN 'INSERT' THEN 'signed_in' ELSE 'signed_out' END, 'account', new.user_id,
          jsonb_build_object('session', new.number, 'means', new.means, 'address', new.address,
                             'user_agent', new.user_agent));
  RETURN NULL;
END $$;

CREATE TRIGGER audited_insert AFTER INSERT ON session FOR EACH ROW
WHEN (new.refresh_hash IS NOT NULL) EXECUTE FUNCTION audit_session();
CREATE TRIGGER audited_update AFTER UPDATE OF revoked_at ON session FOR EACH ROW
WHEN (old.revoked_at IS NULL AND new.revoked_at IS NOT NULL) EXECUTE FUNCTION audit_session();

-- What an entry has to be to be found; NULL is any.
CREATE TYPE audit_filter AS (
  actor bigint, -- 0 for nobody
  action text[],
  target text,
  target_id bigint,
  address text,
  since timestamptz,
  until timestamptz,
  words text -- that stand in it, in any case
);

CREATE FUNCTION audit_matches (e audit_entry, f audit_filter) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT (f.actor IS NULL OR coalesce(e.actor_id, 0) = f.actor)
         AND (f.action IS NULL OR e.action = ANY (f.action))
         AND (f.target IS NULL OR e.target = f.target) AND (f.target_id IS NULL OR e.target_id = f.target_id)
         AND (f.address IS NULL OR e.address = f.address)
         AND (f.words IS NULL OR strpos(
           lower(concat_ws(' ', e.action, e.target, e.target_id, e.address, e.request_id, e.before, e.after)),
           lower(f.words)) > 0)
$$;

-- The newest `most` entries that match, behind the entry (after_at, after_id) unless that is NULL. A
-- page looks at 20,000 entries at most; behind what it shows, or has looked at, comes a row that is not
-- `shown` and says where to go on, unless there is nothing more.
CREATE FUNCTION audit_find (f audit_filter, after_at timestamptz, after_id bigint, most integer)
RETURNS TABLE (entry audit_entry, shown boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
  next_entry audit_entry;
  place audit_entry;
  looked integer := 0;
  count integer := 0;
BEGIN
  FOR next_entry IN EXECUTE
    'SELECT * FROM audit_entry WHERE at >= $1 AND at < $2 AND (at, id) < ($3, $4)'
    || CASE WHEN f.target IS NOT NULL THEN ' AND target = $5' ELSE '' END
    || CASE WHEN f.target IS NOT NULL AND f.target_id IS NOT NULL THEN ' AND target_id = $6' ELSE '' END
    || CASE WHEN f.actor > 0 THEN ' AND actor_id = $7' ELSE '' END
    || ' ORDER BY at DESC, id DESC'
    USING coalesce(f.since, '-infinity'), coalesce(f.until, 'infinity'), coalesce(after_at, 'infinity'),
          coalesce(after_id, 0), f.target, f.target_id, f.actor
  LOOP
    IF count = most OR looked = 20000 THEN
      entry := place;
      shown := false;
      RETURN NEXT;
      RETURN;
    END IF;
    looked := looked + 1;
    place := next_entry;
    IF audit_matches(next_entry, f) THEN
      count := count + 1;
      entry := next_entry;
      shown := true;
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION audit_json (e audit_entry) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
    'id', e.id, 'at', rfc3339(e.at),
    'actor', (SELECT json_build_object('id', id, 'name', name, 'role', role) FROM app_user WHERE id = e.actor_id),
    'address', e.address, 'request_id', e.request_id, 'action', e.action,
    'target', json_build_object('type', e.target, 'id', e.target_id), 'before', e.before, 'after', e.after)
$$;

-- A line of a CSV file (RFC 4180). What a spreadsheet would take for a formula is made text.
CREATE FUNCTION csv_line (VARIADIC fields text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(
           '"' || CASE WHEN field ~ '^[=+@\t\r\n-]' THEN '''' ELSE '' END || replace(coalesce(field, ''), '"', '""')
           || '"', ',' ORDER BY place) || E'\r\n'
  FROM unnest(fields) WITH ORDINALITY AS f (field, place)
$$;

CREATE FUNCTION audit_csv (e audit_entry) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT csv_line(e.id::text, rfc3339(e.at), e.actor_id::text, (SELECT name FROM app_user WHERE id = e.actor_id),
                  e.address, e.request_id, e.action, e.target, e.target_id::text, e.before::text, e.after::text)
$$;
