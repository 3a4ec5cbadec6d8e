-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- What an app keeps of one account between two starts. Tickets and messages are copies that the
-- server can give again; outbox and drafts exist only here. While somebody is signed in all of it can
-- be read by whoever can read that person's files; after the sign-out nothing can.

PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA user_version = 1;

CREATE TABLE IF NOT EXISTS kept (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS ticket (
  id INTEGER PRIMARY KEY,
  sorted_at INTEGER NOT NULL,
  record BLOB NOT NULL
);

CREATE INDEX IF NOT EXISTS ticket_by_time ON ticket (sorted_at DESC);

CREATE TABLE IF NOT EXISTS message (
  ticket INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (ticket, seq)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS outbox (
  rank INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id TEXT NOT NULL UNIQUE,
  ticket INTEGER NOT NULL,
  body TEXT NOT NULL,
  is_internal INTEGER NOT NULL,
  seen_seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  code TEXT,
  detail TEXT
);

-- What nobody has sent when an account is left, under a key that only the keyring has.
CREATE TABLE IF NOT EXISTS sealed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  data BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS draft (
  ticket INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  is_note INTEGER NOT NULL
);
