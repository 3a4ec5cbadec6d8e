-- SPDX-License-Identifier: AGPL-3.0-or-later
--
-- Around the demo's script.

-- name: demo_is_empty
SELECT NOT EXISTS (SELECT FROM app_user) AS fresh;

-- name: demo_set_passwords
-- $1 the hash of the one demo password.
UPDATE app_user SET password_hash = $1 WHERE role <> 'customer';
