-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What stands between a person and a session: wrong tries and how long they cost, the second step,
-- invitations, ways back for who forgot a password, keys for programs.

-- Tries that were wrong, or were not found right yet. What was tried is kept as a hash: of an
-- address with an account, of either alone. Rows go a day after the last try.
CREATE TABLE wrong_try (
  subject bytea PRIMARY KEY,
  tries integer NOT NULL,
  last_at timestamptz NOT NULL,
  locked_until timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE INDEX wrong_try_by_age ON wrong_try (last_at);

-- A household or an attacker has 2⁶⁴ addresses of IPv6: those count by network.
CREATE FUNCTION client_network (address text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE family(address::inet) WHEN 6 THEN network(set_masklen(address::inet, 64))::text ELSE address END
$$;

-- Whether an account has signed in from this network before: the account of an e-mail address, or of an id.
CREATE FUNCTION try_is_at_home (kind text, who text, network text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM session s
    WHERE s.user_id = CASE kind
            WHEN 'code' THEN who::bigint
            ELSE (SELECT u.id FROM app_user u WHERE lower(u.email) = lower(who) AND NOT u.is_visitor) END
      AND s.address IS NOT NULL AND client_network(s.address) = network)
$$;

-- What a try counts for: how many are free there, and how long a lock becomes at most. Whoever is at
-- home counts for themselves alone, so that strangers cannot lock them out.
CREATE FUNCTION try_rules (kind text, who text, network text)
RETURNS TABLE (subject bytea, free integer, longest interval, is_pair boolean)
LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n', kind, rule.whose, rule.whence), 'UTF8')),
         rule.free, rule.longest, rule.is_pair
  FROM (VALUES (lower(who), network, 5, interval '1 hour', true),
               (lower(who), '', 50, interval '15 minutes', false),
               ('', network, 30, interval '15 minutes', false)) AS rule (whose, whence, free, longest, is_pair)
  WHERE rule.is_pair OR NOT try_is_at_home(kind, who, network)
$$;

-- Lets a try pass, and counts it as wrong until try_right() says otherwise, so that many at once are
-- no more than one after the other; or answers until when none passes. Each after the free ones
-- doubles the wait, from 30 seconds on.
CREATE FUNCTION try_admit (kind text, who text, address text) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  network text := client_network(address);
  moment timestamptz;
  locked timestamptz;
BEGIN
  -- In one order, so that two never wait for each other.
  INSERT INTO wrong_try AS w (subject, tries, last_at)
  SELECT r.subject, 0, clock_timestamp() FROM try_rules(kind, who, network) AS r ORDER BY r.subject
  ON CONFLICT (subject) DO UPDATE
  SET tries = CASE WHEN w.last_at < clock_timestamp() - interval '1 day' THEN 0 ELSE w.tries END;
  moment := clock_timestamp();
  SELECT max(w.locked_until) INTO locked
  FROM wrong_try w JOIN try_rules(kind, who, network) AS r USING (subject);
  IF locked > moment THEN
    RETURN locked;
  END IF;
  UPDATE wrong_try w
  SET tries = w.tries + 1, last_at = moment,
      locked_until = CASE WHEN w.tries + 1 < r.free THEN '-infinity'
        ELSE moment + least(r.longest, interval '30 seconds' * 2 ^ least(w.tries + 1 - r.free, 20)) END
  FROM try_rules(kind, who, network) AS r WHERE w.subject = r.subject;
  RETURN NULL;
END $$;

-- Takes back what try_admit() counted. The address with the account begins anew.
CREATE FUNCTION try_right (kind text, who text, address text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  network text := client_network(address);
BEGIN
  PERFORM FROM wrong_try WHERE subject IN (SELECT r.subject FROM try_rules(kind, who, network) AS r)
  ORDER BY subject FOR UPDATE;
  UPDATE wrong_try w SET tries = CASE WHEN r.is_pair THEN 0 ELSE w.tries - 1 END, locked_until = '-infinity'
  FROM try_rules(kind, who, network) AS r WHERE w.subject = r.subject;
END $$;

-- A second step at sign-in: codes of an authenticator app. The secret is encrypted under a key in the
-- data folder; until `confirmed_at` it is only being set up.
CREATE TABLE second_factor (
  user_id bigint PRIMARY KEY REFERENCES app_user,
  sealed_secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz,
  -- The time step of the newest code that was used: neither that one nor an older one counts again.
  last_step bigint NOT NULL DEFAULT 0
);

-- For who lost the phone: each is good once.
CREATE TABLE recovery_code (
  user_id bigint NOT NULL REFERENCES second_factor ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- Somebody has proved the first half of who they are, and has some minutes for the second one.
CREATE TABLE sign_in_challenge (
  token_hash bytea PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES app_user,
  means text NOT NULL,
  expires_at timestamptz NOT NULL,
  tries integer NOT NULL DEFAULT 0
);

CREATE INDEX sign_in_challenge_by_user ON sign_in_challenge (user_id);
CREATE INDEX sign_in_challenge_by_end ON sign_in_challenge (expires_at);
