-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The frame around statements.

-- name: act_as
-- $1 an account's id, or empty text.
SELECT set_config('deskbell.actor', $1, false);

-- name: transaction_begin
BEGIN;

-- name: transaction_begin_snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: transaction_commit
COMMIT;

-- name: transaction_rollback
ROLLBACK;
