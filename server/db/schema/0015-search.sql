-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The search index. It knows text only: what may be seen, and by whom, is asked of tickets and
-- messages when something was found, so it can be late but never wrong. It is filled behind the
-- writers' backs (search_take() and what follows it), since a GIN index in their transactions would
-- make them wait.
--
-- The server cuts text into terms (text/words.c) and hands them over as tsvectors.

-- Corrects slips of the pen. Comes with PostgreSQL's contrib modules.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Partitions by `at`, when the message was written or the ticket made; a search walks them newest first.
CREATE TABLE message_search (
  at timestamptz NOT NULL,
  id bigint NOT NULL,
  terms tsvector NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

CREATE INDEX message_search_terms ON message_search USING gin (terms);

CREATE TABLE ticket_search (
  at timestamptz NOT NULL,
  id bigint NOT NULL,
  terms tsvector NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

CREATE INDEX ticket_search_terms ON ticket_search USING gin (terms);

-- Names, addresses and numbers of customers.
CREATE TABLE customer_search (
  at timestamptz NOT NULL,
  id bigint NOT NULL,
  terms tsvector NOT NULL,
  PRIMARY KEY (at, id)
);

CREATE INDEX customer_search_terms ON customer_search USING gin (terms);
ALTER TABLE customer_search ALTER terms SET STATISTICS 0;

-- Every word that was ever indexed, and about how often: what a slip is corrected to, and the other
-- forms of a word. `stem` is what its forms have in common.
CREATE TABLE search_word (
  word text COLLATE "C" PRIMARY KEY,
  stem text COLLATE "C" NOT NULL,
  uses bigint NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX search_word_forms ON search_word (stem);
CREATE INDEX search_word_slips ON search_word USING gin (word gin_trgm_ops);

-- By which version of the server's cutting the index was made, and of which epoch's events; and what
-- has still to be read of everything that was there before: ids below these.
CREATE TABLE search_rebuild (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  version integer NOT NULL,
  epoch text NOT NULL,
  messages_below bigint NOT NULL,
  tickets_below bigint NOT NULL,
  customers_below bigint NOT NULL
);

-- From here on events tell what is new.
SELECT event_take('search', 1);

-- What a customer is called is news for the index alone.
CREATE FUNCTION customer_named () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event (kind, audience, data) VALUES ('customer.named', 'server', json_build_object('user_id', new.id));
  RETURN NULL;
END $$;

CREATE TRIGGER customer_named AFTER INSERT OR UPDATE OF name, email, phone, company ON app_user
FOR EACH ROW WHEN (new.role = 'customer') EXECUTE FUNCTION customer_named();

-- What is gone is forgotten.
CREATE FUNCTION search_forget () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I WHERE at = $1 AND id = $2', tg_argv[0]) USING old.created_at, old.id;
  RETURN NULL;
END $$;

CREATE TRIGGER search_forget AFTER DELETE ON message
FOR EACH ROW EXECUTE FUNCTION search_forget('message_search');
CREATE TRIGGER search_forget AFTER DELETE ON ticket
FOR EACH ROW EXECUTE FUNCTION search_forget('ticket_search');

-- Makes the partition of a moment, when there is none: a month of messages, a quarter of the fewer tickets. It is
-- called by its first month. Attached rather than created in place, which would stop every search for the
-- moment. There is but one way to find terms, and reading statistics of them would take the planner longer
-- than the search.
CREATE FUNCTION search_partition (source text, moment timestamp) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  months integer := CASE source WHEN 'ticket_search' THEN 3 ELSE 1 END;
  first date := date_trunc(CASE months WHEN 3 THEN 'quarter' ELSE 'month' END, moment);
  name text := source || '_' || to_char(first, 'YYYYMM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, source);
    EXECUTE format('ALTER TABLE %I ALTER terms SET STATISTICS 0', name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', source, name,
                   first || ' 00:00+00', (first + make_interval(months => months))::date || ' 00:00+00');
  END IF;
END $$;

-- Makes the partitions of the given moments, if `source` has any.
CREATE FUNCTION search_partitions (source text, moments timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM search_partition(source, months.month)
  FROM (SELECT DISTINCT date_trunc('month', moment AT TIME ZONE 'UTC') AS month
        FROM unnest(moments) AS moment ORDER BY 1) AS months
  WHERE EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(source));
END $$;

-- Makes the partitions of this month and the next two.
CREATE FUNCTION search_partitions_ahead () RETURNS void LANGUAGE sql AS $$
  SELECT search_partitions(source, ARRAY[now(), now() + interval '1 month', now() + interval '2 months'])
  FROM unnest(ARRAY['message_search', 'ticket_search']) AS source
$$;

SELECT search_partitions_ahead();

-- What the forms of a word have in common. The script says which language's endings to look at;
-- where there are several, the most spoken one's. Bengali's are ours: articles, plurals, cases.
CREATE FUNCTION search_stem (word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(CASE
    WHEN word ~ '^[a-z]' THEN (ts_lexize('english_stem', word))[1]
    WHEN word ~ '^[\u0400-\u04ff]' THEN (ts_lexize('russian_stem', word))[1]
    WHEN word ~ '^[\u0600-\u06ff]' THEN (ts_lexize('arabic_stem', word))[1]
    WHEN word ~ '^[\u0900-\u097f]' THEN (ts_lexize('hindi_stem', word))[1]
    WHEN word ~ '^[\u0980-\u09ff]' THEN
      substring(word, '^(.{3,}?)(?:গুলো|গুলি|দের|টি|টা|খানা|ের|েরা|রা|কে|তে|য়ে|র|ে)+$')
  END, word)
$$;

-- The texts to index behind ids; `source` is the table of the index that they belong into. A row is
-- missing when its thing is gone.
CREATE FUNCTION search_texts (sources text[], ids bigint[])
RETURNS TABLE (source text, id bigint, at timestamptz, body text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
    SELECT i.source, i.id, m.created_at, CASE WHEN m.type = 'system' THEN '' ELSE m.body END
    FROM unnest(sources, ids) AS i (source, id) JOIN message m ON m.id = i.id WHERE i.source = 'message_search';
  RETURN QUERY
    SELECT i.source, i.id, t.created_at, t.subject
    FROM unnest(sources, ids) AS i (source, id) JOIN ticket t ON t.id = i.id WHERE i.source = 'ticket_search';
  -- Who gave no name is called by a number, and numbers are looked up apart.
  RETURN QUERY
    SELECT i.source, i.id, u.created_at,
           concat_ws(E'\n', CASE WHEN NOT u.is_visitor OR position(u.id::text IN u.name) = 0 THEN u.name END, u.email,
                     u.company, u.phone)
    FROM unnest(sources, ids) AS i (source, id) JOIN app_user u ON u.id = i.id AND u.role = 'customer'
    WHERE i.source = 'customer_search';
END $$;

-- The next texts to index that events tell of: of at most `most` events, exactly once in all; see
-- event_take(). `events` is how many these were, on every row; there is always one.
CREATE FUNCTION search_take (most integer)
RETURNS TABLE (events integer, source text, id bigint, at timestamptz, body text) LANGUAGE plpgsql AS $$
DECLARE
  sources text[];
  ids bigint[];
BEGIN
  WITH taken AS MATERIALIZED (
    SELECT * FROM event_take('search', most)
  ),
  named AS (
    SELECT 'message_search' AS source, (e.data->'message'->>'id')::bigint AS id FROM taken e
    WHERE e.kind IN ('message.created', 'message.updated')
    UNION
    SELECT 'ticket_search', e.ticket_id FROM taken e
    WHERE e.kind = 'ticket.created' OR (e.kind = 'ticket.updated' AND e.data->'ticket'->>'subject' IS NOT NULL)
    UNION
    SELECT 'customer_search', (e.data->>'user_id')::bigint FROM taken e WHERE e.kind = 'customer.named'
  )
  SELECT (SELECT count(*) FROM taken), array_agg(n.source), array_agg(n.id) INTO events, sources, ids FROM named n;
  RETURN QUERY
    SELECT search_take.events, d.* FROM (SELECT) AS always LEFT JOIN search_texts(sources, ids) AS d ON true;
END $$;

-- The next texts to index of what was there before events told of it, newest first; in the shape of
-- search_take(). `events` is 0 when all is done.
CREATE FUNCTION search_take_old (most integer)
RETURNS TABLE (events integer, source text, id bigint, at timestamptz, body text) LANGUAGE plpgsql AS $$
DECLARE
  r search_rebuild;
  messages bigint[] := '{}';
  tickets bigint[] := '{}';
  customers bigint[] := '{}';
BEGIN
  SELECT * INTO r FROM search_rebuild WHERE messages_below + tickets_below + customers_below > 0 FOR UPDATE;
  IF FOUND THEN
    messages := ARRAY(SELECT m.id FROM message m WHERE m.id < r.messages_below ORDER BY m.id DESC LIMIT most);
    tickets := ARRAY(SELECT t.id FROM ticket t WHERE t.id < r.tickets_below ORDER BY t.id DESC LIMIT most / 4);
    customers := ARRAY(SELECT u.id FROM app_user u WHERE u.id < r.customers_below ORDER BY u.id DESC LIMIT most / 4);
    UPDATE search_rebuild SET
      messages_below = coalesce(messages[cardinality(messages)], 0),
      tickets_below = coalesce(tickets[cardinality(tickets)], 0),
      customers_below = coalesce(customers[cardinality(customers)], 0);
  END IF;
  RETURN QUERY
    SELECT cardinality(messages) + cardinality(tickets) + cardinality(customers), d.*
    FROM (SELECT) AS always
    LEFT JOIN search_texts(
      array_fill('message_search'::text, ARRAY[cardinality(messages)])
        || array_fill('ticket_search'::text, ARRAY[cardinality(tickets)])
        || array_fill('customer_search'::text, ARRAY[cardinality(customers)]),
      messages || tickets || customers) AS d ON true;
END $$;

-- Begins the index anew when another version of the server's cutting made it, or when the database
-- was restored: events that were not taken by then are lost. The same on the first start.
CREATE FUNCTION search_begin (current_version integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM search_rebuild r JOIN epoch e ON e.name = r.epoch WHERE r.version = current_version) THEN
    RETURN;
  END IF;
  TRUNCATE message_search, ticket_search, customer_search, search_word;
  INSERT INTO search_rebuild (version, epoch, messages_below, tickets_below, customers_below)
  VALUES (current_version, (SELECT name FROM epoch), 1 + coalesce((SELECT max(id) FROM message), 0),
          1 + coalesce((SELECT max(id) FROM ticket), 0), 1 + coalesce((SELECT max(id) FROM app_user), 0))
  ON CONFLICT (only_one) DO UPDATE SET
    version = excluded.version, epoch = excluded.epoch, messages_below = excluded.messages_below,
    tickets_below = excluded.tickets_below, customers_below = excluded.customers_below;
END $$;

-- Writes terms down, replacing what is there, and answers which partitions were touched.
CREATE FUNCTION search_put (source text, moments timestamptz[], ids bigint[], terms text[])
RETURNS SETOF oid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM search_partitions(source, moments);
  RETURN QUERY EXECUTE format(
    'WITH put AS (INSERT INTO %I AS s (at, id, terms) SELECT at, id, terms::tsvector FROM unnest($1, $2, $3) '
    'AS d (at, id, terms) ON CONFLICT (at, id) DO UPDATE SET terms = excluded.terms RETURNING s.tableoid) '
    'SELECT DISTINCT tableoid FROM put', source) USING moments, ids, terms;
END $$;

-- Adds `known` uses to words that are there, and writes those down that are not, with `fresh` uses.
CREATE FUNCTION search_count (words text[], known bigint[], fresh bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE search_word w SET uses = w.uses + i.uses FROM unnest(words, known) AS i (word, uses)
  WHERE i.uses > 0 AND w.word = i.word;
  INSERT INTO search_word (word, stem, uses)
  SELECT i.word, search_stem(i.word), i.uses FROM unnest(words, fresh) AS i (word, uses)
  WHERE NOT EXISTS (SELECT FROM search_word w WHERE w.word = i.word)
  ON CONFLICT (word) DO NOTHING;
END $$;

-- Moves what was just written from the indexes' pending lists, which a search reads from end to end, to its place.
CREATE FUNCTION search_tidy (partitions oid[]) RETURNS void LANGUAGE sql AS $$
  SELECT gin_clean_pending_list(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam AND a.amname = 'gin'
  WHERE i.indrelid = ANY (partitions) OR i.indrelid = 'search_word'::regclass
$$;

-- The newest rows of `source` that have the words, at most `most`, from `since` to before `upto`.
--
-- Partitions are walked newest first until there is enough. Which way is cheap in one depends on how common the
-- words are, alone and together, and that shows in the newest thousand rows. The GIN index finds all rows of a
-- partition that match; when these are far more than are wanted, reading the rows in their order costs
-- less. So no search reads much more than it finds, however large the index has become.
CREATE FUNCTION search_walk (source text, words tsquery, since timestamptz, upto timestamptz, most integer)
RETURNS TABLE (id bigint, at timestamptz, terms tsvector) LANGUAGE plpgsql STABLE ROWS 500 AS $$
DECLARE
  look constant integer := 1000;
  looked integer := 0;
  matched real := 0; -- of these
  walk integer;
  returned integer;
  part record;
  newest record;
  reached text; -- the first month of the partition before
  -- Where a walk ended.
  place_at timestamptz;
  place_id bigint;
BEGIN
  FOR part IN
    SELECT c.relname AS name, c.reltuples AS size, substring(c.relname, '\d+$') AS first_month
    FROM (SELECT inhrelid AS oid FROM pg_inherits WHERE inhparent = source::regclass
          UNION ALL SELECT source::regclass) AS p
    JOIN pg_class c ON c.oid = p.oid AND c.relkind = 'r'
    ORDER BY c.relname DESC
  LOOP
    EXIT WHEN most <= 0 OR reached <= to_char(since AT TIME ZONE 'UTC', 'YYYYMM');
    reached := part.first_month;
    CONTINUE WHEN reached > to_char(upto AT TIME ZONE 'UTC', 'YYYYMM');
    place_at := upto;
    place_id := -1;
    IF looked < look THEN
      EXECUTE format(
        'SELECT count(*) AS rows, count(*) FILTER (WHERE terms @@ $1) AS matched FROM ('
        'SELECT terms FROM %I WHERE at >= $2 AND at < $3 ORDER BY at DESC, id DESC LIMIT $4) AS newest',
        part.name) INTO newest USING words, since, upto, look - looked;
      looked := looked + newest.rows;
      matched := matched + newest.matched;
    END IF;
    IF 2 * part.size * matched * matched > most * looked::real * looked THEN
      walk := 1.2 * most * looked / matched;
      RETURN QUERY EXECUTE format(
        'SELECT id, at, terms FROM (SELECT * FROM %I WHERE at >= $2 AND at < $3 ORDER BY at DESC, id DESC LIMIT $4) '
        'AS newest WHERE terms @@ $1 LIMIT $5', part.name) USING words, since, upto, walk, most;
      GET DIAGNOSTICS returned = ROW_COUNT;
      most := most - returned;
      CONTINUE WHEN most <= 0;
      EXECUTE format('SELECT at, id FROM %I WHERE at >= $1 AND at < $2 ORDER BY at DESC, id DESC OFFSET $3 LIMIT 1',
                     part.name) INTO place_at, place_id USING since, upto, walk - 1;
      CONTINUE WHEN place_at IS NULL;
    END IF;
    RETURN QUERY EXECUTE format(
      'SELECT id, at, terms FROM (SELECT * FROM %I WHERE terms @@ $1 OFFSET 0) AS found '
      'WHERE at >= $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5', part.name)
      USING words, since, place_at, place_id, most;
    GET DIAGNOSTICS returned = ROW_COUNT;
    most := most - returned;
  END LOOP;
END $$;

-- The newest rows of `source` that match, at most `most`. The index does not know the order of words: a phrase is
-- looked for in the newest 2,000 rows that have them. Not where something is excluded, whose words may be there.
CREATE FUNCTION search_newest (source text, query tsquery, since timestamptz, upto timestamptz, most integer)
RETURNS TABLE (id bigint, at timestamptz, terms tsvector) LANGUAGE sql STABLE ROWS 500 AS $$
  SELECT w.id, w.at, w.terms
  FROM (SELECT CASE WHEN query::text LIKE '%!%' THEN query
                    ELSE regexp_replace(query::text, '<[-0-9]+>', '&', 'g')::tsquery END AS words OFFSET 0) AS q
  CROSS JOIN search_walk(
    source, q.words, since, upto, CASE WHEN q.words = query THEN most ELSE greatest(most, 2000) END) AS w
  WHERE w.terms @@ query
  ORDER BY w.at DESC, w.id DESC LIMIT most
$$;

-- How good a match is: words weigh more as they were typed than in another form, and an answer of today more
-- than one that is half a year old. `exact` is NULL when it is the same question.
CREATE FUNCTION search_rank (terms tsvector, query tsquery, exact tsquery, at timestamptz, moment timestamptz)
RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT (ts_rank(terms, query, 1) + coalesce(ts_rank(terms, exact, 1), 0))
         / (1 + abs(extract(epoch FROM moment - at)::double precision) / (180 * 86400))
$$;

-- Whether a ticket passes the filters of a search; NULL is no filter.
CREATE FUNCTION search_admits (
  t ticket, statuses ticket_status[], priorities text[], categories text[], department bigint, agent bigint,
  nobody boolean, with_tags text[])
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT (statuses IS NULL OR t.status = ANY (statuses))
     AND (priorities IS NULL OR t.priority = ANY (priorities))
     AND (categories IS NULL OR t.category = ANY (categories))
     AND (department IS NULL OR t.department_id = department)
     AND (agent IS NULL OR t.assigned_to = agent)
     AND (NOT nobody OR t.assigned_to IS NULL)
     AND (with_tags IS NULL OR t.tags @> with_tags)
$$;

-- The words of a question and what else they may stand for: other forms, and when `unfinished` how the last
-- one may end. A word that nobody has written, of which there is nothing else either, has the form NULL.
CREATE FUNCTION search_forms (words text[], unfinished boolean) RETURNS TABLE (place integer, form text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  asked text;
  root text;
  known boolean;
BEGIN
  FOR n IN 1 .. cardinality(words) LOOP
    asked := words[n];
    root := search_stem(asked);
    RETURN QUERY
      SELECT n, w.word::text FROM search_word w
      WHERE w.stem = root AND w.word <> asked ORDER BY w.uses DESC LIMIT 8;
    known := FOUND OR EXISTS (SELECT FROM search_word w WHERE w.word = asked);
    IF unfinished AND n = cardinality(words) THEN
      RETURN QUERY
        SELECT n, w.word::text FROM search_word w
        WHERE w.word > asked AND w.word < asked || chr(1114111) AND w.stem <> root ORDER BY w.uses DESC LIMIT 10;
      known := known OR FOUND;
    END IF;
    IF NOT known THEN
      RETURN QUERY SELECT n, NULL;
    END IF;
  END LOOP;
END $$;

-- What a word that nobody has written may have been meant to be, when it is wrong in so many places.
CREATE FUNCTION search_slips (asked text, places integer) RETURNS TABLE (form text) LANGUAGE plpgsql STABLE
SET pg_trgm.similarity_threshold = 0.2 AS $$
DECLARE
  -- One more than letters. Neighbours that changed places spoil four of them, any other slip three.
  trigrams constant integer := char_length(asked) + 1;
  shared constant real := trigrams - 3 * places - 1;
BEGIN
  PERFORM set_config('pg_trgm.similarity_threshold',
                     greatest(0.2, shared / (2 * trigrams - shared) - 0.01)::text, true);
  RETURN QUERY
    SELECT alike.word::text
    FROM (SELECT w.word, w.uses FROM search_word w
          WHERE w.word % asked
            AND char_length(w.word) BETWEEN char_length(asked) - places AND char_length(asked) + places
          ORDER BY similarity(w.word, asked) DESC LIMIT 40) AS alike
    ORDER BY alike.uses DESC;
END $$;
