-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Signing in with other services: which there are, who is who there, and what is under way.

-- Ends a secret with the row that needed it, or when that has got another.
CREATE FUNCTION provider_secret_gone () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sealed_text WHERE object = old.client_secret;
  RETURN NULL;
END $$;

CREATE TABLE identity_provider (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CONSTRAINT identity_provider_kind CHECK (kind IN ('google', 'github', 'facebook', 'oidc')),
  -- As buttons call it.
  name text NOT NULL,
  -- Who vouches: with a subject it says who somebody is, for good.
  issuer text NOT NULL CONSTRAINT identity_provider_issuer_taken UNIQUE,
  client_id text NOT NULL,
  -- The object of sealed_text.
  client_secret text NOT NULL REFERENCES sealed_text (object),
  -- The one algorithm by which its id tokens are signed.
  algorithm text NOT NULL,
  is_active boolean NOT NULL,
  for_customers boolean NOT NULL,
  creates_customers boolean NOT NULL,
  for_staff boolean NOT NULL,
  -- An address that it has verified is enough to be a member of staff.
  is_trusted_for_staff boolean NOT NULL,
  -- Who has a second step here is asked for it after this provider too.
  asks_second_step boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER provider_secret_changed AFTER UPDATE OF client_secret ON identity_provider FOR EACH ROW
WHEN (old.client_secret <> new.client_secret) EXECUTE FUNCTION provider_secret_gone();
CREATE TRIGGER provider_secret_removed AFTER DELETE ON identity_provider FOR EACH ROW
EXECUTE FUNCTION provider_secret_gone();

-- A provider as its admin sees it: all but the secret.
CREATE FUNCTION identity_provider_json (p identity_provider) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
    'id', p.id, 'kind', p.kind, 'name', p.name, 'issuer', p.issuer, 'client_id', p.client_id,
    'algorithm', p.algorithm, 'is_active', p.is_active, 'for_customers', p.for_customers,
    'creates_customers', p.creates_customers, 'for_staff', p.for_staff,
    'is_trusted_for_staff', p.is_trusted_for_staff, 'asks_second_step', p.asks_second_step,
    'created_at', rfc3339(p.created_at))
$$;

-- Who somebody is elsewhere. The e-mail is what the provider said the last time, proven or not: it owns
-- nothing here.
CREATE TABLE linked_identity (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
  email text,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT linked_identity_taken UNIQUE (issuer, subject)
);

CREATE INDEX linked_identity_by_user ON linked_identity (user_id);

-- Whether nobody but the owner of an account's address can be in it: it was verified, or there is no way
-- in yet, since staff only wrote down who the customer is. So nobody can make an account with somebody
-- else's address and wait for its owner to come.
CREATE FUNCTION account_is_its_address (who app_user) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT who.email_verified_at IS NOT NULL
         OR (who.password_hash IS NULL AND NOT EXISTS (SELECT FROM linked_identity i WHERE i.user_id = who.id))
$$;

-- Whether somebody of this role may come in this way: NULL, or the outcome that says no.
CREATE FUNCTION provider_refuses (p identity_provider, who app_user) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN NOT who.is_active THEN 'inactive'
              WHEN who.role = 'customer' AND NOT p.for_customers THEN 'not_for_customers'
              WHEN who.role <> 'customer' AND NOT p.for_staff THEN 'not_for_staff' END
$$;

-- Who it is that a provider calls `told`. `verified` is the address that it has verified, NULL without
-- one; `said` the address as it stands there. Somebody who is not known is linked to the account of the
-- verified address if that account is surely theirs, else becomes a customer if the provider may make
-- them: staff are never made. Answers `done`, or why not: `inactive`, `not_for_customers`,
-- `not_for_staff`, `link_first` (there is an account with the address, which has to be proven from
-- inside), `unknown`.
CREATE FUNCTION social_sign_in (provider bigint, told text, verified text, said text, called text, tongue text,
                                  OUT outcome text, OUT account bigint) LANGUAGE plpgsql AS $$
DECLARE
  p identity_provider;
  who app_user;
