-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Skills, as admins change them. Whatever changes what tickets need sorts those that wait into the
-- lanes of their needs.

CREATE FUNCTION skill_json (k skill) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object('id', k.id, 'name', k.name, 'categories', k.categories, 'level', k.level)
$$;

-- Says that a skill is as it is now, and that waiting tickets may need something else.
CREATE FUNCTION skill_tell (k skill) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM department_sort_lanes(NULL);
  INSERT INTO event (kind, audience, data)
  VALUES ('skill.changed', 'staff', json_build_object('skill', skill_json(k)));
END $$;

-- Makes a skill. Answers `done`, `repeated`, `idempotency_mismatch`, `too_many`, `unknown_category`.
CREATE FUNCTION skill_add (
  actor bigint, key text, digest text, new_name text, of_categories text[], needed_level integer)
RETURNS TABLE (outcome text, json json) LANGUAGE plpgsql AS $$
DECLARE
  k skill;
  asked record;
BEGIN
  SELECT * INTO asked FROM request_find(actor, key, digest);
  outcome := coalesce(asked.outcome, 'done');
  IF asked.outcome IS NOT NULL THEN
    SELECT * INTO k FROM skill WHERE id = asked.made;
  ELSIF (SELECT count(*) FROM skill) >= 200 THEN
    outcome := 'too_many';
  ELSIF EXISTS (SELECT unnest(of_categories) EXCEPT SELECT name FROM category) THEN
    outcome := 'unknown_category';
  ELSE
    INSERT INTO skill (name, categories, level)
    VALUES (new_name, coalesce(of_categories, '{}'), coalesce(needed_level, 1)) RETURNING * INTO k;
    PERFORM request_remember(actor, key, digest, k.id);
    PERFORM skill_tell(k);
  END IF;
  json := json_build_object('skill', skill_json(k));
  RETURN NEXT;
END $$;

-- Changes what needs a skill; NULL leaves a value as it is. Answers `done`, `not_found`,
-- `unknown_category`.
CREATE FUNCTION skill_change (which bigint, of_categories text[], needed_level integer)
RETURNS TABLE (outcome text, json json) LANGUAGE plpgsql AS $$
DECLARE
  k skill;
BEGIN
  outcome := 'done';
  IF EXISTS (SELECT unnest(of_categories) EXCEPT SELECT name FROM category) THEN
    outcome := 'unknown_category';
  ELSE
    UPDATE skill SET categories = coalesce(of_categories, categories), level = coalesce(needed_level, level)
    WHERE id = which RETURNING * INTO k;
    IF FOUND THEN
      PERFORM skill_tell(k);
    ELSE
      outcome := 'not_found';
    END IF;
  END IF;
  json := json_build_object('skill', skill_json(k));
  RETURN NEXT;
END $$;

-- Takes a skill away, from agents too; nothing needs it any more. Answers `done` or `not_found`.
CREATE FUNCTION skill_remove (which bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  k skill;
BEGIN
  DELETE FROM skill WHERE id = which RETURNING * INTO k;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  PERFORM department_sort_lanes(NULL);
  INSERT INTO event (kind, audience, data)
  VALUES ('skill.removed', 'staff',
          json_build_object('skill', json_build_object('id', k.id, 'name', k.name)));
  RETURN 'done';
END $$;
