-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The frame around statements.

-- name: act_for
-- $1 an account's id, $2 address, $3 request, each NULL when there is none. Holds until the transaction ends.
SELECT set_config('deskbell.actor', $1, true), set_config('deskbell.address', $2, true),
       set_config('deskbell.request', $3, true);

-- name: transaction_begin
BEGIN;

-- name: transaction_begin_snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: transaction_commit
COMMIT;

-- name: transaction_rollback
ROLLBACK;