BEGIN
  SELECT * INTO p FROM identity_provider i WHERE i.id = provider AND i.is_active;
  IF NOT FOUND THEN
    outcome := 'unknown';
    RETURN;
  END IF;
  -- Of two first sign-ins at once the second finds what the first one made.
  PERFORM pg_advisory_xact_lock(hashtextextended(p.issuer || E'\n' || told, 30));
  UPDATE linked_identity i SET used_at = now(), email = said WHERE i.issuer = p.issuer AND i.subject = told
  RETURNING i.user_id INTO account;
  IF account IS NOT NULL THEN
    SELECT * INTO who FROM app_user u WHERE u.id = account;
    outcome := coalesce(provider_refuses(p, who), 'done');
    RETURN;
  END IF;
  SELECT * INTO who FROM app_user u WHERE lower(u.email) = lower(verified) AND NOT u.is_visitor FOR UPDATE;
  IF FOUND THEN
    outcome := coalesce(provider_refuses(p, who),
                        CASE WHEN CASE who.role WHEN 'customer' THEN account_is_its_address(who)
                                                ELSE p.is_trusted_for_staff END
                             THEN 'done' ELSE 'link_first' END);
    IF outcome <> 'done' THEN
      RETURN;
    END IF;
    UPDATE app_user u SET email_verified_at = coalesce(u.email_verified_at, now()) WHERE u.id = who.id;
  ELSIF NOT p.for_customers OR NOT p.creates_customers THEN
    outcome := 'unknown';
    RETURN;
  ELSE
    INSERT INTO app_user (role, name, email, email_verified_at, language)
    VALUES ('customer', called, verified, CASE WHEN verified IS NOT NULL THEN now() END, tongue)
    RETURNING * INTO who;
  END IF;
  INSERT INTO linked_identity (issuer, subject, user_id, email) VALUES (p.issuer, told, who.id, said);
  outcome := 'done';
  account := who.id;
END $$;

-- Links an identity to whoever is signed in with the session. Answers `done`; `taken` when it belongs to
-- somebody else; `inactive`, `not_for_customers`, `not_for_staff`; `signed_out` when the session has ended.
CREATE FUNCTION social_link (provider bigint, told text, said text, by_session text,
                               OUT outcome text, OUT account bigint) LANGUAGE plpgsql AS $$
DECLARE
  p identity_provider;
  who app_user;
BEGIN
  SELECT * INTO p FROM identity_provider i WHERE i.id = provider AND i.is_active;
  SELECT u.* INTO who FROM session s JOIN app_user u ON u.id = s.user_id
  WHERE s.id = by_session AND s.revoked_at IS NULL AND s.expires_at > now();
  outcome := CASE WHEN p.id IS NULL OR who.id IS NULL THEN 'signed_out' ELSE provider_refuses(p, who) END;
  IF outcome IS NOT NULL THEN
    RETURN;
  END IF;
  INSERT INTO linked_identity AS i (issuer, subject, user_id, email) VALUES (p.issuer, told, who.id, said)
  ON CONFLICT (issuer, subject) DO UPDATE SET used_at = now(), email = said
  WHERE i.user_id = excluded.user_id
  RETURNING i.user_id INTO account;
  outcome := CASE WHEN account IS NULL THEN 'taken' ELSE 'done' END;
END $$;

-- A sign-in on its way through a provider. The browser holds a secret, of which this is the hash; state,
-- nonce and verifier are made of it, so that whoever reads this table can use nothing.
CREATE TABLE sign_in_attempt (
  state_hash bytea PRIMARY KEY,
  browser_hash bytea NOT NULL,
  provider_id bigint NOT NULL REFERENCES identity_provider ON DELETE CASCADE,
  -- The page to go on to.
  next text NOT NULL,
  -- The session that links, if somebody is signed in already.
  session_id text REFERENCES session ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);

CREATE INDEX sign_in_attempt_by_end ON sign_in_attempt (expires_at);

-- What an app gets from the browser and exchanges for a session: good once, with the verifier that only
-- the app knows.
CREATE TABLE app_code (
  code_hash bytea PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
  -- How that one proved who they are.
  means text NOT NULL,
  challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX app_code_by_end ON app_code (expires_at);

-- Another address is not verified by what verified the one before.
CREATE FUNCTION email_unverified () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.email_verified_at := NULL;
  RETURN new;
END $$;

CREATE TRIGGER email_unverified BEFORE UPDATE OF email ON app_user FOR EACH ROW
WHEN (lower(old.email) IS DISTINCT FROM lower(new.email)
      AND old.email_verified_at IS NOT DISTINCT FROM new.email_verified_at)
EXECUTE FUNCTION email_unverified();
