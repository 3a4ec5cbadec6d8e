-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Statements of the migrator itself. They run unprepared, since the tables they name may not be
-- there yet.

-- name: migrate_lock
-- One migrator at a time; ends with the connection.
SELECT pg_advisory_lock(7305804402516291);

-- name: migrate_table
CREATE TABLE IF NOT EXISTS schema_migration (
  name text PRIMARY KEY,
  digest text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: migrate_digest
-- $1 the file's name. No row: it was not applied yet.
SELECT digest FROM schema_migration WHERE name = $1;

-- name: migrate_applied
-- $1 the file's name, $2 its digest.
INSERT INTO schema_migration (name, digest) VALUES ($1, $2);

-- name: migrate_encoding
-- Whether text is UTF-8 and letters beyond ASCII have lower case; search and names need both.
SELECT pg_encoding_to_char(encoding) = 'UTF8' AND lower('Ä') = 'ä' AS fit
FROM pg_database WHERE datname = current_database();

-- name: migrate_extension
-- Whether pg_trgm, which search needs, is there or can be made.
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
       OR (EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
           AND has_database_privilege(current_database(), 'CREATE')) AS fit;
