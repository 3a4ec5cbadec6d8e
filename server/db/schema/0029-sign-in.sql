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
  UPDATE wrong_try w
  SET tries = CASE WHEN r.is_pair THEN 0 ELSE greatest(w.tries - 1, 0) END, locked_until = '-infinity'
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

-- Somebody who is to answer customers, before there is an account. Whoever has the code makes it.
CREATE TABLE invitation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  -- As who invites calls them; the invited has the last word.
  name text,
  role user_role NOT NULL CHECK (role <> 'customer'),
  departments bigint[] NOT NULL,
  code_hash bytea NOT NULL UNIQUE,
  invited_by bigint NOT NULL REFERENCES app_user,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  user_id bigint REFERENCES app_user
);

-- An address has one that is open; sending it again makes that one new.
CREATE UNIQUE INDEX invitation_open ON invitation (lower(email)) WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE FUNCTION invitation_json (i invitation) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'id', i.id, 'email', i.email, 'name', i.name, 'role', i.role, 'departments', i.departments,
           'state', CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
                         WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END,
           'invited_by', (
             SELECT json_build_object('id', u.id, 'name', u.name) FROM app_user u WHERE u.id = i.invited_by),
           'created_at', rfc3339(i.created_at), 'expires_at', rfc3339(i.expires_at),
           'accepted_at', rfc3339(i.accepted_at), 'user_id', i.user_id)
$$;

-- Invites an address. Answers `done` or `unknown_department`; raises user_email_taken for one that has
-- an account, invitation_open for one that is invited.
CREATE FUNCTION invitation_add (
  who bigint, address text, called text, new_role user_role, serves bigint[], hash bytea, lifetime interval)
RETURNS TABLE (outcome text, json json) LANGUAGE plpgsql AS $$
DECLARE
  i invitation;
BEGIN
  outcome := 'unknown_department';
  IF NOT EXISTS (SELECT unnest(serves) EXCEPT SELECT id FROM department WHERE is_active) THEN
    IF EXISTS (SELECT FROM app_user WHERE lower(email) = lower(address) AND NOT is_visitor) THEN
      RAISE unique_violation USING CONSTRAINT = 'user_email_taken';
    END IF;
    INSERT INTO invitation (email, name, role, departments, code_hash, invited_by, expires_at)
    VALUES (address, called, new_role, serves, hash, who, now() + lifetime) RETURNING * INTO i;
    outcome := 'done';
    json := invitation_json(i);
  END IF;
  RETURN NEXT;
END $$;

-- Gives an invitation that is not used yet a new code (`hash`) and a new life, or, without one, revokes
-- it. Answers `done`, `not_found`, or `conflict` for one that was accepted or revoked.
CREATE FUNCTION invitation_renew (which bigint, hash bytea, lifetime interval)
RETURNS TABLE (outcome text, json json) LANGUAGE plpgsql AS $$
DECLARE
  i invitation;
BEGIN
  UPDATE invitation SET code_hash = coalesce(hash, code_hash), expires_at = coalesce(now() + lifetime, expires_at),
                        revoked_at = CASE WHEN hash IS NULL THEN now() END
  WHERE id = which AND accepted_at IS NULL AND revoked_at IS NULL RETURNING * INTO i;
  outcome := CASE WHEN i.id IS NOT NULL THEN 'done'
    WHEN EXISTS (SELECT FROM invitation WHERE id = which) THEN 'conflict' ELSE 'not_found' END;
  json := CASE WHEN i.id IS NOT NULL AND hash IS NOT NULL THEN invitation_json(i) END;
  RETURN NEXT;
END $$;

