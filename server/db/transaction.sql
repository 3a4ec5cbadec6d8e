-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- The frame around several statements.

-- name: transaction_begin
BEGIN;

-- name: transaction_commit
COMMIT;

-- name: transaction_rollback
ROLLBACK;
