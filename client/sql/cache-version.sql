-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Asked before the schema is touched: a file of a newer version is put aside, not changed.

PRAGMA user_version;