-- Makes the account of whoever has the code, once. Answers its id; NULL for a code that is not good any
-- more. Raises user_email_taken, and then the code stays.
CREATE FUNCTION invitation_accept (hash bytea, called text, password text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  i invitation;
BEGIN
  UPDATE invitation SET accepted_at = now()
  WHERE code_hash = hash AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now() RETURNING * INTO i;
  IF i.id IS NULL THEN
    RETURN NULL;
  END IF;
  i.user_id := account_create(i.role, called, i.email, password);
  UPDATE app_user SET email_verified_at = now() WHERE id = i.user_id;
  UPDATE invitation SET user_id = i.user_id WHERE id = i.id;
  IF i.departments <> '{}' THEN
    DELETE FROM agent_department WHERE agent_id = i.user_id AND department_id <> ALL (i.departments);
    INSERT INTO agent_department (agent_id, department_id)
    SELECT i.user_id, d.id FROM department d WHERE d.id = ANY (i.departments)
    ON CONFLICT DO NOTHING;
  END IF;
  INSERT INTO event (kind, audience, data)
  VALUES ('agent.changed', 'staff', json_build_object('agent', agent_json(i.user_id)));
  RETURN i.user_id;
END $$;

-- A way back for who forgot the password: good once, and not for long.
CREATE TABLE password_reset (
  code_hash bytea PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES app_user,
  expires_at timestamptz NOT NULL
);

CREATE INDEX password_reset_by_user ON password_reset (user_id);

-- Gives an account another password. Its sessions end, all but `kept`; with `keys_too` also those of
-- programs. Whatever was begun with the old password ends with it. FALSE for an account that is not in use.
CREATE FUNCTION account_set_password (who bigint, hash text, kept text, keys_too boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE app_user SET password_hash = hash WHERE id = who AND is_active;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE session SET revoked_at = now()
  WHERE user_id = who AND revoked_at IS NULL AND id IS DISTINCT FROM kept AND (keys_too OR means <> 'api_key');
  DELETE FROM sign_in_challenge WHERE user_id = who;
  DELETE FROM password_reset WHERE user_id = who;
  RETURN true;
END $$;

-- Spends a way back: the account has this password from now on, and whoever came is who reads its mail. No
-- row: the code was used or has ended.
CREATE FUNCTION password_reset_use (hash bytea, password text)
RETURNS TABLE (user_id bigint, done boolean) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM password_reset r WHERE r.code_hash = hash AND r.expires_at > now() RETURNING r.user_id INTO user_id;
  IF FOUND THEN
    done := account_set_password(user_id, password, NULL, true);
    UPDATE app_user SET email_verified_at = coalesce(email_verified_at, now()) WHERE id = user_id AND done;
    RETURN NEXT;
  END IF;
END $$;

-- Who is put out of use has no way in left, should they be put to use again: sessions, keys, second steps,
-- links. A visitor who is joined to a customer ends with their sessions elsewhere.
CREATE FUNCTION account_ended () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE session SET revoked_at = now() WHERE user_id = new.id AND revoked_at IS NULL;
  DELETE FROM sign_in_challenge WHERE user_id = new.id;
  DELETE FROM password_reset WHERE user_id = new.id;
  RETURN NULL;
END $$;

CREATE TRIGGER account_ended AFTER UPDATE OF is_active ON app_user FOR EACH ROW
WHEN (old.is_active AND NOT new.is_active AND new.joined_id IS NULL) EXECUTE FUNCTION account_ended();

-- Nobody comes in any more whom somebody invited who is admin no more.
CREATE FUNCTION admin_ended () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE invitation SET revoked_at = now() WHERE invited_by = new.id AND accepted_at IS NULL AND revoked_at IS NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER admin_ended AFTER UPDATE OF is_active, role ON app_user FOR EACH ROW
WHEN (old.is_active AND old.role = 'admin' AND NOT (new.is_active AND new.role = 'admin'))
EXECUTE FUNCTION admin_ended();

-- A link that went to an address lets nobody in whose address it is not any more.
CREATE FUNCTION account_moved () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM password_reset WHERE user_id = new.id;
  RETURN NULL;
END $$;

CREATE TRIGGER account_moved AFTER UPDATE OF email ON app_user FOR EACH ROW
WHEN (lower(old.email) IS DISTINCT FROM lower(new.email)) EXECUTE FUNCTION account_moved();

-- The device behind a session, as people call it: what its program says of itself, in two words.
CREATE FUNCTION device_name (agent text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(nullif(concat_ws(', ',
    CASE WHEN agent ~ '^Deskbell' THEN 'Deskbell' WHEN agent ~ 'Edg/' THEN 'Edge' WHEN agent ~ 'OPR/' THEN 'Opera'
         WHEN agent ~ 'Firefox/' THEN 'Firefox' WHEN agent ~ 'Chrom(e|ium)/' THEN 'Chrome'
         WHEN agent ~ 'Safari/' THEN 'Safari'
         ELSE (regexp_match(agent, '^[A-Za-z][A-Za-z0-9._-]{0,39}'))[1] END,
    CASE WHEN agent ~ 'Android' THEN 'Android' WHEN agent ~ 'iPhone|iPad' THEN 'iOS'
         WHEN agent ~ 'Windows' THEN 'Windows'
         WHEN agent ~ 'Mac OS X' THEN 'macOS' WHEN agent ~ 'CrOS' THEN 'ChromeOS'
         WHEN agent ~ 'Linux' THEN 'Linux' END),
    ''), '?')
$$;

-- Keys for programs, which act as their owner. Each is a session whose id is the key's hash, so rights, their
-- end and sockets are those of sessions; beside it stands what it is called and what of its owner's rights it
-- has: permissions, and `admin` for what only admins may do.
CREATE TABLE api_key (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL UNIQUE REFERENCES session ON DELETE CASCADE,
  name text NOT NULL,
  prefix text NOT NULL,
  permissions text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);

CREATE FUNCTION api_key_json (k api_key, ends timestamptz) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
           'id', k.id, 'name', k.name, 'prefix', k.prefix, 'permissions', k.permissions,
           'created_at', rfc3339(k.created_at), 'expires_at', rfc3339(ends), 'last_used_at', rfc3339(k.last_used_at))
$$;
